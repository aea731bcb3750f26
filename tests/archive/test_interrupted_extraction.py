"""An extraction that was interrupted goes on, and its package is as if it had not been."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.roles import Role
from archive.actions import (
    approve_erasure,
    close_case_file,
    delete_erased_files,
    remark_entry,
    request_erasure,
    start_extraction,
)
from archive.models import Extraction, ExtractionStatus
from archive.noark5 import bookmark
from archive.noark5.extraction import folder_of, growing_of, make_package, run_extraction
from archive.tasks import run_outstanding
from tests import factories
from tests.archive import breaking, records

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = 4
PATIENCE = 60  # seconds


@pytest.fixture(autouse=True)
def schemas(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)


@pytest.fixture
def authority():
    """One with two closed case files of some entries each."""
    authority = None
    for _ in range(2):
        case_file = records.case_file(authority)
        authority = case_file.authority
        for _ in range(ENTRIES):
            records.written_off(case_file)
        close_case_file(case_file, by=None)
    return authority


def contents(folder):
    """Each file of a package and its bytes, but for the file that says when it was made."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def stored(authority):
    """The files of the documents in the order in which they are copied."""
    entries = authority.entries.order_by("case_file", "case_number")
    return [Path(default_storage.path(each.documents.get().path)) for each in entries]


def uninterrupted(authority):
    extraction = start_extraction(authority, by=None)
    run_extraction(extraction)
    return contents(folder_of(Extraction.objects.get(pk=extraction.pk)))


def stopped_before(file, extraction):
    """Run it as far as a file that can not be had; its row then."""
    content = file.read_bytes()
    file.unlink()
    run_extraction(extraction)
    file.write_bytes(content)
    made = Extraction.objects.get(pk=extraction.pk)
    assert made.status == ExtractionStatus.FAILED
    return made


def goes_on(extraction):
    Extraction.objects.filter(pk=extraction.pk).update(status=ExtractionStatus.WAITING)
    run_extraction(extraction)
    made = Extraction.objects.get(pk=extraction.pk)
    assert (made.status, made.error) == (ExtractionStatus.DONE, "")
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [0.0, 3600.0])
@pytest.mark.parametrize("stop", [1, ENTRIES, 2 * ENTRIES - 1])
def test_what_is_whole_is_kept_and_not_read_again(authority, monkeypatch, stop, seconds):
    """With a bookmark after each entry, and with none."""
    monkeypatch.setattr(bookmark, "EVERY", seconds)
    whole = uninterrupted(authority)
    extraction = start_extraction(authority, by=None)
    files = stored(authority)
    stopped_before(files[stop], extraction)
    for file in files[:stop]:
        file.unlink()  # who reads it again, fails

    made = goes_on(extraction)

    assert contents(folder_of(made)) == whole
    assert (made.entries_done, made.documents) == (2 * ENTRIES, 2 * ENTRIES)
    assert made.bytes_done == sum(
        len(content) for name, content in whole.items() if name.startswith("DOKUMENT")
    )


@pytest.mark.django_db
def test_file_that_was_harmed_meanwhile_is_copied_again(authority):
    whole = uninterrupted(authority)
    extraction = start_extraction(authority, by=None)
    failed = stopped_before(stored(authority)[2], extraction)
    first = sorted(growing_of(folder_of(failed)).rglob("*.pdf"))[0]
    first.write_bytes(first.read_bytes()[:-1])  # as when the power went

    made = goes_on(extraction)

    assert contents(folder_of(made)) == whole


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "{", '{"moment": "another"}'])
def test_bookmark_that_is_of_no_use_is_not_used(authority, monkeypatch, content):
    monkeypatch.setattr(bookmark, "EVERY", 0.0)
    whole = uninterrupted(authority)
    extraction = start_extraction(authority, by=None)
    failed = stopped_before(stored(authority)[2], extraction)
    (growing_of(folder_of(failed)) / bookmark.NAME).write_text(content)

    made = goes_on(extraction)

    assert contents(folder_of(made)) == whole


@pytest.mark.django_db
def test_xml_shorter_than_its_bookmark_begins_anew(authority, monkeypatch):
    monkeypatch.setattr(bookmark, "EVERY", 0.0)
    whole = uninterrupted(authority)
    extraction = start_extraction(authority, by=None)
    failed = stopped_before(stored(authority)[2], extraction)
    os.truncate(growing_of(folder_of(failed)) / "arkivstruktur.xml", 100)

    made = goes_on(extraction)

    assert contents(folder_of(made)) == whole


@pytest.mark.django_db
def test_package_shows_one_moment_though_something_was_written_meanwhile(authority, monkeypatch):
    monkeypatch.setattr(bookmark, "EVERY", 0.0)
    extraction = start_extraction(authority, by=None, has_notes=True)
    stopped_before(stored(authority)[3], extraction)
    first = authority.entries.order_by("pk").first()
    remark_entry(first, "Sett på.", source="note-1", kind="Merknad", by=None)

    made = goes_on(extraction)

    assert "Sett på." in (folder_of(made) / "arkivstruktur.xml").read_text()
    assert breaking.breaches(folder_of(made)) == []


@pytest.mark.django_db
def test_document_erased_meanwhile_is_not_in_the_package(authority, monkeypatch):
    monkeypatch.setattr(bookmark, "EVERY", 0.0)
    extraction = start_extraction(authority, by=None)
    stopped_before(stored(authority)[3], extraction)
    entry = authority.entries.order_by("pk").first()
    document = entry.documents.get()
    asking, approving = (factories.official(authority, Role.ARCHIVIST) for _ in range(2))
    erasure = request_erasure(
        entry,
        documents=[document.system_id],
        parties=[],
        legal_basis="Dom",
        reason="Dom",
        by=asking,
    )
    delete_erased_files(approve_erasure(erasure, by=approving))

    made = goes_on(extraction)

    names = [path.name for path in folder_of(made).rglob("*.pdf")]
    assert len(names) == 2 * ENTRIES - 1
    assert f"{document.pk:08}.pdf" not in names
    assert not list(folder_of(made).glob(".*"))


@pytest.mark.django_db
def test_remains_of_one_that_failed_go_when_a_later_one_is_done(authority, settings):
    extraction = start_extraction(authority, by=None)
    failed = stopped_before(stored(authority)[3], extraction)
    assert growing_of(folder_of(failed)).exists()

    uninterrupted(authority)

    assert not list(settings.EXTRACTIONS_DIR.glob("*.part"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["{}", "{}.part", "{}.tar"])
def test_what_lies_there_from_another_database_is_not_taken_for_it(authority, settings, name):
    """A restored database gives the same number once more."""
    whole = uninterrupted(authority)
    extraction = start_extraction(authority, by=None)
    foreign = settings.EXTRACTIONS_DIR / name.format(f"{authority.slug}-{extraction.pk}")
    foreign.mkdir(parents=True)
    (foreign / "arkivuttrekk.xml").write_bytes(b"of another time")

    run_extraction(extraction)

    made = Extraction.objects.get(pk=extraction.pk)
    assert (made.status, made.error) == (ExtractionStatus.DONE, "")
    assert contents(folder_of(made)) == whole
    assert contents(foreign) == {"arkivuttrekk.xml": b"of another time"}


# --- Other processes, and other threads ---------------------------------------------------


@pytest.fixture
def held(authority, request):
    """The file of a document in the middle, which lets nobody past until `release` is called."""
    file = stored(authority)[ENTRIES + 1]
    content = file.read_bytes()
    file.unlink()
    os.mkfifo(file)

    def release():
        """Let whoever waits have the content, and everybody after."""
        with file.open("wb") as pipe:
            pipe.write(content)
        restore()

    def restore():
        file.unlink(missing_ok=True)
        file.write_bytes(content)

    return release, restore


def wait_until(is_so):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if is_so():
            return
        time.sleep(0.05)
    pytest.fail("It did not happen in time.")


def exporting(authority, folder):
    """The command in a process of its own, on the tests' database."""
    at = connection.settings_dict
    url = (
        f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={at['HOST']}"
        f"&port={at['PORT']}"
    )
    command = [sys.executable, ROOT / "manage.py", "export_extraction"]
    return subprocess.Popen(
        [*command, f"--authority={authority.slug}", f"--out={folder}"],
        env=os.environ
        | {
            "DATABASE_URL": url,
            "MEDIA_ROOT": str(django_settings.MEDIA_ROOT),
            "NOARK5_SCHEMAS": str(django_settings.NOARK5_SCHEMAS),
            "PYTHONPATH": str(ROOT),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_killed_process_is_gone_on_with_by_the_same_command(authority, held, tmp_path, capsys):
    _release, restore = held
    folder = tmp_path / "uttrekk"
    process = exporting(authority, folder)
    parts = growing_of(folder)
    wait_until(lambda: len(list(parts.rglob("0*.pdf"))) > ENTRIES or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    with pytest.raises(CommandError, match="Another process is making this extraction now"):
        call_command("export_extraction", authority=authority.slug, out=folder)

    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = {path.name: path.stat().st_ino for path in parts.rglob("0*.pdf")}
    assert not folder.exists()
    restore()
    call_command("export_extraction", authority=authority.slug, out=folder)

    assert "Going on with the extraction of" in capsys.readouterr().err
    there = {path.name: path.stat().st_ino for path in folder.rglob("*.pdf")}
    assert len(kept) == ENTRIES + 1
    assert kept.items() <= there.items()
    assert len(there) == 2 * ENTRIES
    assert breaking.breaches(folder) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.django_db(transaction=True)
def test_lost_database_costs_nothing_that_was_made(authority, held):
    release, _restore = held
    extraction = start_extraction(authority, by=None, folder="pakke", is_packed=False)
    Extraction.objects.update(status=ExtractionStatus.WAITING, seen_at=None)
    folder = growing_of(folder_of(extraction))

    def run():
        try:
            run_extraction(extraction)
        finally:
            connection.close()

    worker = threading.Thread(target=run)
    worker.start()
    wait_until(lambda: len(list(folder.rglob("0*.pdf"))) > ENTRIES)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    release()
    worker.join(PATIENCE)
    left = Extraction.objects.get()
    assert left.status == ExtractionStatus.RUNNING
    assert folder.exists()
    Extraction.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    run_outstanding()

    made = Extraction.objects.get()
    assert (made.status, made.error) == (ExtractionStatus.DONE, "")
    assert breaking.breaches(folder_of(made)) == []


@pytest.mark.django_db(transaction=True)
def test_two_never_write_in_one_folder(authority, held):
    release, _restore = held
    first = start_extraction(authority, by=None, folder="pakke", is_packed=False)
    worker = threading.Thread(target=lambda: (make_package(first), connection.close()))
    worker.start()
    folder = growing_of(folder_of(first))
    wait_until(lambda: len(list(folder.rglob("0*.pdf"))) > ENTRIES)
    second = Extraction.objects.get()

    make_package(second)  # as one that takes the first for dead would
    assert second.status == ExtractionStatus.RUNNING
    release()
    worker.join(PATIENCE)

    assert Extraction.objects.get().status == ExtractionStatus.DONE
    assert breaking.breaches(folder_of(first)) == []
