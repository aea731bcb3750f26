"""What formatDetaljer (M702) says of a document: words, with the PRONOM code where it is known.

The code follows from the format's version, which stands among the first bytes of the file.
"""

import re

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
PDF_VERSION = re.compile(rb"%PDF-(\d\.\d)")
JFIF_CODES = {b"\x01\x00": "fmt/42", b"\x01\x01": "fmt/43", b"\x01\x02": "fmt/44"}
OTHERS = {
    "txt": "Ren tekst, UTF-8 (PRONOM x-fmt/111)",
    "docx": "Office Open XML-dokument (PRONOM fmt/412)",
    "odt": "OpenDocument-tekst (PRONOM fmt/291)",
    "png": "PNG (PRONOM fmt/11)",
}


def format_details(document, first_bytes):
    """Words for an ArchivedDocument's format; its own, where it was made here."""
    if "PRONOM" in document.format_details:
        return document.format_details
    if document.format == "pdf":
        version = PDF_VERSION.search(first_bytes)
        version = version[1].decode() if version else ""
        return _with_code(f"PDF {version}".strip(), PDF_CODES.get(version))
    if document.format in {"jpg", "jpeg"}:
        is_jfif = first_bytes[6:11] == b"JFIF\0"
        return _with_code("JPEG", JFIF_CODES.get(first_bytes[11:13]) if is_jfif else None)
    return OTHERS.get(document.format, document.format_details)


def _with_code(words, code):
    return f"{words} (PRONOM {code})" if code else words
