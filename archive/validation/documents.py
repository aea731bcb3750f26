"""The document files: each is read once, and held against what arkivstruktur.xml says of it."""

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
    is_pdf_a: bool
    is_text: bool  # it has no zero bytes


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
    is_text, has_zero = path.suffix.lower() == ".txt", False
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            beginning = beginning or chunk[:64]
            has_zero = has_zero or (is_text and b"\0" in chunk)
        is_pdf_a = beginning.startswith(b"%PDF-") and _says_pdf_a(file)
    package.notebook.note("file", place, digest.hexdigest(), size)
    return DocumentFile(place, beginning, is_pdf_a, not has_zero)


def _says_pdf_a(file):
    """Whether the metadata, which may be compressed, of an open PDF say that it is PDF/A."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(PDF_A) >= 0:
            return True
        for found in METADATA.finditer(content):
            start = found.end()
            try:
                metadata = zlib.decompressobj().decompress(
                    content[start : start + LONGEST_METADATA], LONGEST_METADATA
                )
            except zlib.error:
                continue
            if PDF_A in metadata:
                return True
    return False


def no_archive_format(file):
    """Told from the name, the first bytes, and what a PDF says of itself; not a validation."""
    extension = file.path.rpartition(".")[2].lower()
    if extension not in SIGNATURES:
        yield f"{file.path}: {extension!r} is no archive format."
    elif not file.beginning.startswith(SIGNATURES[extension]):
        yield f"{file.path}: the content is not what the name says."
    elif extension == "pdf" and not file.is_pdf_a:
        yield f"{file.path}: the PDF does not say that it is PDF/A."
    elif extension == "txt" and not file.is_text:
        yield f"{file.path}: the content is not plain text."


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
