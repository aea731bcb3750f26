"""How many entries a second are extracted? `python tests/bench/bench_extraction.py [entries]`.

Each entry has a party, a document of some bytes and a change. The files are copied in the
one figure, and only their XML is written in the other.
"""
# ruff: noqa: T201

import resource
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
from archive.noark5.change_log import write_change_log
from archive.noark5.extraction import Progress, make_package
from archive.noark5.journals import write_journals
from archive.noark5.package import Contents
from archive.noark5.structure import write_structure


class NoCopier:
    """Stands in for the copier of documents where only the XML is measured."""

    def copy(self, document):
        return "DOKUMENT/00000/00000001.pdf", document.format_details


def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def xml_alone(extraction, folder):
    progress = Progress(extraction)
    with one_moment():
        contents = Contents(extraction.authority)
        write_structure(folder / "arkivstruktur.xml", contents, NoCopier(), progress)
        write_change_log(folder / "endringslogg.xml", contents)
        write_journals(
            folder / "loependeJournal.xml", folder / "offentligJournal.xml", contents, progress
        )


@contextmanager
def measured(what, entries):
    started, used = time.perf_counter(), time.process_time()
    yield
    seconds, used = time.perf_counter() - started, time.process_time() - used
    print(
        f"{what}: {entries / seconds:.0f} entries/s ({entries / used:.0f} per second of "
        f"processor), peak memory {megabytes()} MB"
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
        extraction = start_extraction(authority, by=None, folder=folder / "package")
        with measured("XML alone", entries):
            xml_alone(extraction, folder)
        with measured("The whole package", entries):
            make_package(extraction)
        print(f"It is {extraction.status}: {extraction.documents} documents.")
