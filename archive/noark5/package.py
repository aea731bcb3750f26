"""The package: which files it has, and what goes into them."""

import hashlib
import shutil
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from archive.models import (
    ArchivedDocument,
    CaseFile,
    Change,
    Correspondent,
    Disposal,
    EntryState,
    Fonds,
    JournalEntry,
    Remark,
    Series,
    Stage,
)
from archive.noark5.bookmark import Bookmark
from archive.noark5.change_log import write_change_log
from archive.noark5.documents import EARLIER, FOLDER, DocumentCopier, ExtractionFailed
from archive.noark5.journals import write_journals
from archive.noark5.manifest import Part, write_manifest
from archive.noark5.progress import Progress
from archive.noark5.soundness import refuse_unsound
from archive.noark5.structure import write_structure
from archive.omissions import whole_case_files
from archive.vocabulary import DisposalDecision, SeriesStatus

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

    def __init__(self, authority, *, has_notes=False):
        self.authority = authority
        self.has_notes = has_notes
        self.fonds = Fonds.objects.select_related("filing_plan").filter(authority=authority).first()
        self.series = list(
            Series.objects.filter(fonds=self.fonds, status=SeriesStatus.CLOSED).order_by(
                "closed_at", "pk"
            )
        )
        whole = whole_case_files().filter(series__in=self.series).values_list("pk", flat=True)
        self.case_files = CaseFile.objects.filter(pk__in=list(whole))
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
    def changes(self):
        return Change.objects.filter(case_file__in=self.case_files)

    @cached_property
    def change_count(self):
        return self.changes.count()

    @cached_property
    def moment(self):
        """The digest of all that a package of this moment would be made of.

        Nothing of an entry changes without a row of the change log; a document, a remark or
        an erasure is a row more.
        """
        of_authority = {"entry__authority": self.authority}
        facts = (
            settings.RELEASE,
            settings.SITE_NAME,
            self.has_notes,
            self.start,
            self.end,
            self.journal_count,
            Change.objects.filter(case_file__authority=self.authority).aggregate(Max("pk")),
            ArchivedDocument.objects.filter(**of_authority).aggregate(
                Max("pk"), Count("pk"), gone=Count("pk", filter=Q(erasure__isnull=False))
            ),
            Correspondent.objects.filter(erasure__isnull=False, **of_authority).count(),
            Remark.objects.filter(**of_authority).aggregate(Max("pk")),
            Disposal.objects.filter(case_file__authority=self.authority).count(),
            list(self.fonds.filing_plan.classes.order_by("pk").values_list()),
            Fonds.objects.filter(pk=self.fonds.pk).values_list()[0],
            list(Series.objects.filter(fonds=self.fonds).order_by("pk").values_list()),
            list(CaseFile.objects.filter(authority=self.authority).order_by("pk").values_list()),
            list(self.case_files.order_by("pk").values_list("pk", flat=True)),
            (self.authority.name, self.authority.organisation_number),
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    @property
    def is_sharp(self):
        """Skarpt skille: no entry of the period belongs to a case file outside the structure."""
        return self.journal_count == self.entry_count

    @cached_property
    def is_screened(self):
        return (
            EntryState.objects.filter(entry__case_file__in=self.case_files)
            .exclude(is_sender_screened=False, public_title="", screened_document="")
            .exists()
        )

    @cached_property
    def has_to_dispose(self):
        to_dispose = DisposalDecision.DISPOSED
        return self.case_files.filter(classification__disposal=to_dispose).exists()

    @cached_property
    def has_disposed(self):
        erased = ArchivedDocument.objects.filter(
            entry__case_file__in=self.case_files, erasure__isnull=False
        )
        return self.case_files.filter(disposal__isnull=False).exists() or erased.exists()

    @cached_property
    def classes(self):
        """Parent's pk → the classes under it; None for the top."""
        below = defaultdict(list)
        for klass in self.fonds.filing_plan.classes.order_by("code"):
            below[klass.parent_id].append(klass)
        return below


@dataclass(frozen=True)
class Work:
    """What the writers of the parts share: what is written, and how far it has come."""

    contents: Contents
    bookmark: Bookmark
    documents: DocumentCopier
    progress: Progress

    def counted(self):
        return {
            "entries": self.progress.done,
            "documents": self.documents.count,
            "bytes": self.documents.size,
        }

    def turn(self, files, place):
        """It is whole as far as `place`, which is what `files` end with."""
        self.bookmark.turn(files, place, self.counted)


def write_package(folder, contents, progress):
    """Write all files of the package into `folder`, the manifest last.

    What an earlier run has left there is gone on with. Raises ExtractionFailed or OSError,
    and leaves what it had written: the caller knows whether anybody may see it.
    """
    refuse_unsound(contents)
    work = _begin(folder, contents, progress)
    progress.begin(Stage.STRUCTURE, contents.entry_count, progress.done)
    structure = write_structure(folder / "arkivstruktur.xml", work)
    progress.begin(Stage.CHANGES, contents.change_count)
    log = write_change_log(folder / "endringslogg.xml", work)
    progress.begin(Stage.JOURNALS, contents.journal_count)
    running, public = write_journals(folder, work)
    counted = {"journalregistrering": contents.journal_count}
    parts = [
        Part(
            "arkivstruktur",
            structure["sha256"],
            {"mappe": contents.case_file_count, "registrering": contents.entry_count},
        ),
        Part("endringslogg", log["sha256"], {"endring": log["changes"]}),
        Part("loependeJournal", running["sha256"], counted),
        Part("offentligJournal", public["sha256"], counted),
    ]
    schemas = _copy_schemas(folder)
    write_manifest(folder / "arkivuttrekk.xml", contents, parts, schemas, work.documents.count)
    shutil.rmtree(folder / EARLIER, ignore_errors=True)
    work.bookmark.remove()


def _begin(folder, contents, progress):
    """Look at what an earlier run has left, and begin where it stopped, or anew."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    bookmark = Bookmark(folder, contents.moment)
    counted = bookmark.counted()
    documents = DocumentCopier(
        folder, count=counted.get("documents", 0), size=counted.get("bytes", 0)
    )
    if not bookmark.is_kept:
        documents.begin_anew()
    progress.total, progress.done = contents.entry_count, counted.get("entries", 0)
    progress.documents = documents
    return Work(contents, bookmark, documents, progress)


def schema_files():
    """The official schemas. Raises ExtractionFailed where they can not be had."""
    if not settings.NOARK5_SCHEMAS:
        raise ExtractionFailed(
            _(
                "An extraction would be incomplete: it must carry the official Noark 5 schemas "
                "along, and this installation does not know where they are. Download them from "
                "Nasjonalarkivet, and let NOARK5_SCHEMAS name their folder."
            )
        )
    files = [Path(settings.NOARK5_SCHEMAS) / name for name in SCHEMAS]
    for file in files:
        if not file.is_file():
            raise ExtractionFailed(
                _(
                    "An extraction would be incomplete: NOARK5_SCHEMAS is set to %(folder)s, but "
                    "%(name)s is not in it. Put it there."
                )
                % {"folder": settings.NOARK5_SCHEMAS, "name": file.name}
            )
    return files


def _copy_schemas(folder):
    """Copy the official schemas. Returns name → SHA-256."""
    digests = {}
    for file in schema_files():
        content = file.read_bytes()
        (folder / file.name).write_bytes(content)
        digests[file.name] = hashlib.sha256(content).hexdigest()
    return digests
