"""What an extraction refuses, one after the other: each says what the archivist has to do, and
leaves nothing that looks whole.

Most of this the database forbids; it is done behind its back.
"""

import errno
import os
import resource
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.roles import Role
from archive.actions import (
    PartOfDocument,
    close_case_file,
    note_download,
    resume_extraction,
    settle_conversion,
    start_extraction,
    write_off_entry,
)
from archive.files import store_file
from archive.models import Conversion, EntryState, Extraction, ExtractionStatus, Series
from archive.noark5.extraction import folder_of, growing_of, is_whole, run_extraction
from archive.noark5.tar import tar_of
from archive.vocabulary import EntryStatus, SeriesStatus, WriteOff
from tests import factories
from tests.archive import records
from tests.presses import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def schemas(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)


@pytest.fixture
def authority():
    """One whose only case file is closed, with three entries."""
    case_file = records.case_file()
    for _ in range(3):
        records.written_off(case_file)
    close_case_file(case_file, by=None)
    return case_file.authority


@pytest.fixture
def asked(authority):
    """An extraction that waits for its worker."""
    return start_extraction(authority, by=None)


def failed(extraction):
    """Run it; what it says when it has failed. Nothing of it looks whole."""
    run_extraction(extraction)
    made = Extraction.objects.get(pk=extraction.pk)
    assert made.status == ExtractionStatus.FAILED, made.status
    assert made.finished_at
    assert not is_whole(folder_of(made))
    assert not folder_of(made).exists()
    assert not tar_of(made).exists()
    assert made.archive_name == ""
    return made.error


def succeeds(extraction, authority):
    """It is let go on, and is whole."""
    resume_extraction(extraction, by=factories.official(authority, Role.ARCHIVIST))
    run_extraction(extraction)
    made = Extraction.objects.get(pk=extraction.pk)
    assert (made.status, made.error) == (ExtractionStatus.DONE, "")
    assert is_whole(folder_of(made))
    assert not growing_of(folder_of(made)).exists()
    return True


def behind_its_back(statement, *values):
    """Change what the triggers protect."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def stored(authority):
    """The first of its documents, and the file that it lies in."""
    document = authority.entries.order_by("pk").first().documents.get()
    return document, Path(default_storage.path(document.path))


# --- Refused before anything is closed ----------------------------------------------------


def test_1_nothing_that_is_closed():
    opened = records.case_file()

    with refused("No case file is closed yet", "when its consultation is concluded"):
        start_extraction(opened.authority, by=None)


def test_2_no_official_schemas(authority, settings):
    settings.NOARK5_SCHEMAS = ""

    with refused("incomplete", "Download them", "let NOARK5_SCHEMAS name their folder"):
        start_extraction(authority, by=None)
    assert Series.objects.get().status == SeriesStatus.ACTIVE


def test_3_a_schema_that_is_missing(authority, settings, tmp_path):
    shutil.copytree(settings.NOARK5_SCHEMAS, tmp_path / "schemas")
    settings.NOARK5_SCHEMAS = str(tmp_path / "schemas")
    (tmp_path / "schemas" / "metadatakatalog.xsd").unlink()

    with refused("metadatakatalog.xsd is not in it", "Put it there"):
        start_extraction(authority, by=None)


def test_4_a_folder_that_cannot_be_written(authority, settings):
    settings.EXTRACTIONS_DIR.write_text("a file where the folder should be")

    with refused("can not be written", "Nothing was closed", "then try again"):
        start_extraction(authority, by=None)


def test_5_a_folder_that_holds_something_else(authority, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "brev.txt").write_text("viktig")

    with pytest.raises(CommandError, match="is not an empty folder"):
        call_command("export_extraction", authority=authority.slug, out=tmp_path / "full")

    assert os.listdir(tmp_path / "full") == ["brev.txt"]
    assert not Extraction.objects.exists()


def test_6_somebody_who_is_not_the_archivist(authority):
    moderator = factories.official(authority, Role.MODERATOR)
    elsewhere = factories.official(factories.authority(), Role.ARCHIVIST)

    for stranger in (moderator, elsewhere):
        with pytest.raises(PermissionDenied):
            start_extraction(authority, by=stranger)
    assert not Extraction.objects.exists()


# --- Refused while it is made; mended, it goes on -----------------------------------------


def test_7_a_missing_document(asked, authority):
    document, file = stored(authority)
    content = file.read_bytes()
    file.unlink()

    said = failed(asked)

    assert f"{document.system_id} is missing" in said
    assert document.path in said
    assert "Restore it from the backup" in said
    file.write_bytes(content)
    assert succeeds(asked, authority)


@pytest.mark.parametrize("harm", ["changed", "longer", "shorter"])
def test_8_a_wrong_digest(asked, authority, harm):
    document, file = stored(authority)
    content = file.read_bytes()
    harmed = {"changed": content[:-1] + b"?", "longer": content + b" ", "shorter": content[:-1]}
    file.write_bytes(harmed[harm])

    said = failed(asked)

    assert f"{document.system_id} ({document.path}) is not the one that was journaled" in said
    assert "Restore it from the backup" in said
    file.write_bytes(content)
    assert succeeds(asked, authority)


@pytest.mark.parametrize(
    ("number", "place"), [("number", "the journal of"), ("case_number", "case file")]
)
def test_9_a_gap_in_the_numbers(asked, authority, number, place):
    behind_its_back(
        f"UPDATE archive_journalentry SET {number} = 9 WHERE {number} = 3 AND authority_id = %s",
        authority.pk,
    )

    said = failed(asked)

    assert f"{place} " in said
    assert "has no entry 3." in said
    assert "Run verify_journal, restore the database" in said
    behind_its_back(f"UPDATE archive_journalentry SET {number} = 3 WHERE {number} = 9")
    assert succeeds(asked, authority)


def test_10_an_entry_that_is_open_in_a_closed_case_file(asked, authority):
    entry = authority.entries.order_by("pk").first()
    set_status = "UPDATE archive_entrystate SET status = %s WHERE entry_id = %s"
    behind_its_back(set_status, EntryStatus.JOURNALED, entry.pk)

    said = failed(asked)

    assert f"Entry {entry.identifier} in the closed case file" in said
    assert "is “Journalført”" in said
    assert "archive it" in said
    behind_its_back(set_status, EntryStatus.ARCHIVED, entry.pk)
    assert succeeds(asked, authority)


def test_11_an_entry_that_is_not_written_off(asked, authority):
    state = EntryState.objects.filter(entry__authority=authority).order_by("pk").first()
    write_off = (
        "UPDATE archive_entrystate SET write_off = %s, written_off_on = %s, written_off_by = %s"
        " WHERE entry_id = %s"
    )
    behind_its_back(write_off, "", None, "", state.pk)

    said = failed(asked)

    assert f"Entry {state.entry.identifier}" in said
    assert "Write it off" in said
    behind_its_back(
        write_off, state.write_off, state.written_off_on, state.written_off_by, state.pk
    )
    assert succeeds(asked, authority)


def test_12_an_unsupported_format():
    case_file = records.case_file()
    strange = PartOfDocument("Ark", "Vedlegg", stored=store_file(b"1;2", "xyz"), format="xyz")
    whole = PartOfDocument("Høringssvar", "Høringsuttalelse", page=records.page())
    entry = records.entry(case_file, parts=[whole, strange])
    write_off_entry(entry, WriteOff.NOTED, by=None)
    archivist = factories.official(case_file.authority, Role.ARCHIVIST)
    settle_conversion(Conversion.objects.get(), "Som den er.", by=archivist)
    close_case_file(case_file, by=None)

    said = failed(start_extraction(case_file.authority, by=None))

    assert f"Document 2 of entry {entry.identifier} (“Ark”) is of the format xyz" in said
    assert "Convert it, or settle it" in said


@contextmanager
def little_room(folder, size):
    """A small disk at a folder; where none can be had, no file may be larger than that."""
    folder.mkdir(parents=True)
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    if os.geteuid() == 0 and subprocess.run(mounting, check=False).returncode == 0:
        try:
            yield lambda: subprocess.run(["mount", "-o", "remount,size=50m", folder], check=True)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)
    finally:
        with suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_13_a_full_disk(authority, settings, tmp_path):
    settings.EXTRACTIONS_DIR = tmp_path / "disk"
    case_file = records.case_file(authority)
    for _ in range(20):
        records.written_off(case_file)
    close_case_file(case_file, by=None)

    with little_room(tmp_path / "disk", 200_000) as make_room:
        asked = start_extraction(authority, by=None)
        said = failed(asked)

        assert os.strerror(errno.ENOSPC) in said or os.strerror(errno.EFBIG) in said
        assert "Make room or give access, then let the extraction go on" in said
        kept = growing_of(folder_of(Extraction.objects.get()))
        copied = {path.name: path.stat().st_ino for path in kept.rglob("*.pdf")}
        make_room()
        assert succeeds(asked, authority)
        made = folder_of(Extraction.objects.get())
        there = {path.name: path.stat().st_ino for path in made.rglob("*.pdf")}
        assert len(copied) > 0
        assert copied.items() <= there.items()
        assert len(there) == 23


# --- Refused afterwards -------------------------------------------------------------------


def test_14_what_has_not_failed_does_not_go_on(asked, authority):
    archivist = factories.official(authority, Role.ARCHIVIST)

    with refused("Waiting", "nothing to go on with"):
        resume_extraction(asked, by=archivist)
    run_extraction(asked)
    with refused("Done"):
        resume_extraction(asked, by=archivist)


def test_15_a_file_that_is_not_there_yet(asked, authority):
    archivist = factories.official(authority, Role.ARCHIVIST)

    with refused("no file to download"):
        note_download(asked, by=archivist)
