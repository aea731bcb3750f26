"""Answering in a browser: with and without script, by keyboard, on a phone, and in the dark."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Affiliation
from consultations.actions import close_consultation, invite_consultee, share_draft
from consultations.models import Consultation, DraftComment, Response, Submission, WhoMayAnswer
from tests import factories, looking
from tests.enhetsregisteret import ASSOCIATION, enhetsregisteret
from tests.looking import PIXELS_WIDER


@pytest.fixture
def consultation():
    consultation = factories.open_for_answers()
    authority = consultation.authority
    authority.rules_of_debate = "Skriv om saken, og vis respekt for andre."
    authority.save()
    return consultation


@pytest.fixture
def start(base_url, consultation):
    return f"{base_url}/en/horinger/{consultation.slug}/svar-pa-horingen/"


def text_fields(page):
    """All the themes' fields, unfolded."""
    folded = page.locator("details.theme:not([open]) > summary")
    while folded.count():
        folded.first.click()
    return page.locator("details.theme textarea")


def is_said(page, words):
    expect(page.locator("#keeping")).to_contain_text(words, timeout=15_000)


def is_in_browser(page, words):
    for _look in range(100):
        if words in page.evaluate("JSON.stringify(localStorage)"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{words} was not kept")


def test_anonymous_answer_on_two_themes_with_a_file_and_a_warning(page, start):
    page.goto(start)
    page.check("input[value=anonymous]")
    first, second, _whole = text_fields(page).all()
    first.fill("Jeg har nummer 13097248022, og mener noe.")
    second.fill("Ring meg på tlf. 22 33 44 55.")
    page.set_input_files(
        "input[type=file]",
        {"name": "brev.pdf", "mimeType": "application/pdf", "buffer": factories.PDF},
    )
    page.click("button[name=check]")

    # The very words are pointed out, and the way back leads to their field.
    page.wait_for_url("**/kontroll/")
    assert page.locator(".ds-alert mark").all_inner_texts() == ["13097248022", "22 33 44 55"]
    assert "brev.pdf" in page.inner_text("main")
    page.locator(".ds-alert a").first.click()
    page.wait_for_url("**/innsending/*/#id_text-*")
    field = page.locator(f"[id='{page.url.partition('#')[2]}']")
    assert "13097248022" in field.input_value()
    field.fill("Jeg mener noe.")
    page.click("button[name=check]")
    expect(page.locator(".ds-alert mark")).to_have_text(["22 33 44 55"])

    page.click("form[action$='/send/'] button")

    page.wait_for_url("**/kvittering/")
    sent = Submission.objects.get()
    assert sent.reference in page.inner_text("main")
    assert sent.sender_kind == "anonymous"
    assert {each.text for each in sent.responses.all()} == {
        "Jeg mener noe.",
        "Ring meg på tlf. 22 33 44 55.",
    }
    assert [each.name for each in sent.attachments.all()] == ["brev.pdf"]


def test_organisation_says_no_remarks_in_one_press(page, start, log_in, consultation):
    ada = factories.person("Ada Prøve")
    body = factories.organisation("Prøveforbundet", organisation_number="974760673")
    Affiliation.objects.create(user=ada, organisation=body)
    invite_consultee(consultation, name=body.name, organisation=body, by=consultation.created_by)
    log_in(ada)
    page.goto(start)

    page.click("button[name=organisation]")

    page.wait_for_url("**/kvittering/")
    response = Response.objects.get()
    assert response.has_no_remarks
    assert response.submission.organisation == body
    assert body.name in page.locator("[role=status]").first.inner_text()


def test_body_without_an_account_says_no_remarks(page, start):
    page.goto(start)
    page.click("main a[href$='/ingen-merknader/']")
    page.fill("[name=organisation_name]", "Velforeningen")
    page.fill("[name=name]", "Nora Prøve")
    page.fill("[name=email]", "vel@prove.example")

    page.click("main form button[type=submit]")

    page.wait_for_url("**/kvittering/")
    assert Submission.objects.get().organisation_name == "Velforeningen"
    assert "vel@prove.example" in page.inner_text("main")


def test_draft_outlives_the_session(page, base_url, log_in):
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.ACCOUNT)
    ada = factories.person("Ada Prøve")
    log_in(ada)
    page.goto(f"{base_url}/en/horinger/{consultation.slug}/svar-pa-horingen/")
    text_fields(page).first.fill("Kort.")
    is_said(page, "saved")
    Session.objects.all().delete()

    text_fields(page).first.fill("Alt jeg skrev mens økten gikk ut.")
    is_said(page, "logged out")
    page.click("button[name=save]")
    page.wait_for_url("**/konto/login/**")
    page.fill("input[name=login]", ada.email)
    page.fill("input[name=password]", "et langt passord for prøven")
    page.click("main button[type=submit]")

    page.wait_for_url("**/innsending/**")
    assert text_fields(page).first.input_value() == "Alt jeg skrev mens økten gikk ut."
    assert Response.objects.get().text == "Kort."
    page.click("button[name=save]")
    page.wait_for_selector("main [role=status]")
    assert Response.objects.get().text == "Alt jeg skrev mens økten gikk ut."


def test_expired_form_goes_on_with_what_was_written(page, start, consultation):
    page.goto(start)
    page.check("input[value=anonymous]")
    text_fields(page).first.fill("Linje én.\n\nLinje to.")
    page.evaluate("document.querySelector('#answer [name=csrfmiddlewaretoken]').value = 'x'")

    page.click("button[name=check]")
    page.click("main form button")

    page.wait_for_url("**/innsending/**")
    assert Response.objects.get().text == "Linje én.\n\nLinje to."


def test_late_answer_is_told_while_one_writes_and_on_the_receipt(page, start, log_in, consultation):
    log_in(factories.person("Ada Prøve"))
    page.goto(start)
    assert not page.is_visible("#late")
    Consultation.objects.filter(pk=consultation.pk).update(
        opens_at=timezone.now() - timedelta(days=2),
        deadline_at=timezone.now() - timedelta(seconds=1),
    )
    close_consultation(Consultation.objects.get(pk=consultation.pk))

    text_fields(page).first.fill("Dette kommer for sent.")
    is_said(page, "saved")
    expect(page.locator("#late")).to_be_visible()
    page.click("button[name=check]")
    page.wait_for_url("**/kontroll/")
    assert "late" in page.inner_text(".ds-alert[data-color=warning]")
    page.click("form[action$='/send/'] button")

    page.wait_for_url("**/kvittering/")
    assert Submission.objects.get().is_late
    assert "After the deadline" in page.inner_text("main")


def test_whole_journey_by_keyboard_alone(page, base_url, consultation):
    """From the front page to the receipt with Tab, Space, Enter, arrows and letters."""

    def tab_to(selector):
        for _press in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    page.goto(f"{base_url}/en/")
    tab_to(f"main a[href$='/horinger/{consultation.slug}/']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{consultation.slug}/")
    tab_to("main a[href$='/svar-pa-horingen/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/svar-pa-horingen/")
    tab_to("[name=sender_kind]")
    page.keyboard.press("ArrowUp")  # from the first to the last: anonymous
    assert page.is_checked("[value=anonymous]")
    tab_to("details.theme textarea")
    page.keyboard.type("Skrevet uten mus.")
    tab_to("details.theme:not([open]) > summary")
    page.keyboard.press("Enter")
    expect(page.locator("details.theme[open]")).to_have_count(2)
    tab_to("details.theme[open] ~ details.theme[open] textarea")
    page.keyboard.type("Dette også.")
    tab_to("[name=no_remarks]")
    page.keyboard.press("Space")  # by mistake: it contradicts what is written
    tab_to("button[name=check]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/innsending/*/?check")
    expect(page.locator(".ds-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#id_no_remarks"
    assert page.evaluate("document.activeElement.name") == "no_remarks"
    page.keyboard.press("Space")
    tab_to("button[name=check]")
    page.keyboard.press("Space")
    page.wait_for_url("**/kontroll/")
    tab_to("form[action$='/send/'] button")
    page.keyboard.press("Enter")

    page.wait_for_url("**/kvittering/")
    assert {each.text for each in Response.objects.all()} == {"Skrevet uten mus.", "Dette også."}
    assert Submission.objects.get().submitted_at


def test_focus_is_on_what_is_wrong_the_second_time_too(page, start):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(start)
    page.click("button[name=check]")
    expect(page.locator(".ds-error-summary")).to_be_focused()
    page.locator(".ds-error-summary a[href='#id_name']").click()
    expect(page.locator("#id_name")).to_be_focused()
    expect(page.locator("label[for=id_name]")).to_be_in_viewport(ratio=1)  # not above the edge
    page.keyboard.type("Nora Prøve")

    page.click("button[name=check]")

    page.wait_for_url("**/innsending/*/?check*")
    expect(page.locator(".ds-error-summary")).to_be_focused()
    expect(page.locator(".ds-error-summary h2")).to_be_in_viewport(ratio=1)


def test_enter_in_a_line_saves_and_does_not_send(page, start):
    page.goto(start)
    page.fill("[name=name]", "Nora Prøve")

    page.press("[name=name]", "Enter")

    page.wait_for_url("**/innsending/**")
    assert page.url.endswith("/")
    assert Submission.objects.get().is_draft
    assert page.locator(".ds-error-summary").count() == 0


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_one_saves_comes_back_shares_and_sends(page, start):
    page.goto(start)
    assert not page.is_visible("#keep-here")
    page.check("input[value=anonymous]")
    page.locator("details.theme textarea").first.fill("Uten skript.")
    page.click("button[name=save]")
    page.click("a.address")
    expect(page.locator("details.theme textarea").first).to_have_value("Uten skript.")
    page.click("button[name=share]")
    assert Submission.objects.get().reading_token in page.input_value("#reading-link")
    page.click("button[name=check]")
    page.click("form[action$='/send/'] button")

    page.wait_for_url("**/kvittering/")
    assert Response.objects.get().text == "Uten skript."
    assert Response.objects.get().received_at


def test_colleague_reads_and_comments_and_only_the_writer_sends(page, browser, start, log_in):
    log_in(factories.person("Ada Prøve"))
    page.goto(start)
    text_fields(page).first.fill("Vårt utkast.")
    page.click("button[name=share]")
    link = page.input_value("#reading-link")

    colleague = browser.new_context(locale="nb-NO").new_page()
    colleague.goto(link)
    assert "Vårt utkast." in colleague.inner_text("main")
    assert colleague.locator("main form").count() == 1
    colleague.fill("[name=name]", "Kari Kollega")
    colleague.fill("[name=text]", "Skriv mer om fastlegen.")
    colleague.click("main form button")
    colleague.wait_for_selector("main [role=status]")

    page.reload()
    expect(page.locator(".comments")).to_contain_text("Skriv mer om fastlegen.")
    page.click("button[name=check]")
    page.click("form[action$='/send/'] button")
    page.wait_for_url("**/kvittering/")
    assert colleague.goto(link).status == 404
    assert not DraftComment.objects.exists()
    colleague.context.close()


def test_draft_of_an_account_is_kept_as_one_types_and_is_there_after_a_reload(page, start, log_in):
    log_in(factories.person("Ada Prøve"))
    page.goto(start)

    text_fields(page).first.fill("Skrevet og ikke lagret.")
    is_said(page, "saved")
    page.reload()

    assert re.search(r"/innsending/[\w-]+/$", page.url)
    assert text_fields(page).first.input_value() == "Skrevet og ikke lagret."
    text_fields(page).first.fill("Og litt mer.")
    is_said(page, "saved")
    page.click("button[name=check]")
    page.wait_for_url("**/innsending/**/kontroll/")
    assert Submission.objects.count() == 1
    assert Response.objects.get().text == "Og litt mer."


def test_two_windows_are_told_of_each_other(page, start, log_in):
    log_in(factories.person("Ada Prøve"))
    page.goto(start)
    text_fields(page).first.fill("Fra det første vinduet.")
    is_said(page, "saved")
    other = page.context.new_page()
    other.goto(page.url)
    text_fields(other).first.fill("Fra det andre vinduet.")
    is_said(other, "saved")

    text_fields(page).first.fill("Fra det første igjen.")

    is_said(page, "another")
    assert "another" not in other.inner_text("#keeping")
    assert Response.objects.get().text == "Fra det første igjen."


def test_browser_keeps_nothing_without_permission(page, start):
    page.goto(start)
    text_fields(page).first.fill("Ingen har sagt ja til dette.")
    page.wait_for_timeout(2000)

    assert page.evaluate("Object.keys(localStorage)") == []
    assert not Submission.objects.exists()


def test_browser_keeps_what_one_permits_until_it_is_sent(page, start):
    page.goto(start)
    page.check("input[value=anonymous]")
    page.check("#keep-here")
    _first, second, _whole = text_fields(page).all()
    second.fill("Skrevet i nettleseren.")
    is_in_browser(page, "nettleseren")
    page.reload()

    expect(page.locator("#kept-here")).to_be_visible()
    expect(page.locator("[value=anonymous]")).to_be_checked()
    expect(page.locator("details.theme textarea").nth(1)).to_have_value("Skrevet i nettleseren.")
    assert not Submission.objects.exists()

    # Taken over by the draft's own page, and found again from the start.
    page.click("button[name=save]")
    page.wait_for_url("**/innsending/**")
    expect(page.locator("#keep-here")).to_be_checked()
    text_fields(page).first.fill("Og mer.")
    is_in_browser(page, "Og mer.")
    page.goto(start)
    page.click("#kept-here a")
    page.wait_for_url("**/innsending/**")
    expect(page.locator("details.theme textarea").first).to_have_value("Og mer.")

    page.click("button[name=check]")
    page.click("form[action$='/send/'] button")
    page.wait_for_url("**/kvittering/")
    page.wait_for_function("Object.keys(localStorage).length === 0")


def test_browser_forgets_when_asked(page, start):
    page.goto(start)
    page.check("#keep-here")
    text_fields(page).first.fill("Angrer.")
    is_in_browser(page, "Angrer")

    page.uncheck("#keep-here")

    page.wait_for_function("Object.keys(localStorage).length === 0")


def test_name_of_an_organisation_is_had_by_its_number(page, start, settings):
    with enhetsregisteret() as register:
        settings.ENHETSREGISTERET_URL = register.url
        page.goto(start)
        page.check("input[value=organisation]")
        page.fill("[name=organisation_number]", ASSOCIATION["organisasjonsnummer"])
        page.press("[name=organisation_number]", "Tab")

        expect(page.locator("#looked-up")).to_contain_text(ASSOCIATION["navn"])
    expect(page.locator("[name=organisation_name]")).to_have_value(ASSOCIATION["navn"])
    expect(page.locator("[name=organisation_kind]")).to_have_value("ngo")
    assert not Submission.objects.exists()


def test_characters_are_counted(page, start):
    page.goto(start)

    text_fields(page).first.fill("Blåbær 😀")

    expect(page.locator(".counter").first).to_have_text("8 of 200,000 characters")


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 360), ("dark", 1280)])
def test_pages_have_no_violations(page, base_url, axe, consultation, scheme, width):  # noqa: PLR0917
    theme = consultation.themes.filter(is_whole=False).first()
    draft = share_draft(
        factories.draft(
            consultation,
            themes=[theme],
            text="Ring meg på tlf. 22 33 44 55.",
            sender_kind="organisation",
            organisation_name="Velforeningen",
        )
    )
    DraftComment.objects.create(submission=draft, name="Kari", text="Fint.")
    ready = factories.draft(consultation, text="Jeg har nummer 13097248022.")
    viewport = {"width": width, "height": 800}
    page.set_viewport_size(viewport)
    found = []
    for address in (
        f"horinger/{consultation.slug}/svar-pa-horingen/",
        f"horinger/{consultation.slug}/ingen-merknader/",
        f"innsending/{draft.token}/",
        f"innsending/{draft.token}/?check",
        f"innsending/{ready.token}/kontroll/",
        f"utkast/{draft.reading_token}/",
        f"utkast/{'A' * 43}/",
    ):
        page.goto(f"{base_url}/nb/{address}")
        if page.evaluate(PIXELS_WIDER) > 0:
            found.append(f"{address} is wider than the screen")
        found += axe(f"{base_url}/nb/{address}", color_scheme=scheme, viewport=viewport)

    assert found == []


def test_pages_that_answer_to_a_wrong_press_have_no_violations(page, base_url, consultation):
    draft = share_draft(factories.draft(consultation))
    looking.prepare(page)
    for address in (
        f"horinger/{consultation.slug}/svar-pa-horingen/",
        f"horinger/{consultation.slug}/ingen-merknader/",
        f"utkast/{draft.reading_token}/",
    ):
        page.goto(f"{base_url}/nb/{address}")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_selector(".ds-error-summary")

        assert page.evaluate(looking.VIOLATIONS, looking.STANDARDS) == [], address
        expect(page.locator(".ds-error-summary")).to_be_focused()
