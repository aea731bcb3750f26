"""How many entries a second are extracted, and validated? `python tests/bench/bench_extraction.py
[entries]`, with NOARK5_SCHEMAS set.

Each entry has a party, a document of some bytes and a change. Their XML is written in the one
figure, the files copied too in the next, and the package read again in the last.
"""
# ruff: noqa: T201

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from synthetic_journal import database_of_its_own, journal_of

from archive.actions import close_case_file, start_extraction
from archive.models import CaseFile
from archive.moment import one_moment
from archive.noark5.bookmark import Bookmark
from archive.noark5.change_log import write_change_log
from archive.noark5.extraction import make_package
from archive.noark5.journals import write_journals
from archive.noark5.package import Contents, Work
from archive.noark5.progress import Progress
from archive.noark5.structure import write_structure


class NoCopier:
    """Stands in for the copier of documents where only the XML is measured."""

    count = size = 0

    def copy(self, document):
        return "DOKUMENT/00000/00000001.txt", document.format_details


def megabytes(who=resource.RUSAGE_SELF):
    return resource.getrusage(who).ru_maxrss // 1024


def xml_alone(extraction, folder):
    folder.mkdir()
    with one_moment():
        contents = Contents(extraction.authority)
        bookmark = Bookmark(folder, contents.moment)
        work = Work(contents, bookmark, NoCopier(), Progress(extraction))
        write_structure(folder / "arkivstruktur.xml", work)
        write_change_log(folder / "endringslogg.xml", work)
        write_journals(folder, work)


def validate(folder):
    """In a process of its own, whose memory is told apart."""
    command = [sys.executable, "manage.py", "validate_extraction", str(folder)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    print(found.stderr.strip())
    print(f"Its peak memory: {megabytes(resource.RUSAGE_CHILDREN)} MB")


def processor():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


@contextmanager
def measured(what, entries):
    started, used = time.perf_counter(), processor()
    yield
    seconds, used = time.perf_counter() - started, processor() - used
    print(
        f"{what}: {entries / seconds:.0f} entries/s ({entries / used:.0f} per second of "
        f"processor), peak memory {megabytes()} MB",
        flush=True,
    )


if __name__ == "__main__":
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with database_of_its_own(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings.MEDIA_ROOT = folder / "media"
        authority = journal_of(entries, case_files=2)
        print(f"Peak memory when the journal was made: {megabytes()} MB")
        with measured("Closing two case files", entries):
            for case_file in CaseFile.objects.all():
                close_case_file(case_file, by=None)
        extraction = start_extraction(
            authority, by=None, folder=str(folder / "package"), is_packed=False
        )
        with measured("XML alone", entries):
            xml_alone(extraction, folder / "xml")
        shutil.rmtree(folder / "xml")
        with measured("The whole package", entries):
            make_package(extraction)
        print(f"It is {extraction.status}: {extraction.documents} documents. {extraction.error}")
        with measured("Validating it", entries):
            validate(folder / "package")
