"""Conversions: asked for with the entry, made once, settled by a person where none can be made."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from archive import converting, sandbox, tasks
from archive.actions import (
    approve_erasure,
    claim_conversion,
    correct_entry,
    hold_file,
    mark_infected,
    record_conversion,
    release_file,
    request_erasure,
    settle_conversion,
)
from archive.actions.conversions import MOST_ATTEMPTS
from archive.converting import convert_document
from archive.files import store_file
from archive.models import ArchivedDocument, Conversion, ConversionFault, ConversionStatus
from archive.verify import verify_chain, verify_documents
from archive.vocabulary import Variant
from tests import factories
from tests.archive import offices, records
from tests.archive.convertible import NOTE, again, archivist_of, attached, failed, waiting
from tests.presses import at_once, told

pytestmark = pytest.mark.django_db


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
