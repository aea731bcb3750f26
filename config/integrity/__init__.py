"""The seven invariants, verified on a live database. Each check yields one line per breach.

The checks ask the database itself, not the code that keeps the rules, and change nothing.
"""

from config.integrity.pages import public_pages
from config.integrity.records import (
    assignments,
    counters,
    documents,
    entries_and_responses,
    journal_numbers,
    receipts,
)

CHECKS = (
    entries_and_responses,
    journal_numbers,
    assignments,
    documents,
    public_pages,
    counters,
    receipts,
)
