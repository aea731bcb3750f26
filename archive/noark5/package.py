"""The package: which files it has, and what goes into them."""

import hashlib
import shutil
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from archive.models import CaseFile, EntryState, Fonds, JournalEntry, Series
from archive.noark5.change_log import write_change_log
from archive.noark5.documents import FOLDER, DocumentCopier, ExtractionFailed
from archive.noark5.journals import write_journals
from archive.noark5.manifest import Part, write_manifest
from archive.noark5.structure import write_structure
from archive.vocabulary import SeriesStatus

SCHEMAS = (
    "addml.xsd",
    "arkivstruktur.xsd",
    "endringslogg.xsd",
    "loependeJournal.xsd",
    "metadatakatalog.xsd",
    "offentligJournal.xsd",
)


class Contents:
    """What an extraction of one authority holds: the closed case files of its closed periods.

    Ask only inside one transaction that sees one moment; each answer is one query.
    """

    def __init__(self, authority):
        self.authority = authority
        self.fonds = Fonds.objects.select_related("filing_plan").filter(authority=authority).first()
        self.series = list(
            Series.objects.filter(fonds=self.fonds, status=SeriesStatus.CLOSED).order_by(
                "closed_at", "pk"
            )
        )
        self.case_files = CaseFile.objects.closed().filter(series__in=self.series)
        self.entries = JournalEntry.objects.filter(case_file__in=self.case_files)
        if not self.entries.exists():
            raise ExtractionFailed(
                _(
                    "%(authority)s has no closed case file in a closed period, so there is "
                    "nothing to extract."
                )
                % {"authority": authority}
            )
        days = self.entries.aggregate(first=Min("journaled_on"), last=Max("journaled_on"))
        self.start, self.end = days["first"], days["last"]
        self.journal = JournalEntry.objects.filter(
            authority=authority, journaled_on__range=(self.start, self.end)
        )

    @cached_property
    def case_file_count(self):
        return self.case_files.count()

    @cached_property
    def entry_count(self):
        return self.entries.count()

    @cached_property
    def journal_count(self):
        return self.journal.count()

    @property
    def is_sharp(self):
        """Skarpt skille: no entry of the period belongs to a case file outside the structure."""
        return self.journal_count == self.entry_count

    @cached_property
    def is_screened(self):
        return (
            EntryState.objects.filter(entry__case_file__in=self.case_files)
            .exclude(is_sender_screened=False, screened_document="")
            .exists()
        )

    @cached_property
    def classes(self):
        """Parent's pk → the classes under it; None for the top."""
        below = defaultdict(list)
        for klass in self.fonds.filing_plan.classes.order_by("code"):
            below[klass.parent_id].append(klass)
        return below


def write_package(folder, contents, progress):
    """Write all files of the package into `folder`, the manifest last.

    Returns the number of documents. Raises ExtractionFailed or OSError, and leaves what it
    had written: the caller knows whether anybody may see it.
    """
    (folder / FOLDER).mkdir(parents=True)
    documents = DocumentCopier(folder)
    structure = write_structure(folder / "arkivstruktur.xml", contents, documents, progress)
    changes, change_count = write_change_log(folder / "endringslogg.xml", contents)
    running, public = write_journals(
        folder / "loependeJournal.xml", folder / "offentligJournal.xml", contents, progress
    )
    counted = {"journalregistrering": contents.journal_count}
    parts = [
        Part(
            structure,
            {"mappe": contents.case_file_count, "registrering": contents.entry_count},
        ),
        Part(changes, {"endring": change_count}),
        Part(running, counted),
        Part(public, counted),
    ]
    schemas = _copy_schemas(folder)
    write_manifest(folder / "arkivuttrekk.xml", contents, parts, schemas, documents.count)
    return documents.count


def schema_files():
    """The official schemas; none where no folder is set. Raises ExtractionFailed."""
    if not settings.NOARK5_SCHEMAS:
        return []
    files = [Path(settings.NOARK5_SCHEMAS) / name for name in SCHEMAS]
    for file in files:
        if not file.is_file():
            raise ExtractionFailed(
                _("NOARK5_SCHEMAS is set to %(folder)s, but %(name)s is not in it.")
                % {"folder": settings.NOARK5_SCHEMAS, "name": file.name}
            )
    return files


def _copy_schemas(folder):
    """Copy the official schemas. Returns name → SHA-256."""
    digests = {}
    for file in schema_files():
        shutil.copyfile(file, folder / file.name)
        digests[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    return digests
