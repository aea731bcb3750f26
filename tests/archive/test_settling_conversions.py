"""Conversions that are tried again or settled by a person, and what follows from each state."""

import hashlib
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from lxml import etree

from accounts.roles import Role
from accounts.rules import ActionRefused
from archive import tasks
from archive.actions import (
    approve_erasure,
    close_case_file,
    correct_entry,
    mark_infected,
    request_erasure,
    retry_conversion,
    settle_conversion,
    start_extraction,
    write_off_entry,
)
from archive.converting import convert_document
from archive.formats import recognise
from archive.models import ArchivedDocument, CaseFile, Conversion, ConversionStatus, Extraction
from archive.noark5.extraction import folder_of
from archive.verify import verify_chain
from archive.vocabulary import CaseStatus, WriteOff
from tests import factories
from tests.archive import breaking, offices, records
from tests.archive.convertible import NOTE, again, archivist_of, attached, failed, waiting

pytestmark = pytest.mark.django_db


# --- Tried again, and settled ------------------------------------------------------------


def test_retry_conversion_begins_anew(django_capture_on_commit_callbacks, program):
    conversion = failed()

    with django_capture_on_commit_callbacks(execute=True):
        retried = retry_conversion(conversion, by=archivist_of(conversion))

    assert retried.attempts == 0
    assert again(conversion).status == ConversionStatus.DONE


ACTS = {
    "retry": lambda conversion, by: retry_conversion(conversion, by=by),
    "settle": lambda conversion, by: settle_conversion(conversion, NOTE, by=by),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_is_done_or_settled_is_left_alone(program, act):
    conversion = waiting()
    archivist = archivist_of(conversion)
    convert_document(conversion)
    settled = attached()
    other = Conversion.objects.get(document__entry=settled)
    settle_conversion(other, NOTE, by=archivist_of(other))

    for each, by in ((conversion, archivist), (other, archivist_of(other))):
        before = Conversion.objects.filter(pk=each.pk).values().get()
        with pytest.raises(ActionRefused):
            ACTS[act](each, by)
        assert Conversion.objects.filter(pk=each.pk).values().get() == before


@pytest.mark.parametrize("make", [waiting, failed])
def test_settle_conversion_keeps_a_copy_made_by_hand_and_records_who(make):
    conversion = make()

    settled = settle_conversion(
        conversion, NOTE, copy=records.copy_by_hand(), by=archivist_of(conversion)
    )

    copy = ArchivedDocument.objects.get(converted_from=conversion.document)
    assert settled.status == ConversionStatus.SETTLED
    assert (str(settled.settled_by), settled.settled_note) == ("Arne Arkivar", NOTE)
    assert settled.settled_at
    assert (copy.created_by, copy.conversion_comment) == ("Arne Arkivar", NOTE)
    assert not Conversion.objects.unsettled().exists()


@pytest.mark.parametrize("act", ACTS)
def test_only_an_archivist_of_the_authority_may(act):
    conversion = failed()
    strangers = factories.everyone_but(conversion.document.entry.authority, Role.ARCHIVIST)

    for stranger in [*strangers, *([None] if act == "settle" else [])]:
        with pytest.raises(PermissionDenied):
            ACTS[act](conversion, stranger)

    assert again(conversion).status == ConversionStatus.FAILED


def test_settle_conversion_needs_a_note_and_no_virus():
    conversion = failed()
    archivist = archivist_of(conversion)
    with pytest.raises(ActionRefused):
        settle_conversion(conversion, " ", by=archivist)
    mark_infected(conversion.document.sha256)

    with pytest.raises(ActionRefused, match="virus"):
        settle_conversion(conversion, NOTE, by=archivist)

    assert again(conversion).status == ConversionStatus.FAILED
    assert settle_conversion(conversion, NOTE, copy=records.copy_by_hand(), by=archivist)


# --- What follows from it ----------------------------------------------------------------


@pytest.mark.parametrize(("make", "numbers"), [(waiting, "1 wait.* 0 "), (failed, "0 wait.* 1 ")])
def test_case_file_is_not_closed_before_all_is_settled(english, make, numbers):
    conversion = make()
    entry = conversion.document.entry
    write_off_entry(entry, WriteOff.TAKEN_INTO_ACCOUNT, by=None)

    with pytest.raises(ActionRefused, match=numbers):
        close_case_file(entry.case_file, by=None)
    assert CaseFile.objects.get().status == CaseStatus.OPEN
    records.settled(entry.case_file, by=archivist_of(conversion))

    assert close_case_file(entry.case_file, by=None).status == CaseStatus.CLOSED


@pytest.mark.parametrize("state", ["waiting", "failed", "done", "settled"])
def test_correction_is_as_far_as_the_entry_it_stands_for(program, state):
    conversion = failed() if state == "failed" else waiting()
    archivist = archivist_of(conversion)
    if state == "done":
        convert_document(conversion)
    elif state == "settled":
        settle_conversion(conversion, NOTE, copy=records.copy_by_hand(), by=archivist)
    old = conversion.document.entry

    correction = correct_entry(old, title="Rettet", reason="Feil.", by=archivist)

    new = Conversion.objects.get(document__entry=correction)
    assert new.status == state
    copies = ArchivedDocument.objects.filter(entry=correction).exclude(converted_from=None)
    assert [each.converted_from for each in copies] == (
        [new.document] if state in {"done", "settled"} else []
    )
    assert conversion not in Conversion.objects.unsettled()
    assert list(verify_chain(old.authority)) == []


def test_erasure_takes_the_copy_with_it(program):
    conversion = waiting()
    convert_document(conversion)
    asked = request_erasure(
        conversion.document.entry,
        documents=[conversion.document.system_id],
        legal_basis="Dom",
        reason="Dom.",
        by=archivist_of(conversion),
    )

    approve_erasure(asked, by=archivist_of(conversion))

    assert asked.erased_documents.count() == 2
    assert list(verify_chain(asked.authority)) == []


def test_original_that_is_delivered_as_it_is_says_why(noark5_schemas, settings):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)
    conversion = failed()
    entry = conversion.document.entry
    settle_conversion(conversion, "Avtalt med mottakeren.", by=archivist_of(conversion))
    write_off_entry(entry, WriteOff.TAKEN_INTO_ACCOUNT, by=None)
    close_case_file(entry.case_file, by=None)

    start_extraction(entry.authority, by=None)
    tasks.run_outstanding()

    made = Extraction.objects.get()
    structure = etree.parse(folder_of(made) / "arkivstruktur.xml")
    etree.XMLSchema(etree.parse(noark5_schemas / "arkivstruktur.xsd")).assertValid(structure)
    description = list(structure.iter("{*}dokumentbeskrivelse"))[1]
    assert description.findtext("{*}merknad/{*}merknadstekst") == "Avtalt med mottakeren."
    assert description.findtext("{*}merknad/{*}merknadRegistrertAv") == "Arne Arkivar"
    assert description.findtext("{*}dokumentobjekt/{*}variantformat") == "Arkivformat"
    assert description.findtext("{*}dokumentobjekt/{*}format") == "docx"
    assert description.find("{*}dokumentobjekt/{*}konvertering") is None


@pytest.mark.usefixtures("libreoffice")
def test_converted_attachment_reads_back_whole_from_a_package(noark5_schemas, settings):
    """By the real LibreOffice, from what was sent to what is delivered."""
    settings.NOARK5_SCHEMAS = str(noark5_schemas)
    conversion = waiting(content=offices.WORD)
    original, entry = conversion.document, conversion.document.entry
    convert_document(conversion)
    write_off_entry(entry, WriteOff.TAKEN_INTO_ACCOUNT, by=None)
    close_case_file(entry.case_file, by=None)

    start_extraction(entry.authority, by=None)
    tasks.run_outstanding()

    package = folder_of(Extraction.objects.get())
    assert breaking.breaches(package, noark5_schemas) == []
    structure = etree.parse(package / "arkivstruktur.xml")
    (made,) = list(structure.iter("{*}dokumentbeskrivelse"))[1].findall("{*}dokumentobjekt")
    content = (package / made.findtext("{*}referanseDokumentfil")).read_bytes()
    assert made.findtext("{*}sjekksum") == hashlib.sha256(content).hexdigest()
    assert made.findtext("{*}filstoerrelse") == str(len(content))
    assert recognise(BytesIO(content), "pdf").details == made.findtext("{*}formatDetaljer")
    copy = ArchivedDocument.objects.get(converted_from=original)
    with default_storage.open(copy.path) as kept, pikepdf.open(BytesIO(content)) as pdf:
        assert kept.read() == content
        assert len(pdf.pages) == 1
        assert pdf.Root.MarkInfo.Marked
    told = made.find("{*}konvertering")
    assert told.findtext("{*}konvertertFraFormat") == original.format_details
    assert told.findtext("{*}konvertertTilFormat") == "PDF/A-2b (PRONOM fmt/477)"
    assert told.findtext("{*}konverteringsverktoey").startswith("LibreOffice ")
    with default_storage.open(original.path) as kept:  # beside it in the record, as it was sent
        assert kept.read() == offices.WORD
