"""The document files of the package: copied byte for byte, and proved on the way.

A file gets its name in the package when it is whole, so one that is there from an earlier run
is kept, if it proves to be the one that was journaled.
"""

import hashlib

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from archive.noark5.formats import format_details

FOLDER = "DOKUMENT"
EARLIER = ".earlier"  # documents of a run that was of another moment
FILES_IN_A_FOLDER = 1000
CHUNK = 1 << 20  # bytes
BEGINNING = 1024  # bytes, by which a format tells its version


class ExtractionFailed(Exception):
    """The package cannot be made whole. The text is for the archivist: what, why, what now."""


class DocumentCopier:
    """Copies documents into the package and counts them.

    The names are the running numbers of the archive's rows: a file's name tells nothing about
    anybody, and is the same in each run.
    """

    def __init__(self, package, *, count=0, size=0):
        self._package = package
        self._made = set()
        self.count, self.size = count, size

    def begin_anew(self):
        """Put aside the documents that lie there; `copy` takes back what belongs there."""
        aside = self._package / EARLIER
        for folder in sorted(self._package.glob(f"{FOLDER}/*")):
            (aside / folder.name).mkdir(parents=True, exist_ok=True)
            for file in folder.iterdir():
                file.replace(aside / folder.name / file.name)

    def copy(self, document):
        """Copy one ArchivedDocument. Returns its reference and its formatDetaljer.

        Raises ExtractionFailed where the stored file is missing or not the one journaled.
        """
        folder, name = (
            f"{document.pk // FILES_IN_A_FOLDER:05}",
            f"{document.pk:08}.{document.format}",
        )
        if folder not in self._made:
            (self._package / FOLDER / folder).mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        target = self._package / FOLDER / folder / name
        aside = self._package / EARLIER / folder / name
        if is_kept(target, document):
            beginning = _beginning(target)
        elif is_kept(aside, document):
            aside.replace(target)
            beginning = _beginning(target)
        else:
            beginning = _fetch(document, target)
        self.count += 1
        self.size += document.size
        return f"{FOLDER}/{folder}/{name}", format_details(document, beginning)


def is_kept(path, document):
    """Whether an earlier run has left the document's file here, whole."""
    try:
        with path.open("rb") as file:
            return _proves(document, hashlib.file_digest(file, "sha256"), file.tell())
    except FileNotFoundError:
        return False


def _beginning(path):
    with path.open("rb") as file:
        return file.read(BEGINNING)


def _fetch(document, target):
    """Copy the stored file, under its name when it is whole. Returns its first bytes."""
    growing = target.with_suffix(".part")
    digest, size, beginning = hashlib.sha256(), 0, b""
    try:
        source = default_storage.open(document.path)
    except FileNotFoundError as error:
        raise ExtractionFailed(
            _(
                "The file of document %(id)s is missing from the storage (%(path)s). "
                "Restore it from the backup, then let the extraction go on."
            )
            % {"id": document.system_id, "path": document.path}
        ) from error
    with source, growing.open("wb") as copy:
        while chunk := source.read(CHUNK):
            beginning = beginning or chunk[:BEGINNING]
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
    if not _proves(document, digest, size):
        raise ExtractionFailed(
            _(
                "The file of document %(id)s (%(path)s) is not the one that was journaled: "
                "its digest or its size is another. Restore it from the backup, then let the "
                "extraction go on."
            )
            % {"id": document.system_id, "path": document.path}
        )
    growing.replace(target)
    return beginning


def _proves(document, digest, size):
    return digest.hexdigest() == document.sha256 and size == document.size
