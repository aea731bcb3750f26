"""The main job from end to end, in a browser: answer, accept, journal, assign, publish, extract."""

from pathlib import Path

from django.conf import settings
from lxml import etree
from playwright.sync_api import expect

from accounts.roles import Role
from archive.models import Extraction, JournalEntry
from casework.models import Assignment
from consultations.models import Consultation, Response
from tests import factories

TEXT = "Vi trenger en fastlege som blir.\n\nI dag må vi begynne på nytt hvert år."


def test_anonymous_answer_goes_all_the_way_to_the_extraction(
    page, base_url, log_in, noark5_schemas, settings
):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)
    authority = factories.authority()
    editor = factories.official(authority, Role.EDITOR)
    moderator = factories.official(authority, Role.MODERATOR)
    archivist = factories.official(authority, Role.ARCHIVIST)
    consultation = factories.open_for_answers(authority, editor=editor)

    # Somebody answers without saying who they are.
    page.goto(f"{base_url}/nb/")
    page.click(f"main a:has-text('{consultation.title}')")
    page.locator("main a[href*='svar']").first.click()
    page.check("input[name=sender_kind][value=anonymous]")
    page.locator("details.theme textarea").first.fill(TEXT)
    page.click("button[name=check]")
    page.click("form[action$='/send/'] button")
    page.wait_for_url("**/kvittering/")
    response = Response.objects.get()
    assert response.submission.reference in page.inner_text("main")

    # The moderator accepts and publishes it.
    log_in(moderator)
    page.goto(f"{base_url}/nb/moderering/")
    page.click(f"main a[href*='{response.reference}']")
    page.click("button[name=decision][value=publish]")
    response.refresh_from_db()
    assert (response.status, response.publication) == ("accepted", "published")

    # It stands in the journal, and had its number before it was on anybody's desk.
    entry = JournalEntry.objects.get(source=response.reference)
    log_in(archivist)
    page.goto(f"{base_url}/nb/arkiv/{authority.slug}/journal/")
    assert entry.identifier in page.inner_text("main")
    page.goto(f"{base_url}/nb/journal/{authority.slug}/")
    assert entry.identifier in page.inner_text("main")

    # The case handler of the theme has it in the inbox, reads it and handles it.
    assignment = Assignment.objects.get(response=response, entry=entry)
    log_in(assignment.handler)
    page.goto(f"{base_url}/nb/saksbehandling/")
    page.click(f"main a[href*='{response.reference}']")
    expect(page.locator("main")).to_contain_text("begynne på nytt")
    page.click("form[action$='/behandle/'] button")
    assignment.refresh_from_db()
    assert assignment.status == "handled"

    # Everybody can read it.
    page.context.clear_cookies()
    page.goto(f"{base_url}/nb/horinger/{consultation.slug}/tema/{response.theme.slug}/")
    assert "begynne på nytt" in page.inner_text("main")
    assert page.context.cookies() == []

    # The editor concludes, and the archivist extracts.
    log_in(editor)
    for _step in ("close", "start treatment", "conclude"):
        page.goto(f"{base_url}/nb/redigering/{consultation.slug}/")
        page.click("main a[href$='/videre/']")
        page.click("main form button")
    assert Consultation.objects.get().status == "concluded"
    log_in(archivist)
    page.goto(f"{base_url}/nb/arkiv/{authority.slug}/uttrekk/")
    page.click("main form button")
    assert Extraction.objects.get().status == "done"
    holds_what_was_sent(noark5_schemas, response)


def holds_what_was_sent(schemas, response):
    """The extraction is valid, and has the response with its document."""
    package = Path(settings.EXTRACTIONS_DIR, Extraction.objects.get().folder)
    for name in ("arkivstruktur", "endringslogg", "loependeJournal", "offentligJournal"):
        schema = etree.XMLSchema(etree.parse(schemas / f"{name}.xsd"))
        schema.assertValid(etree.parse(package / f"{name}.xml"))
    schema = etree.XMLSchema(etree.parse(schemas / "addml.xsd"))
    schema.assertValid(etree.parse(package / "arkivuttrekk.xml"))
    structure = etree.parse(package / "arkivstruktur.xml")
    namespace = {"n": "http://www.arkivverket.no/standarder/noark5/arkivstruktur"}
    assert len(structure.findall(".//n:registrering", namespace)) == 2
    assert structure.find(".//n:noekkelord", namespace) is not None
    document = JournalEntry.objects.get(source=response.reference).documents.get()
    digests = [each.text for each in structure.findall(".//n:sjekksum", namespace)]
    assert document.sha256 in digests
    assert len(list((package / "DOKUMENT").rglob("*.pdf"))) == len(digests)
