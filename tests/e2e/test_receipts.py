"""After sending, in a browser: following the secret link, withdrawing, and leaving."""

import pytest
from playwright.sync_api import expect

from accounts.models import Notice, User
from casework.models import Assignment
from consultations.actions import add_to
from consultations.models import Response, Submission
from moderation.actions import accept_response, publish_response, withhold_response
from tests import factories
from tests.looking import PIXELS_WIDER

PHONE = {"width": 360, "height": 800}


@pytest.fixture
def consultation():
    return factories.open_for_answers()


def test_anonymous_sender_follows_the_secret_link(page, base_url, consultation):
    submission = factories.submission(
        consultation, themes=list(consultation.themes.filter(is_whole=False))
    )
    first, second = submission.responses.order_by("theme__position")
    page.goto(f"{base_url}/en/innsending/{submission.token}/kvittering/")
    link = page.input_value("#link")
    assert link.startswith(base_url)
    assert page.context.cookies() == [] or all(
        each["name"] == "csrftoken" for each in page.context.cookies()
    )

    # The link alone is enough, later and in another browser.
    page.context.clear_cookies()
    page.goto(link.replace("/nb/", "/en/"))
    assert page.locator(".so-far li[data-done]").count() == 2
    for response in (first, second):
        accept_response(response, by=None)
    page.reload()
    assignment = Assignment.objects.select_related("entry", "handler").get(response=first)
    shown = page.inner_text("main")
    assert f"Journaled as number {assignment.entry.identifier}" in shown
    assert assignment.handler.name in shown

    publish_response(first, by=None)
    withhold_response(second, ground="hateful", by=None)
    page.reload()
    shown = page.inner_text("main")
    assert "It is hateful or discriminates" in shown
    assert consultation.authority.email in shown
    with page.expect_download() as download:
        page.click("a[href$='kvittering.pdf']")
    assert download.value.path().read_bytes().startswith(b"%PDF")

    # What is public is one click away, and is not told where one comes from.
    asked = []
    page.on("request", lambda request: asked.append(request.headers.get("referer", "")))
    page.click(f"main a[href*='/svar/{first.reference}/']")
    page.wait_for_url("**/svar/**")
    assert first.text in page.inner_text("main")
    assert asked
    assert not any(submission.token in each for each in asked)


def test_registered_sender_withdraws(page, base_url, log_in, consultation):
    ada = factories.person("Ada Prøve")
    submission = factories.submission(consultation, by=ada, name="Ada Prøve")
    log_in(ada)
    page.goto(f"{base_url}/en/min-side/horingssvar/")
    page.click(f"main a[href$='/innsending/{submission.token}/kvittering/']")
    page.click("main a[href$='/trekk/']")
    assert Response.objects.get().status == "received"
    expect(page.locator("main")).to_contain_text(Response.objects.get().theme.title)

    page.click("main form button")

    page.wait_for_url("**/kvittering/")
    assert Response.objects.get().status == "withdrawn"
    assert "Withdrawn by you" in page.inner_text("main")
    assert page.locator("main a[href$='/trekk/']").count() == 0
    assert Notice.objects.filter(key=f"withdrawn-{submission.pk}", email=ada.email).exists()
    page.goto(f"{base_url}/en/min-side/horingssvar/")
    assert "withdrawn" in page.inner_text("main")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_sender_without_javascript_adds_to_what_was_sent(page, base_url, consultation):
    submission = factories.submission(consultation)
    page.goto(f"{base_url}/en/innsending/{submission.token}/kvittering/")
    assert not page.is_visible("[data-copy]")

    page.click("form[action$='/tillegg/'] button")

    page.wait_for_url("**/innsending/**")
    addition = Submission.objects.get(adds_to=submission)
    assert addition.token in page.url
    assert page.locator("textarea").first.input_value() == ""


def test_link_is_copied_by_a_button(page, base_url, consultation):
    submission = factories.submission(consultation)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base_url)
    page.goto(f"{base_url}/en/innsending/{submission.token}/kvittering/")

    page.click("[data-copy]")

    page.wait_for_function("document.querySelector('#copied').textContent !== ''")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.input_value("#link")


def test_account_is_closed_by_its_owner(page, base_url, log_in, consultation):
    ada = factories.person("Ada Prøve")
    factories.submission(consultation, by=ada, name="Ada Prøve")
    log_in(ada)
    page.goto(f"{base_url}/en/min-side/")
    with page.expect_download() as download:
        page.click("main a[href$='/min-side/mine-data/']")
    assert download.value.path().read_bytes().startswith(b"PK")
    page.click("main a[href$='/avslutt-konto/']")

    page.fill("input[name=password]", "et langt passord for prøven")
    page.check("input[name=is_sure]")
    page.click("main form button[type=submit]")

    page.wait_for_selector("text=Your account is closed")
    assert User.objects.get(pk=ada.pk).closed_at
    page.goto(f"{base_url}/en/min-side/")
    assert "/konto/login/" in page.url


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 320), ("dark", 1280)])
def test_pages_have_no_violations(page, base_url, log_in, axe, consultation, scheme, width):  # noqa: PLR0917
    ada = factories.person("Ada Prøve")
    log_in(ada)
    submission = factories.submission(
        consultation, by=ada, name="Ada Prøve", files=[("brev.pdf", factories.PDF)]
    )
    accept_response(submission.responses.get(), by=None)
    withhold_response(submission.responses.get(), ground="secrecy", by=None)
    draft = add_to(submission, by=ada)
    waiting = factories.submission(consultation, by=ada, name="Ada Prøve")
    anonymous = factories.submission(consultation)
    state, viewport = page.context.storage_state(), {"width": width, "height": 800}
    page.set_viewport_size(viewport)
    found = []
    for address in (
        f"innsending/{submission.token}/kvittering/",
        f"innsending/{anonymous.token}/kvittering/",
        f"innsending/{waiting.token}/trekk/",
        f"innsending/{submission.token}/trekk/",
        f"innsending/{draft.token}/slett/",
        "min-side/",
        "min-side/horingssvar/",
        "min-side/avslutt-konto/",
    ):
        page.goto(f"{base_url}/nn/{address}")
        if page.evaluate(PIXELS_WIDER) > 0:
            found.append(f"{address} is wider than the screen")
        found += axe(
            f"{base_url}/nn/{address}", state=state, color_scheme=scheme, viewport=viewport
        )

    assert found == []
