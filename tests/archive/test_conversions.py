"""Conversions: asked for with the entry, made once, settled by a person where none can be made."""

import hashlib
from datetime import timedelta
from functools import partial
from io import BytesIO

import pikepdf
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.utils import timezone
from lxml import etree

from accounts.roles import Role
from accounts.rules import ActionRefused
from archive import converting, sandbox, tasks
from archive.actions import (
    PartOfDocument,
    approve_erasure,
    claim_conversion,
    close_case_file,
    correct_entry,
    fail_conversion,
    hold_file,
    mark_infected,
    record_conversion,
    release_file,
    request_erasure,
    retry_conversion,
    settle_conversion,
    start_extraction,
    write_off_entry,
)
from archive.actions.conversions import MOST_ATTEMPTS
from archive.converting import Copy, convert_document
from archive.files import store_file
from archive.formats import recognise
from archive.models import (
    ArchivedDocument,
    CaseFile,
    Conversion,
    ConversionFault,
    ConversionStatus,
    Extraction,
)
from archive.noark5.extraction import folder_of
from archive.verify import verify_chain, verify_documents
from archive.vocabulary import CaseStatus, Variant, WriteOff
from tests import factories
from tests.archive import breaking, offices, records
from tests.presses import at_once, told

pytestmark = pytest.mark.django_db
NOTE = "Skrevet ut som PDF/A."


def attached(content=offices.WORD, extension="docx", case_file=None):
    """An entry with one attachment."""
    stored = store_file(content, extension)
    parts = [
        PartOfDocument("Høringssvar", "Høringsuttalelse", page=records.page()),
        PartOfDocument("Vedlegg 1", "Vedlegg", stored=stored, format=extension),
    ]
    return records.entry(case_file or records.case_file(), parts=parts)


def waiting(**fields):
    """A conversion that waits for a worker."""
    attached(**fields)
    Conversion.objects.update(due_at=timezone.now())  # though a nudge may have tried in vain
    return Conversion.objects.select_related("document__entry").get()


def failed():
    conversion = waiting()
    fail_conversion(claim_conversion(conversion), ConversionFault.BROKEN)
    return Conversion.objects.get(pk=conversion.pk)


def again(conversion):
    return Conversion.objects.select_related("document").get(pk=conversion.pk)


def archivist_of(conversion):
    return factories.official(
        conversion.document.entry.authority, Role.ARCHIVIST, name="Arne Arkivar"
    )


@pytest.fixture
def program(monkeypatch):
    """LibreOffice's part played: makes a PDF/A, or raises what it is told to."""

    class Program:
        raises = None
        made = 0

        def __call__(self, file, extension):
            self.made += 1
            if self.raises:
                raise self.raises
            return self

        def __enter__(self):
            self.file = default_storage.open(records.copy_by_hand().stored.path)
            return Copy(self.file, "pdf", "PDF/A-2b (PRONOM fmt/477)", "Office 1", "Satt på nytt.")

        def __exit__(self, *_):
            self.file.close()

    played = Program()
    monkeypatch.setattr(converting, "converted", played)
    return played


# --- Asked for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (offices.WORD, "docx"),
        (offices.odt(), "odt"),
        (offices.PLAIN_PDF, "pdf"),
        ("“Hei”".encode("cp1252"), "txt"),
    ],
    ids=offices.kind,
)
def test_attachment_in_no_archive_format_is_asked_to_be_converted(
    content, extension, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as nudges:
        entry = attached(content, extension)

    conversion = Conversion.objects.get()
    assert (conversion.document.number, conversion.status) == (2, ConversionStatus.WAITING)
    assert conversion.document.variant == Variant.PRODUCTION
    assert entry.documents.get(number=1).variant == Variant.ARCHIVE
    assert len(nudges) == 1
    assert list(verify_chain(entry.authority)) == []


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (offices.pdf_a(), "pdf"),
        ("Æ".encode(), "txt"),
        ("Æ".encode("latin-1"), "txt"),
        (factories.PNG, "png"),
        (records.JFIF, "jpg"),
        (b"II*\0" + bytes(20), "tiff"),
    ],
    ids=offices.kind,
)
def test_attachment_in_an_archive_format_stays_as_it_is(content, extension):
    entry = attached(content, extension)

    assert not Conversion.objects.exists()
    assert entry.documents.get(number=2).variant == Variant.ARCHIVE


# --- Made --------------------------------------------------------------------------------


def test_convert_document_keeps_the_copy_beside_the_original(program):
    conversion = waiting()
    original = conversion.document

    convert_document(conversion)

    copy = ArchivedDocument.objects.get(converted_from=original)
    assert again(conversion).status == ConversionStatus.DONE
    assert (copy.entry, copy.number, copy.role) == (original.entry, 2, original.role)
    assert (copy.description_id, copy.title) == (original.description_id, original.title)
    assert (copy.variant, copy.version, copy.format) == (Variant.ARCHIVE, 1, "pdf")
    assert (copy.conversion_tool, copy.conversion_comment) == ("Office 1", "Satt på nytt.")
    assert copy.created_by == "Netthøring"
    assert default_storage.size(copy.path) == copy.size
    authority = original.entry.authority
    assert [*verify_chain(authority), *verify_documents(authority)] == []


def test_convert_document_twice_makes_one_copy(program):
    conversion = waiting()

    convert_document(conversion)
    convert_document(conversion)

    assert program.made == 1
    assert ArchivedDocument.objects.filter(converted_from=conversion.document).count() == 1


def test_two_workers_at_once_do_not_share_one():
    conversion = waiting()

    assert claim_conversion(conversion).attempts == 1
    assert claim_conversion(conversion) is None


@pytest.mark.parametrize("name", ["convert_document", "convert_outstanding"])
def test_task_finds_it(program, name):
    conversion = waiting()

    getattr(tasks, name)(*([conversion.pk] if name == "convert_document" else []))

    assert again(conversion).status == ConversionStatus.DONE


def test_file_that_is_as_it_must_be_is_done_without_a_copy():
    conversion = waiting(content=offices.PLAIN_PDF, extension="pdf")
    claimed = claim_conversion(conversion)

    record_conversion(claimed, None)

    assert again(conversion).status == ConversionStatus.DONE
    assert not ArchivedDocument.objects.exclude(converted_from=None).exists()


@pytest.mark.parametrize("meanwhile", ["settled", "erased", "corrected", "overtaken"])
def test_copy_that_comes_too_late_is_thrown_away(meanwhile, django_capture_on_commit_callbacks):
    conversion = waiting()
    entry, archivist = conversion.document.entry, archivist_of(conversion)
    claimed, copy = claim_conversion(conversion), records.copy_by_hand()
    if meanwhile == "settled":
        settle_conversion(conversion, NOTE, by=archivist)
    elif meanwhile == "erased":
        asked = request_erasure(
            entry,
            documents=[conversion.document.system_id],
            legal_basis="Dom",
            reason="Dom.",
            by=archivist,
        )
        approve_erasure(asked, by=archivist_of(conversion))
    elif meanwhile == "corrected":
        correct_entry(entry, title="Rettet", reason="Feil.", by=archivist)
    else:
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            claim_conversion(conversion)

    with django_capture_on_commit_callbacks(execute=True):
        record_conversion(claimed, copy)

    assert not ArchivedDocument.objects.exclude(converted_from=None).exists()
    assert not default_storage.exists(copy.stored.path)


def test_worker_that_died_leaves_it_to_another_and_not_for_ever():
    conversion = waiting()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert claim_conversion(conversion).attempts == attempt
        Conversion.objects.update(due_at=timezone.now())

    assert claim_conversion(conversion) is None

    assert again(conversion).status == ConversionStatus.FAILED
    assert again(conversion).error == ConversionFault.STOPPED


# --- Not made ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raises", "fault"),
    [
        (sandbox.TimedOut("sen"), ConversionFault.TIMED_OUT),
        (sandbox.Stopped("drept"), ConversionFault.STOPPED),
    ],
)
def test_what_may_pass_is_tried_a_few_times_with_longer_between(program, raises, fault):
    conversion, program.raises = waiting(), raises
    waits = []

    while again(conversion).status == ConversionStatus.WAITING:
        now = timezone.now()
        Conversion.objects.update(due_at=now)
        convert_document(conversion)
        waits.append(round((again(conversion).due_at - now) / timedelta(minutes=1)))

    assert (again(conversion).status, again(conversion).error) == (ConversionStatus.FAILED, fault)
    assert program.made == MOST_ATTEMPTS
    assert waits[:2] == [1, 2]


@pytest.mark.parametrize(
    ("raises", "fault"),
    [
        (converting.ProgramMissing("soffice"), ConversionFault.PROGRAM_MISSING),
        (sandbox.SandboxMissing("bwrap"), ConversionFault.SANDBOX_MISSING),
        (OSError(28, "No space left on device"), ConversionFault.UNREADABLE),
    ],
)
def test_what_the_server_lacks_is_waited_for_without_end(program, raises, fault):
    conversion, program.raises = waiting(), raises

    for _ in range(MOST_ATTEMPTS + 2):
        Conversion.objects.update(due_at=timezone.now())
        convert_document(conversion)

    assert (again(conversion).status, again(conversion).error) == (ConversionStatus.WAITING, fault)
    assert not Conversion.objects.outstanding().exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert Conversion.objects.outstanding().exists()


def test_full_disk_leaves_no_half_file(program, monkeypatch):
    conversion = waiting()
    before = set(default_storage.listdir(timezone.now().strftime("%Y/%m/%d"))[1])

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("archive.files._flush", full)
    with pytest.raises(OSError, match="No space"):
        store_file(b"x", "pdf")
    monkeypatch.setattr(converting, "_stored", full)
    convert_document(conversion)

    assert again(conversion).error == ConversionFault.UNREADABLE
    after = set(default_storage.listdir(timezone.now().strftime("%Y/%m/%d"))[1])
    assert len(after - before) <= 1  # the program's own, which the test stored


def test_what_can_not_be_converted_fails_at_once_with_its_reason(program):
    conversion, program.raises = waiting(), converting.CanNotConvert(ConversionFault.ENCRYPTED)

    convert_document(conversion)

    assert again(conversion).status == ConversionStatus.FAILED
    assert again(conversion).error == ConversionFault.ENCRYPTED
    assert list(Conversion.objects.failed()) == [conversion]
    assert list(Conversion.objects.unsettled()) == [conversion]


def test_file_is_not_opened_before_the_virus_scanner_has_looked_at_it(program):
    conversion = waiting()
    hold_file(conversion.document.sha256)
    hold_file(conversion.document.sha256)

    convert_document(conversion)
    held = program.made
    release_file(conversion.document.sha256)
    convert_document(conversion)

    assert (held, program.made) == (0, 1)


def test_infected_file_is_never_opened(program):
    conversion = waiting()
    hold_file(conversion.document.sha256)
    mark_infected(conversion.document.sha256)

    convert_document(conversion)

    assert program.made == 0
    assert again(conversion).error == ConversionFault.INFECTED


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


# --- At once -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_attempt():
    conversion = waiting()

    found = at_once(*[lambda: claim_conversion(conversion)] * 2)

    assert sorted(each is None for each in found) == [False, True]
    assert again(conversion).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_two_archivists_at_once_settle_it_once():
    conversion = failed()
    presses = [(records.copy_by_hand(), archivist_of(conversion)) for _ in range(2)]

    def press(copy, by):
        return settle_conversion(conversion, NOTE, copy=copy, by=by)

    told(at_once(*(partial(press, *each) for each in presses)))

    assert ArchivedDocument.objects.filter(converted_from=conversion.document).count() == 1
