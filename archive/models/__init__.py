"""The record: what an extraction needs is in these rows when it runs."""

from archive.models.case_file import CaseFile
from archive.models.change import Change
from archive.models.document import ArchivedDocument, PreparedDocument
from archive.models.entry import Correspondent, EntryState, JournalEntry
from archive.models.extraction import Extraction, ExtractionStatus
from archive.models.journal import Journal
from archive.models.plan import Classification, ClassificationSystem, Fonds, Series

__all__ = [
    "ArchivedDocument",
    "CaseFile",
    "Change",
    "Classification",
    "ClassificationSystem",
    "Correspondent",
    "EntryState",
    "Extraction",
    "ExtractionStatus",
    "Fonds",
    "Journal",
    "JournalEntry",
    "PreparedDocument",
    "Series",
]
