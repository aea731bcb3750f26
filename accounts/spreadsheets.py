"""Tables as files of comma-separated values (RFC 4180, UTF-8), harmless in a spreadsheet."""

import csv
from io import StringIO

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet would reckon with
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the letters for those of another alphabet


def as_text(cell):
    """A cell that no spreadsheet reckons with: an apostrophe says that it is text."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def csv_lines(rows):
    """The lines of a file of these rows of texts."""
    text = StringIO()
    csv.writer(text).writerows([as_text(cell) for cell in row] for row in rows)
    return text.getvalue()
