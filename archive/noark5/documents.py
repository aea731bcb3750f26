"""The document files of the package: copied byte for byte, and proved on the way."""

import hashlib

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from archive.noark5.formats import format_details

FOLDER = "DOKUMENT"
FILES_IN_A_FOLDER = 1000
CHUNK = 1 << 20  # bytes


class ExtractionFailed(Exception):
    """The package cannot be made whole. The text is for the archivist: what, why, what now."""


class DocumentCopier:
    """Copies documents into the package and counts them.

    The names are running numbers: a file's name tells nothing about anybody.
    """

    def __init__(self, package):
        self._package = package
        self._made = None
        self.count = 0

    def copy(self, document):
        """Copy one ArchivedDocument. Returns its reference and its formatDetaljer.

        Raises ExtractionFailed where the stored file is missing or not the one journaled.
        """
        number = self.count + 1
        folder = f"{FOLDER}/{(number - 1) // FILES_IN_A_FOLDER:05}"
        if folder != self._made:
            (self._package / folder).mkdir(parents=True)
            self._made = folder
        reference = f"{folder}/{number:08}.{document.format}"
        digest, size, first_bytes = hashlib.sha256(), 0, None
        try:
            source = default_storage.open(document.path)
        except FileNotFoundError as error:
            raise ExtractionFailed(
                _(
                    "The file of document %(id)s is missing from the storage (%(path)s). "
                    "Restore it from the backup, then start a new extraction."
                )
                % {"id": document.system_id, "path": document.path}
            ) from error
        with source, (self._package / reference).open("wb") as target:
            while chunk := source.read(CHUNK):
                first_bytes = first_bytes or chunk[:1024]
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        if digest.hexdigest() != document.sha256 or size != document.size:
            raise ExtractionFailed(
                _(
                    "The file of document %(id)s (%(path)s) is not the one that was journaled: "
                    "its digest or its size is another. Restore it from the backup, then start "
                    "a new extraction."
                )
                % {"id": document.system_id, "path": document.path}
            )
        self.count = number
        return reference, format_details(document, first_bytes or b"")
