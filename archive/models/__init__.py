"""The record: what an extraction needs is in these rows when it runs."""

from archive.models.access_request import AccessRequest, RequestedEntry
from archive.models.case_file import CaseFile
from archive.models.change import Change
from archive.models.conversion import Conversion, ConversionFault, ConversionStatus
from archive.models.delivery import Delivery, Disposal
from archive.models.document import ArchivedDocument, PreparedDocument
from archive.models.entry import Correspondent, JournalEntry, Remark
from archive.models.entry_state import EntryState
from archive.models.erasure import Erasure, ErasureStatus, Remnant
from archive.models.extraction import (
    UNDER_WAY,
    Extraction,
    ExtractionDownload,
    ExtractionStatus,
    Stage,
)
from archive.models.infected import InfectedFile, UnscannedFile
from archive.models.journal import Journal
from archive.models.journal_words import JournalWords
from archive.models.plan import Classification, ClassificationSystem, Fonds, Series
from archive.models.proof import Checkpoint, Verification

__all__ = [
    "UNDER_WAY",
    "AccessRequest",
    "ArchivedDocument",
    "CaseFile",
    "Change",
    "Checkpoint",
    "Classification",
    "ClassificationSystem",
    "Conversion",
    "ConversionFault",
    "ConversionStatus",
    "Correspondent",
    "Delivery",
    "Disposal",
    "EntryState",
    "Erasure",
    "ErasureStatus",
    "Extraction",
    "ExtractionDownload",
    "ExtractionStatus",
    "Fonds",
    "InfectedFile",
    "Journal",
    "JournalEntry",
    "JournalWords",
    "PreparedDocument",
    "Remark",
    "Remnant",
    "RequestedEntry",
    "Series",
    "Stage",
    "UnscannedFile",
    "Verification",
]
