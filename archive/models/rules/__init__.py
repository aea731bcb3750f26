"""What the database itself refuses, so that no export has to mend it (docs/archive-rules.md).

A rule about one row is a CHECK; one that looks further is a trigger of these, most of which
run once for a statement. Each is named for what is true. `LATERAL … LIMIT 1` is one look-up in
an index for each row, however the planner guesses.
"""

from archive.models.rules.case_files import CASE_FILE, CLASSIFICATION, IDENTITY_IS_FIXED, SERIES
from archive.models.rules.entries import DOCUMENT, ENTRY, PARTY
from archive.models.rules.refusals import APPEND_ONLY, IS_KEPT, can_be_written
from archive.models.rules.states import ANSWERS, CHANGE, NOTHING, SCREENED_DOCUMENTS, STATE

__all__ = [
    "ANSWERS",
    "APPEND_ONLY",
    "CASE_FILE",
    "CHANGE",
    "CLASSIFICATION",
    "DOCUMENT",
    "ENTRY",
    "IDENTITY_IS_FIXED",
    "IS_KEPT",
    "NOTHING",
    "PARTY",
    "SCREENED_DOCUMENTS",
    "SERIES",
    "STATE",
    "can_be_written",
]
