"""The pages as people meet them: on a phone, without JavaScript, with a screen reader."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from playwright.sync_api import expect

from accounts.roles import Role
from archive.actions import start_extraction
from archive.models import JournalEntry
from casework.actions import appoint_handler, write_assessment
from casework.models import Assignment
from consultations.actions import conclude_consultation, follow
from consultations.models import Consultation, Response, Submission
from moderation.actions import publish_response, redact_response, withhold_response
from tests import factories, pages
from tests.archive.asking import answered, asked
from tests.looking import PIXELS_WIDER

PHONE = {"width": 360, "height": 800}


@pytest.fixture
def authority():
    return factories.authority()


@pytest.fixture
def consultation(authority):
    """An open consultation with a response of every fate."""
    consultation = factories.open_for_answers(authority)
    first = factories.accepted_response(consultation, text="Kort svar.", **factories.named())
    publish_response(first, by=None)
    second = factories.accepted_response(consultation, text="Ring meg på 58 00 00 01 i dag.")
    redact_response(second, passages=[(11, 22)], ground="personal_data", by=None)
    withhold_response(factories.accepted_response(consultation), ground="hateful", by=None)
    factories.accepted_response(consultation, text="Venter på publisering, mens andre er ute.")
    factories.screened_response(
        consultation,
        text="Kari sin e-post er kari@prove.example.",
        files=[("a.pdf", factories.PDF)],
    )
    return consultation


def problems(page, axe, base_url, addresses, **context):
    """Every axe violation, and every page that is wider than a phone."""
    state = page.context.storage_state()
    found = []
    page.set_viewport_size(PHONE)
    for address in addresses:
        answer = page.goto(base_url + address)
        assert answer.status == 200, address
        if page.evaluate(PIXELS_WIDER) > 0:
            found.append(f"{address} is wider than the phone")
        found += [f"{address}: {line}" for line in axe(base_url + address, state=state, **context)]
    return found


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_public_pages_have_no_violations(page, look, language):
    addresses = pages.addresses(pages.PUBLIC_PAGES, pages.world(), language)

    assert [line for address in addresses for line in look(address)] == []
    assert page.context.cookies() == []


def test_senders_pages_have_no_violations(look):
    addresses = pages.addresses(pages.SENDER_PAGES, pages.world())

    assert [line for address in addresses for line in look(address)] == []


def refused(page, look, base_url, forms, world):
    """What is wrong with pages that tell what is wrong."""
    found = []
    for path, button in forms:
        page.goto(base_url + pages.address_of(path, world))
        page.evaluate("document.querySelectorAll('main form').forEach(form => form.noValidate = 1)")
        page.locator(button).first.click()
        page.wait_for_selector("[aria-invalid=true], .ds-error-summary")
        page.wait_for_load_state()
        found += look()
    return found


def test_refused_forms_have_no_violations(page, look, base_url):
    world = pages.world()

    assert refused(page, look, base_url, pages.REFUSED_FORMS, world) == []


def test_pages_of_the_signed_in_have_no_violations(page, look, log_in, base_url):
    world = pages.world()
    consultation = Consultation.objects.get(slug=world["consultation"])
    person = factories.participant("Ola Borger")
    factories.submission(consultation, by=person, name=person.name)
    factories.draft(consultation, by=person)
    factories.post_as("visible", consultation, by=person)
    follow(person.email, consultation=consultation, language="nb", by=person)
    log_in(person)
    addresses = pages.addresses(pages.SIGNED_IN_PAGES, world)

    found = [line for address in addresses for line in look(address)]

    assert found + refused(page, look, base_url, pages.REFUSED_FORMS_OF_THE_SIGNED_IN, world) == []


def test_log_in_with_two_steps_has_no_violations(page, look, log_in, base_url):
    person = factories.person()
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)

    log_in(person, then="**/mfa/authenticate/")

    found = look()
    page.fill("input[name=code]", "123456")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    assert found + look() == []


def test_staff_pages_have_no_violations(look, log_in, consultation):
    authority = consultation.authority
    everything = factories.official(authority, *Role, name="Alle Roller")
    waiting = Response.objects.filter(status="received").get()
    assignment = Assignment.objects.first()
    entry = JournalEntry.objects.last()
    assessed = consultation.themes.get(position=1)
    appoint_handler(assessed, everything, by=consultation.created_by)
    write_assessment(assessed, text="Vi følger rådet.", by=everything)
    log_in(everything)
    desk = "/nb/arkiv/" + authority.slug
    addresses = [
        "/nb/min-side/",
        "/nb/min-side/horingssvar/",
        "/nb/moderering/",
        f"/nb/moderering/{waiting.reference}/",
        "/nb/saksbehandling/",
        f"/nb/saksbehandling/{assignment.response.reference}/",
        "/nb/saksbehandling/vurderinger/",
        f"/nb/saksbehandling/vurderinger/{consultation.slug}/{assessed.slug}/",
        f"{desk}/journal/{entry.year}/{entry.number}/",
        *pages.addresses(pages.ARCHIVIST_PAGES, pages.record_of(consultation)),
        f"{desk}/innsyn/",
        f"/nb/arkiv/innsyn/{asked(entry).pk}/",
        f"/nb/arkiv/innsyn/{answered(asked(entry)).pk}/",
        "/nb/redigering/",
        "/nb/redigering/ny/",
        f"/nb/redigering/{consultation.slug}/",
        f"/nb/redigering/{consultation.slug}/videre/",
        f"/nb/redigering/{consultation.slug}/diskusjon/",
        "/nb/moderering/diskusjon/",
    ]

    assert [line for address in addresses for line in look(address)] == []


@pytest.fixture
def without_javascript(browser, base_url):
    context = browser.new_context(viewport=PHONE, locale="nb-NO", java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_answer_on_a_phone_without_javascript_keeps_every_character(
    without_javascript, base_url, consultation
):
    page = without_javascript
    text = "Første linje.\n\n  Andre avsnitt med <b>tegn</b> & «anførsel» – æøå 😀."
    page.goto(f"{base_url}/nb/horinger/{consultation.slug}/")
    page.locator("main a[href*='svar']").first.click()
    page.check("input[name=sender_kind][value=person]")
    page.locator("details.theme textarea").first.fill(text)
    page.set_input_files(
        "input[type=file]",
        [
            {"name": "brev.pdf", "mimeType": "application/pdf", "buffer": factories.PDF},
            {"name": "virus.exe", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00"},
        ],
    )

    page.click("button[name=check]")  # no name, no e-mail address, and a file that is refused

    page.wait_for_selector(".ds-error-summary")
    expect(page.locator("main")).to_contain_text("virus.exe")
    assert page.locator("details.theme textarea").first.input_value() == text
    page.fill("input[name=name]", "Nora Prøve")
    page.fill("input[name=email]", "nora@prove.example")
    page.click("button[name=check]")
    page.wait_for_url(re.compile("/kontroll/$"))
    assert "brev.pdf" in page.inner_text("main")
    page.click("form[action$='/send/'] button")
    page.wait_for_url("**/kvittering/")
    sent = Submission.objects.get(email="nora@prove.example")
    assert sent.submitted_at
    assert sent.responses.get().text.replace("\r\n", "\n") == text
    assert [each.name for each in sent.attachments.all()] == ["brev.pdf"]


def test_concluded_consultation_can_be_read_and_not_answered(
    page, base_url, authority, settings, noark5_schemas
):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)
    consultation = factories.open_for_answers(authority)
    response = factories.handled_response(consultation, text="Et svar som ble lest.")
    publish_response(response, by=None)
    conclude_consultation(factories.closed_for_treatment(consultation), by=consultation.created_by)
    start_extraction(authority, by=factories.official(authority, Role.ARCHIVIST))

    page.goto(f"{base_url}/nb/horinger/{consultation.slug}/")

    assert page.locator("main a[href*='svar-pa']").count() == 0
    page.goto(f"{base_url}/nb/horinger/{consultation.slug}/svar/{response.reference}/")
    assert "Et svar som ble lest." in page.inner_text("main")
