"""A real Chromium against the site on a port of its own."""

import os
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "et langt passord for prøven"
QUIET = ("no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PIXELS_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
LOOKS = [("wide", WIDE, "light"), ("narrow", NARROW, "light"), ("narrow, dark", NARROW, "dark")]
AXE = """async standards => {
  const told = await axe.run({runOnly: {type: "tag", values: standards}});
  return told.violations.flatMap(each => each.nodes.map(
    node => `${each.id}: ${node.target} ${node.failureSummary}`));
}"""

# Playwright drives the browser from an event loop in the thread where Django's ORM is used too.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium):
    background = ("disable-background-networking", "disable-component-update")
    return {
        "executable_path": chromium,
        "args": [f"--{switch}" for switch in (*QUIET, *background)],
    }


@pytest.fixture(scope="session")
def browser_context_args():
    return {"locale": "nb-NO", "viewport": {"width": 1280, "height": 900}}


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

    The page is opened once more without its Content-Security-Policy, which would refuse
    the script that looks at it; `state` gives it the cookies of the page under test.
    """
    source = (ROOT / "node_modules/axe-core/axe.min.js").read_text()

    def axe(address, *, state=None, **context):
        opened = browser.new_context(
            **(browser_context_args | context), bypass_csp=True, storage_state=state
        )
        try:
            page = opened.new_page()
            page.goto(address)
            page.add_script_tag(content=source)
            found = page.evaluate(
                "tags => axe.run({runOnly: {type: 'tag', values: tags}})", STANDARDS
            )
        finally:
            opened.close()
        return [
            f"{each['id']}: {node['target']} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    return axe


@pytest.fixture
def look(page, base_url):
    """What is wrong with the page that stands in the browser now, or with an address: a list of
    lines. By axe, wide and narrow, in light and dark; and whether it is wider than the window.

    320 px is also what a window of 1280 px has room for at 400 per cent zoom.
    """
    page.context.add_init_script(path=ROOT / "node_modules/axe-core/axe.min.js")
    page.emulate_media(reduced_motion="reduce")  # no colour on its way to another

    def look(address=None, looks=LOOKS):
        if address:
            answer = page.goto(base_url + address)
            expected = (404, 410) if "gone" in address else (200,)
            if answer.status not in (200, *expected):
                return [f"{address} answers {answer.status}"]
        found = []
        for name, viewport, scheme in looks:
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=scheme)
            if page.evaluate(PIXELS_WIDER) > 0:
                found.append(f"{name}: wider than the window")
            violations = page.evaluate(AXE, STANDARDS)
            found += [f"{name}: {violation}" for violation in violations]
        page.set_viewport_size(WIDE)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate(PIXELS_WIDER) > 0:
            found.append("text twice as large: wider than the window")
        return [f"{page.url.removeprefix(base_url)} {line}" for line in found]

    return look
