"""All that an extraction can hold is told to the archive by its actions alone, and comes out of
it as the standard wants it: whoever makes it later only calls them."""

from datetime import date

import pytest
from django.utils import timezone
from lxml import etree

from archive.actions import (
    PartOfDocument,
    Party,
    add_redacted_variant,
    answer_entries,
    close_case_file,
    remark_entry,
    screen_entry,
    start_extraction,
    write_off_entries,
    write_off_entry,
)
from archive.files import store_file
from archive.models import Extraction, JournalEntry
from archive.noark5.extraction import folder_of, run_extraction
from archive.vocabulary import SCREENED_PARTS, EntryKind, LegalBasis, PartyKind, WriteOff
from tests import factories
from tests.archive import breaking, records
from tests.presses import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def schemas(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)


def outgoing(case_file, title, *recipients):
    return records.new_entry(
        case_file,
        kind=EntryKind.OUTGOING,
        title=title,
        parties=tuple(Party(PartyKind.RECIPIENT, name) for name in recipients),
        received_at=None,
        sent_at=timezone.now(),
        document_date=date.today(),
    )


def internal(case_file, title):
    return records.entry(
        case_file,
        kind=EntryKind.INTERNAL,
        title=title,
        parties=(Party(PartyKind.INTERNAL_SENDER, "Prøveavdelingen"),),
        received_at=None,
    )


@pytest.fixture
def case_file():
    """A closed one with a piece of every kind."""
    opened = records.case_file(keywords=["Fastlege"])
    records.journal(outgoing(opened, "Høringsbrev", "Fjellaget", "Fjordlaget"), by=None)
    note = store_file("Æ, ø og å.\n".encode(), "txt")
    parts = [
        PartOfDocument("Høringssvar", "Høringsuttalelse", page=records.page()),
        PartOfDocument("notat", "Vedlegg", stored=note, format="txt"),
    ]
    plain = records.entry(opened, parts=parts, title="Svar med vedlegg", keywords=("Fastlege",))
    redacted = records.entry(opened, title="Sladdet svar")
    add_redacted_variant(redacted, records.page(body="Sladdet."))
    basis = LegalBasis.OFFL_13
    screen_entry(redacted, legal_basis=basis, document=SCREENED_PARTS, by=None)
    write_off_entry(redacted, WriteOff.TAKEN_INTO_ACCOUNT, by=None)
    internal(opened, "Departementets vurdering – Fastlege")
    internal(opened, "Diskusjon – prøve")
    remark_entry(plain, "Ring avsenderen.", source="note-7", kind="Internt notat", by=None)
    answer_entries(outgoing(opened, "Tilbakemelding", "Nora Prøve"), [plain], by=None)
    return close_case_file(opened, by=None)


def extracted(case_file, **wish):
    run_extraction(start_extraction(case_file.authority, by=None, **wish))
    made = Extraction.objects.latest("pk")
    assert made.error == ""
    folder = folder_of(made)
    assert breaking.breaches(folder) == []
    structure = etree.parse(folder / "arkivstruktur.xml")
    return {each.findtext("{*}tittel"): each for each in structure.iter("{*}registrering")}


def test_each_kind_of_entry_reaches_a_package_without_a_breach(case_file):
    found = extracted(case_file)

    assert {title: each.findtext("{*}journalposttype") for title, each in found.items()} == {
        "Høringsbrev": "Utgående dokument",
        "Svar med vedlegg": "Inngående dokument",
        "Sladdet svar": "Inngående dokument",
        "Departementets vurdering – Fastlege": "Organinternt dokument uten oppfølging",
        "Diskusjon – prøve": "Organinternt dokument uten oppfølging",
        "Tilbakemelding": "Utgående dokument",
    }
    assert len(list(found["Høringsbrev"].iter("{*}korrespondansepart"))) == 2
    assert found["Svar med vedlegg"].findtext("{*}noekkelord") == "Fastlege"
    assert len(list(found["Svar med vedlegg"].iter("{*}dokumentobjekt"))) == 2
    assert len(list(found["Sladdet svar"].iter("{*}dokumentobjekt"))) == 2


def test_feedback_is_what_the_response_was_answered_by(case_file):
    found = extracted(case_file)

    write_off = found["Svar med vedlegg"].find("{*}avskrivning")
    assert write_off.findtext("{*}avskrivningsmaate") == "Besvart med brev"
    assert write_off.findtext("{*}referanseAvskrivesAvJournalpost") == found[
        "Tilbakemelding"
    ].findtext("{*}systemID")


def test_internal_notes_go_along_on_request_only(case_file):
    without = extracted(case_file)
    along = extracted(case_file, has_notes=True)

    assert without["Svar med vedlegg"].find("{*}merknad") is None
    note = along["Svar med vedlegg"].find("{*}merknad")
    assert note.findtext("{*}merknadstekst") == "Ring avsenderen."
    assert note.findtext("{*}merknadstype") == "Internt notat"
    assert note.findtext("{*}merknadRegistrertAv")
    assert [bool(each.has_notes) for each in Extraction.objects.order_by("pk")] == [False, True]


# --- Answering ----------------------------------------------------------------------------


def test_answer_entries_records_who_and_writes_off_all():
    opened = records.case_file()
    entries = [records.entry(opened) for _ in range(2)]
    clerk = factories.official(opened.authority, "case_handler", name="Siri Saksbehandler")

    letter = answer_entries(outgoing(opened, "Svar", "Nora Prøve"), entries, by=clerk)

    for entry in entries:
        entry.state.refresh_from_db()
        assert entry.state.answered_by == letter
        assert entry.state.written_off_by == "Siri Saksbehandler"
        assert entry.state.write_off == WriteOff.ANSWERED_BY_LETTER


def test_answer_that_does_not_go_out_is_refused_and_takes_no_number():
    opened = records.case_file()
    entry = records.entry(opened)
    incoming = records.new_entry(opened)

    with refused("goes out"):
        answer_entries(incoming, [entry], by=None)


def test_answer_to_what_is_written_off_or_in_another_case_is_refused():
    opened = records.case_file()
    letter = outgoing(opened, "Svar", "Nora Prøve")

    for entry in (records.written_off(opened), records.entry(records.case_file(opened.authority))):
        with refused(entry.identifier):
            answer_entries(letter, [entry], by=None)
    assert not JournalEntry.objects.filter(title="Svar").exists()


@pytest.mark.parametrize("manner", [WriteOff.ANSWERED_BY_LETTER, WriteOff.ANSWERED_BY_EMAIL])
def test_written_answer_that_is_not_named_is_refused(manner):
    entry = records.entry(records.case_file())

    with refused("Say which entry is the answer"):
        write_off_entries([entry], manner, by=None)
