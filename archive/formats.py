"""Which formats a file may be kept in for good, and how it is told that a file is in one.

The list is the Norwegian regulation's (RAF § 5-17), of what is taken in here: PDF/A-1 and -2,
plain text in UTF-8 or ISO 8859-1, PNG, JPEG, TIFF. A file is what its bytes say; its name only
chooses what is asked of them.
"""

import re
from typing import NamedTuple

from archive import pdf_a

LONGEST_TEXT = 100 << 20  # bytes
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
HIGH_CONTROL = re.compile("[\x80-\x9f]")
PDF_CODES = {
    "1.0": "fmt/14",
    "1.1": "fmt/15",
    "1.2": "fmt/16",
    "1.3": "fmt/17",
    "1.4": "fmt/18",
    "1.5": "fmt/19",
    "1.6": "fmt/20",
    "1.7": "fmt/276",
    "2.0": "fmt/1129",
}
PDF_A_CODES = {
    "1a": "fmt/95",
    "1b": "fmt/354",
    "2a": "fmt/476",
    "2b": "fmt/477",
    "2u": "fmt/478",
}
JFIF_CODES = {b"\x01\x00": "fmt/42", b"\x01\x01": "fmt/43", b"\x01\x02": "fmt/44"}
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
TIFF_SIGNATURES = (b"II*\0", b"MM\0*")
PRODUCTION = {
    "docx": "Office Open XML-dokument (PRONOM fmt/412)",
    "odt": "OpenDocument-tekst (PRONOM fmt/291)",
}
UTF_8 = "Ren tekst, UTF-8 (PRONOM x-fmt/111)"
LATIN_1 = "Ren tekst, ISO 8859-1 (PRONOM x-fmt/111)"
WINDOWS = "Ren tekst, Windows-1252 (PRONOM x-fmt/111)"
ARCHIVE_WORDS = ("PDF/A-1", "PDF/A-2", UTF_8, LATIN_1, "PNG", "JPEG", "TIFF")


class Format(NamedTuple):
    """formatDetaljer (M702) in words with the PRONOM code, and why it is no archive format."""

    details: str
    faults: tuple[str, ...] = ()


def is_archive_format(details):
    """Whether these are the words of an archive format, as `recognise` writes them."""
    return details.startswith(ARCHIVE_WORDS)


def recognise(file, extension):
    """The Format of an open file with this extension. Empty details: it is not what it says."""
    file.seek(0)
    beginning = file.read(1024)
    try:
        if extension == "pdf":
            return _pdf(file, beginning)
        if extension == "txt":
            return _text(file)
        return Format(_details(extension, beginning))
    finally:
        file.seek(0)


def _details(extension, beginning):
    if extension == "png" and beginning.startswith(PNG_SIGNATURE):
        return "PNG (PRONOM fmt/11)"
    if extension in {"jpg", "jpeg"} and beginning.startswith(b"\xff\xd8\xff"):
        is_jfif = beginning[6:11] == b"JFIF\0"
        return _with_code("JPEG", JFIF_CODES.get(beginning[11:13]) if is_jfif else None)
    if extension in {"tif", "tiff"} and beginning.startswith(TIFF_SIGNATURES):
        return "TIFF (PRONOM fmt/353)"
    return PRODUCTION.get(extension, "")


def _pdf(file, beginning):
    found = pdf_a.inspect(file)
    if found.level in PDF_A_CODES and not found.faults:
        return Format(_with_code(f"PDF/A-{found.level}", PDF_A_CODES[found.level]))
    version = re.search(rb"%PDF-(\d\.\d)", beginning)
    version = version[1].decode() if version else ""
    return Format(_with_code(f"PDF {version}".strip(), PDF_CODES.get(version)), found.faults)


def _text(file):
    """UTF-8; ISO 8859-1, which has no letters where Windows-1252 has its quotation marks."""
    file.seek(0)
    content = file.read(LONGEST_TEXT + 1)
    if len(content) > LONGEST_TEXT:
        return Format("")
    for encoding, details in (("utf-8", UTF_8), ("latin-1", LATIN_1), ("cp1252", WINDOWS)):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if CONTROL.search(text):
            return Format("")
        if encoding != "latin-1" or not HIGH_CONTROL.search(text):
            return Format(details)
    return Format("")


def _with_code(words, code):
    return f"{words} (PRONOM {code})" if code else words
