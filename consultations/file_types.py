"""Says what is wrong with a file, by its bytes, for each type of attachment we take.

A fault is a code, "" for none; uploads.py says it to the sender in words. Nothing is
unpacked to disk, and no more of a packed file than its list of parts and its manifest is
read.
"""

import codecs
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile

MEGABYTE = 1024 * 1024
MAX_PACKED_FILES = 5_000
MAX_UNPACKED_BYTES = 100 * MEGABYTE
MAX_UNPACKED_RATIO = 100  # asked only of what unpacks to more than ALWAYS_UNPACKED_BYTES
ALWAYS_UNPACKED_BYTES = 10 * MEGABYTE
LARGEST_MANIFEST = MEGABYTE


def _fault_of_pdf(upload: UploadedFile) -> str:
    """A PDF from its first byte, whole to its end, and not encrypted.

    `/Encrypt` stands uncompressed in the trailer of an encrypted file, by ISO 32000-1,
    7.5.8.2 and 7.6.1, so the bytes can be searched for it. It also stands in files that
    open without a password but forbid printing or copying: PDF/A allows none of it.
    """
    if not _starts_with(upload, b"%PDF-"):
        return "content"
    if b"%%EOF" not in _last_bytes(upload, 2048):
        return "damaged"
    return "protected" if _holds(upload, PDF_ENCRYPTION) else ""


PDF_ENCRYPTION = re.compile(rb"/Encrypt\s*(?:[0-9]{1,10}\s+[0-9]{1,5}\s+R|<<)")


def _fault_of_png(upload: UploadedFile) -> str:
    if not _starts_with(upload, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"):
        return "content"
    return "" if _last_bytes(upload, 12).endswith(b"IEND\xaeB`\x82") else "damaged"


def _fault_of_jpeg(upload: UploadedFile) -> str:
    """A JPEG with an end of image after its scan.

    Bytes after the end are taken: phones put a short film or a depth map there.
    """
    if not _starts_with(upload, b"\xff\xd8\xff"):
        return "content"
    upload.seek(2)
    while True:
        head = upload.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return "damaged"
        marker, length = struct.unpack(">xBH", head)
        if marker == START_OF_SCAN:
            return "" if b"\xff\xd9" in upload.read() else "damaged"
        upload.seek(upload.tell() + length - 2)


START_OF_SCAN = 0xDA


def _fault_of_text(upload: UploadedFile) -> str:
    """UTF-8, or the Windows-1252 of older Norwegian text files; no control characters."""
    if any(_starts_with(upload, signature) for signature in TEXT_OF_OTHER_TYPES):
        return "content"
    is_text = any(_is_text_in(encoding, upload) for encoding in ("utf-8", "cp1252"))
    return "" if is_text else "encoding"


def _is_text_in(encoding: str, upload: UploadedFile) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoded = (decoder.decode(chunk) for chunk in upload.chunks())
        is_clean = not any(map(CONTROL_CHARACTER.search, decoded))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return is_clean


TEXT_OF_OTHER_TYPES = (b"%PDF-", b"%!PS", b"{\\rtf")  # readable bytes that are no plain text
CONTROL_CHARACTER = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def _fault_of_docx(upload: UploadedFile) -> str:
    if _starts_with(upload, OLE_SIGNATURE):  # how Word saves a document with a password
        return "protected"
    return _fault_of_package(upload, _fault_inside_docx)


def _fault_inside_docx(package: zipfile.ZipFile) -> str:
    """The parts of ISO/IEC 29500, and none that runs."""
    names = [name.lower() for name in package.namelist()]
    if "[content_types].xml" not in names or not any(map(WORD_DOCUMENT.match, names)):
        return "content"
    types = _read(package, package.namelist()[names.index("[content_types].xml")])
    if b"wordprocessingml" not in types and b"ms-word" not in types:
        return "content"
    if any(map(DOCX_MACROS.search, names)) or b"macroenabled" in types.lower():
        return "macros"
    return ""


def _fault_of_odt(upload: UploadedFile) -> str:
    return _fault_of_package(upload, _fault_inside_odt)


def _fault_inside_odt(package: zipfile.ZipFile) -> str:
    """An OpenDocument text by its first part, without Basic or other scripts."""
    names = package.namelist()
    if names[0] != "mimetype" or _read(package, "mimetype").strip() != ODT.encode():
        return "content"
    if "META-INF/manifest.xml" not in names:
        return "damaged"
    if b"encryption-data" in _read(package, "META-INF/manifest.xml"):
        return "protected"
    if "content.xml" not in names:
        return "damaged"
    return "macros" if any(name.startswith(("Basic/", "Scripts/")) for name in names) else ""


OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD_DOCUMENT = re.compile(r"word/document[0-9]*\.xml$")
DOCX_MACROS = re.compile(r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml|activex/)")
# What zipfile raises for a package that is not as it should be.
BAD_PACKAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError,
    NotImplementedError, RuntimeError, ValueError, OverflowError,
)  # fmt: skip


def _fault_of_package(upload: UploadedFile, fault_inside: Callable[[zipfile.ZipFile], str]) -> str:
    """A zip file that is safe to look into, and then what the type asks of its parts."""
    if not _starts_with(upload, b"PK\x03\x04"):
        return "content"
    try:
        with zipfile.ZipFile(upload) as package:
            return _fault_of_zip(package, upload.size) or fault_inside(package)
    except BAD_PACKAGE:
        return "damaged"


def _fault_of_zip(package: zipfile.ZipFile, size: int) -> str:
    """By the sizes that the file declares: reading stops at these, so a lie gains nothing."""
    parts = package.infolist()
    unpacked = sum(part.file_size for part in parts)
    allowed = min(MAX_UNPACKED_BYTES, max(ALWAYS_UNPACKED_BYTES, size * MAX_UNPACKED_RATIO))
    if len(parts) > MAX_PACKED_FILES or unpacked > allowed:
        return "unpacks_too_large"
    if any(part.flag_bits & 1 for part in parts):
        return "protected"
    names = [part.filename for part in parts]
    if not names or len(set(names)) < len(names) or any(map(OUTSIDE_PACKAGE.search, names)):
        return "damaged"
    return ""


OUTSIDE_PACKAGE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return part.read(LARGEST_MANIFEST)


def _starts_with(upload: UploadedFile, signature: bytes) -> bool:
    upload.seek(0)
    return upload.read(len(signature)) == signature


def _last_bytes(upload: UploadedFile, count: int) -> bytes:
    upload.seek(max(0, upload.size - count))
    return upload.read()


def _holds(upload: UploadedFile, pattern: re.Pattern[bytes]) -> bool:
    """Whether the pattern, of at most 64 bytes, stands anywhere in the file."""
    end_of_last = b""
    for chunk in upload.chunks():
        if pattern.search(end_of_last + chunk):
            return True
        end_of_last = chunk[-64:]
    return False


ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILE_TYPES = {
    "pdf": ("application/pdf", _fault_of_pdf),
    "docx": (DOCX, _fault_of_docx),
    "odt": (ODT, _fault_of_odt),
    "txt": ("text/plain", _fault_of_text),
    "png": ("image/png", _fault_of_png),
    "jpg": ("image/jpeg", _fault_of_jpeg),
    "jpeg": ("image/jpeg", _fault_of_jpeg),
}
