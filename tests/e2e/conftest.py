"""A real Chromium against the site on a port of its own."""

from pathlib import Path

import pytest
from allauth.account.models import EmailAddress

from tests import looking

PASSWORD = "et langt passord for prøven"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture
def base_url(live_server, settings):
    settings.SITE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    return live_server.url


@pytest.fixture
def log_in(page, base_url):
    """Log somebody in through the page, as they would."""

    def log_in(user, then="**/min-side/"):
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        page.context.clear_cookies()
        page.goto(f"{base_url}/nb/konto/login/")
        page.fill("input[name=login]", user.email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(then)

    return log_in


@pytest.fixture
def axe(browser, browser_context_args):
    """axe-core's violations of an address: a list of lines, empty where there are none.

    The page is opened once more; `state` gives it the cookies of the page under test.
    """

    def axe(address, *, state=None, **context):
        opened = browser.new_context(**(browser_context_args | context), storage_state=state)
        try:
            page = opened.new_page()
            looking.prepare(page)
            page.goto(address)
            return page.evaluate(looking.VIOLATIONS, looking.STANDARDS)
        finally:
            opened.close()

    return axe


@pytest.fixture
def look(page, base_url):
    """What is wrong with the page that stands in the browser now, or with an address: a list of
    lines, see `tests.looking`."""
    looking.prepare(page)

    def look(address=None):
        if address:
            answer = page.goto(base_url + address)
            expected = (404, 410) if "gone" in address else (200,)
            if answer.status not in (200, *expected):
                return [f"{address} answers {answer.status}"]
        place = page.url.removeprefix(base_url)
        return [f"{place} {line}" for line in looking.faults_of(page)]

    return look
