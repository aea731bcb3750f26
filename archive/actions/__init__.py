"""What may be done to the record. Nothing here changes what was once written."""

from archive.actions.access import (
    Answer,
    answer_access_request,
    forget_access_request,
    remind_of_access_requests,
    request_access,
)
from archive.actions.case_files import close_case_file, open_case_file
from archive.actions.checkpoints import make_checkpoint
from archive.actions.classes import add_class, change_retention, reclassify_case_file
from archive.actions.conversions import (
    StoredCopy,
    claim_conversion,
    fail_conversion,
    hold_file,
    postpone_conversion,
    record_conversion,
    release_file,
    retry_conversion,
    settle_conversion,
)
from archive.actions.deliveries import approve_delivery, record_delivery
from archive.actions.disposals import delete_disposed_files, dispose_case_file
from archive.actions.documents import (
    PartOfDocument,
    add_redacted_variant,
    discard,
    mark_infected,
    prepare,
    prepare_all,
)
from archive.actions.entries import (
    correct_entry,
    current_entries,
    current_entry,
    mark_obsolete,
    route_entries,
    route_entry,
    write_off_entries,
    write_off_entry,
)
from archive.actions.erasures import (
    approve_erasure,
    delete_erased_files,
    refuse_erasure,
    request_erasure,
)
from archive.actions.extractions import note_download, resume_extraction, start_extraction
from archive.actions.journaling import NewEntry, Party, journal, journal_all
from archive.actions.letters import answer_entries
from archive.actions.packages import delete_discarded_package, discard_package
from archive.actions.remarks import remark_entry
from archive.actions.remnants import settle_remnant
from archive.actions.screening import assess_as_public, assess_entry, screen_entry
from archive.actions.verifications import request_verification

__all__ = [
    "Answer",
    "NewEntry",
    "PartOfDocument",
    "Party",
    "StoredCopy",
    "add_class",
    "add_redacted_variant",
    "answer_access_request",
    "answer_entries",
    "approve_delivery",
    "approve_erasure",
    "assess_as_public",
    "assess_entry",
    "change_retention",
    "claim_conversion",
    "close_case_file",
    "correct_entry",
    "current_entries",
    "current_entry",
    "delete_discarded_package",
    "delete_disposed_files",
    "delete_erased_files",
    "discard",
    "discard_package",
    "dispose_case_file",
    "fail_conversion",
    "forget_access_request",
    "hold_file",
    "journal",
    "journal_all",
    "make_checkpoint",
    "mark_infected",
    "mark_obsolete",
    "note_download",
    "open_case_file",
    "postpone_conversion",
    "prepare",
    "prepare_all",
    "reclassify_case_file",
    "record_conversion",
    "record_delivery",
    "refuse_erasure",
    "release_file",
    "remark_entry",
    "remind_of_access_requests",
    "request_access",
    "request_erasure",
    "request_verification",
    "resume_extraction",
    "retry_conversion",
    "route_entries",
    "route_entry",
    "screen_entry",
    "settle_conversion",
    "settle_remnant",
    "start_extraction",
    "write_off_entries",
    "write_off_entry",
]
