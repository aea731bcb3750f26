"""The document files: each is read once, and held against what arkivstruktur.xml says of it."""

import codecs
import hashlib
import mmap
import os
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from archive.validation.package import DOCUMENTS, MANIFEST
from archive.validation.structure import NAME

CHUNK = 1 << 20  # bytes
PDF_A = b"pdfaid:part"  # how the metadata of a PDF say that it is PDF/A
PART = re.compile(rb"pdfaid:part\s*(?:=\s*[\"']|>)\s*(\d)")
CONFORMANCE = re.compile(rb"pdfaid:conformance\s*(?:=\s*[\"']|>)\s*(\w)")
LEVELS = {"1a", "1b", "2a", "2b", "2u"}  # PDF/A-3 is for special cases, on application
ENCRYPTION = re.compile(rb"/Encrypt\s*(?:\d{1,10}\s+\d{1,5}\s+R|<<)")
HIGH_CONTROLS = bytes(range(0x80, 0xA0))  # no letters of ISO 8859-1
METADATA = re.compile(rb"/Type\s*/Metadata\b[^\0]{0,400}?\bstream\r?\n")
LONGEST_METADATA = 1 << 20  # bytes
SIGNATURES = {  # extension → how such a file begins; RAF § 5-17
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "tif": (b"II*\0", b"MM\0*"),
    "tiff": (b"II*\0", b"MM\0*"),
    "txt": (b"",),
    "xml": (b"<?xml", b"\xef\xbb\xbf<?xml"),
    "json": (b"",),
    "csv": (b"",),
    "jp2": (b"\0\0\0\x0cjP  ",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3"),
    "mp4": (b"",),
    "wav": (b"RIFF",),
    "flac": (b"fLaC",),
    "ogg": (b"OggS",),
    "warc": (b"WARC/",),
    "html": (b"",),
    "zip": (b"PK",),
    "tar": (b"",),
}


@dataclass(frozen=True)
class DocumentFile:
    """A file under DOKUMENT/ after it has been read."""

    path: str
    beginning: bytes
    level: str  # of PDF/A, as its metadata say: "2b"; empty for what is none
    is_encrypted: bool
    is_text: bool  # plain text in UTF-8 or ISO 8859-1


def read_documents(package):
    """Yield each file of the document folder, its digest and size noted."""
    for folder, folders, names in os.walk(package.folder / DOCUMENTS):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            place = path.relative_to(package.folder).as_posix()
            if path.is_symlink():
                continue
            package.counts["file"] += 1
            yield "file", _read(package, path, place)


def _read(package, path, place):
    digest, size, beginning = hashlib.sha256(), 0, b""
    text = Text() if path.suffix.lower() == ".txt" else None
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            beginning = beginning or chunk[:64]
            if text:
                text.read(chunk)
        is_pdf = beginning.startswith(b"%PDF-")
        level, is_encrypted = _looked_into(file) if is_pdf else ("", False)
    package.notebook.note("file", place, digest.hexdigest(), size)
    return DocumentFile(place, beginning, level, is_encrypted, text is None or text.is_plain)


class Text:
    """What is learnt of a text while it is read."""

    def __init__(self):
        self._utf_8 = codecs.getincrementaldecoder("utf-8")()
        self._is_utf_8 = self._is_latin_1 = True
        self._has_zero = False

    def read(self, chunk):
        self._has_zero = self._has_zero or b"\0" in chunk
        self._is_latin_1 = self._is_latin_1 and len(chunk.translate(None, HIGH_CONTROLS)) == len(
            chunk
        )
        if self._is_utf_8:
            try:
                self._utf_8.decode(chunk)
            except UnicodeDecodeError:
                self._is_utf_8 = False

    @property
    def is_plain(self):
        return not self._has_zero and (self._is_utf_8 or self._is_latin_1)


def _looked_into(file):
    """The level of PDF/A that the metadata, which may be compressed, of an open PDF claim; and
    whether it is encrypted."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return _level(_metadata(content)), bool(ENCRYPTION.search(content))


def _level(metadata):
    part, conformance = PART.search(metadata), CONFORMANCE.search(metadata)
    return (part[1] + conformance[1]).decode().lower() if part and conformance else ""


def _metadata(content):
    """What stands about PDF/A in a PDF, and near it; empty where nothing does."""
    place = content.find(PDF_A)
    if place >= 0:
        return content[max(0, place - 1000) : place + 1000]
    for found in METADATA.finditer(content):
        start = found.end()
        try:
            metadata = zlib.decompressobj().decompress(
                content[start : start + LONGEST_METADATA], LONGEST_METADATA
            )
        except zlib.error:
            continue
        if PDF_A in metadata:
            return metadata
    return b""


def no_archive_format(file):
    """Told from the name, the first bytes, and what a PDF says of itself; not a validation."""
    extension = file.path.rpartition(".")[2].lower()
    if extension not in SIGNATURES:
        yield f"{file.path}: {extension!r} is no archive format."
    elif not file.beginning.startswith(SIGNATURES[extension]):
        yield f"{file.path}: the content is not what the name says."
    elif extension == "pdf" and not file.level:
        yield f"{file.path}: the PDF does not say that it is PDF/A."
    elif extension == "pdf" and file.level not in LEVELS:
        yield f"{file.path}: PDF/A-{file.level} is no archive format."
    elif file.is_encrypted:
        yield f"{file.path}: the PDF is encrypted."
    elif extension == "txt" and not file.is_text:
        yield f"{file.path}: it is not plain text in UTF-8 or ISO 8859-1."


def missing_files(package):
    for path, place in package.notebook.ask(
        "SELECT path, place FROM object WHERE path NOT IN (SELECT path FROM file)"
    ):
        yield f"{path}: the file is missing, that {place} refers to."


def unreferenced_files(package):
    if NAME not in package.read:
        return
    for (path,) in package.notebook.ask(
        "SELECT path FROM file WHERE path NOT IN (SELECT path FROM object)"
    ):
        yield f"{path}: no dokumentobjekt refers to this file."


def wrong_checksums(package):
    for path, found, said in package.notebook.ask(
        "SELECT path, file.sha256, object.sha256 FROM object JOIN file USING (path)"
        " WHERE file.sha256 <> object.sha256"
    ):
        yield f"{path}: the SHA-256 is {found}, where arkivstruktur.xml says {said}."


def wrong_sizes(package):
    for path, found, said in package.notebook.ask(
        "SELECT path, file.size, object.size FROM object JOIN file USING (path)"
        " WHERE file.size <> object.size"
    ):
        yield f"{path}: it has {found} bytes, where arkivstruktur.xml says {said}."


def empty_files(package):
    for (path,) in package.notebook.ask(
        "SELECT path FROM file WHERE size = 0 AND path IN (SELECT path FROM object)"
    ):
        yield f"{path}: the file is empty."


def foreign_references(package):
    for path, place in package.notebook.ask("SELECT path, place FROM object"):
        steps = path.split("/")
        if steps[0] != DOCUMENTS or ".." in steps:
            yield f"{place}: the reference does not lead into {DOCUMENTS}/."


def wrong_count(package):
    said, found = package.says("antallDokumentfiler"), package.counts["file"]
    if not (package.folder / DOCUMENTS).is_dir():
        yield f"{DOCUMENTS}: the folder is missing."
    elif not found:
        yield f"{DOCUMENTS}: the folder holds no files."
    elif said != str(found):
        yield f"{DOCUMENTS}: it holds {found} files, where {MANIFEST} says {said or 'nothing'}."
