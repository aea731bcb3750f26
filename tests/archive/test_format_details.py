"""What the extraction says of a document's format: by what stands first in the file."""

import pytest

from archive.models import ArchivedDocument
from archive.noark5.formats import format_details

JFIF = b"\xff\xd8\xff\xe0\0\x10JFIF\0"


@pytest.mark.parametrize(
    ("format", "first_bytes", "words"),
    [
        ("pdf", b"%PDF-1.4\n", "PDF 1.4 (PRONOM fmt/18)"),
        ("pdf", b"junk before\n%PDF-1.7\n", "PDF 1.7 (PRONOM fmt/276)"),
        ("pdf", b"%PDF-9.9\n", "PDF 9.9"),
        ("pdf", b"", "PDF"),
        ("jpg", JFIF + b"\x01\x02", "JPEG (PRONOM fmt/44)"),
        ("jpeg", b"\xff\xd8\xff\xe1\0\x10Exif\0\0", "JPEG"),
        ("png", b"\x89PNG", "PNG (PRONOM fmt/11)"),
        ("docx", b"PK", "Office Open XML-dokument (PRONOM fmt/412)"),
    ],
)
def test_format_is_told_by_the_first_bytes(format, first_bytes, words):
    document = ArchivedDocument(format=format)

    assert format_details(document, first_bytes) == words


def test_what_was_told_when_it_was_made_is_kept():
    document = ArchivedDocument(format="pdf", format_details="PDF/A-2a (PRONOM fmt/95)")

    assert format_details(document, b"%PDF-1.7\n") == "PDF/A-2a (PRONOM fmt/95)"
