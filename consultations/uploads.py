"""Decides which attachments are taken in.

What is taken is kept byte for byte for as long as the archive lasts and opened by others
than the sender, so a file has to be what its name says, readable without a password, and
harmless to open. The name's ending chooses the check and the bytes decide (see
file_types.py): what the browser says about the type is not read.

What is too large, or too much, is thrown away while it comes in (BoundedUploadHandler), so
that the form around it is read, and says so, however large the files are.

Not decided here: whether a file carries a virus (screening), and how it is shown (as a
download with `nosniff`, so that a text file with HTML in it stays a text file).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext_lazy as _

from .file_types import FILE_TYPES

MEGABYTE = 1024 * 1024
MAX_ATTACHMENT_BYTES = 10 * MEGABYTE
MAX_ATTACHMENTS = 10
MAX_TOTAL_BYTES = 25 * MEGABYTE
MAX_NAME_LENGTH = 150


class UploadRefused(ValidationError):
    """A file that is not taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """What is known of a file that passed: its safe name, its real type, its digest in hex."""

    name: str
    content_type: str
    size: int
    sha256: str


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keeps on disk no more of one form's files than may be attached.

    Of a file that there is no room for, the form gets the name and the size, and `is_cut`.
    Small forms, all of which fits in memory, do not come here.
    """

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.files = self.kept = 0  # how many; bytes on disk

    def new_file(self, *given, **named):
        super().new_file(*given, **named)
        self.files += 1
        self.file.is_cut = False
        if self.files > MAX_ATTACHMENTS:
            self._cut(0)

    def receive_data_chunk(self, raw_data, start):
        if self.file.is_cut:
            return
        size = start + len(raw_data)
        if size > MAX_ATTACHMENT_BYTES or self.kept + len(raw_data) > MAX_TOTAL_BYTES:
            self._cut(start)
            return
        self.kept += len(raw_data)
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size):
        if not self.file.is_cut:
            return super().file_complete(file_size)
        self.file.size = file_size
        return self.file

    def _cut(self, written):
        """Delete the beginning that is on disk, for this is all that will come of it."""
        self.file.is_cut = True
        self.file.close()
        self.kept -= written


def check_uploads(uploads: Iterable[UploadedFile]) -> list[CheckedUpload]:
    """Check the attachments of one submission, together and each.

    Raises UploadRefused with a message for every file at fault, not for the first only.
    """
    uploads = list(uploads)
    refusals, checked = [], []
    if len(uploads) > MAX_ATTACHMENTS:
        refusals.append(
            UploadRefused(
                _("You chose %(count)d files. Send at most %(limit)d."),
                code="too_many",
                params={"count": len(uploads), "limit": MAX_ATTACHMENTS},
            )
        )
    if sum(upload.size for upload in uploads) > MAX_TOTAL_BYTES:
        refusals.append(
            UploadRefused(
                _("The files are more than %(limit)d MB together. Send fewer or smaller files."),
                code="total_too_large",
                params={"limit": MAX_TOTAL_BYTES // MEGABYTE},
            )
        )
    for upload in uploads:
        try:
            checked.append(check_upload(upload))
        except UploadRefused as refused:
            refusals.append(refused)
    if refusals:
        raise UploadRefused(refusals)
    return checked


def check_upload(upload: UploadedFile) -> CheckedUpload:
    """Check one attachment, and leave it rewound to its first byte.

    Raises UploadRefused.
    """
    name = safe_name(upload.name)
    extension = _extension(name)
    if extension not in FILE_TYPES:
        raise _refused("type", name)
    if not upload.size:
        raise _refused("empty", name)
    if upload.size > MAX_ATTACHMENT_BYTES:
        raise _refused("too_large", name)
    if getattr(upload, "is_cut", False):
        raise _refused("no_room", name)
    content_type, fault_of = FILE_TYPES[extension]
    try:
        fault = fault_of(upload)
        if fault:
            raise _refused(fault, name)
        digest = sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
    finally:
        upload.seek(0)
    return CheckedUpload(name, content_type, upload.size, digest.hexdigest())


def safe_name(name: str) -> str:
    """The file's name without its path and without what could mislead or harm.

    Control characters, text direction overrides and characters that file systems refuse
    are taken out; a name that Windows reserves gets a low line before it. Never empty, and
    at most MAX_NAME_LENGTH characters with the ending kept.
    """
    name = re.split(r"[/\\]", name or "")[-1]
    name = "".join(" " if char.isspace() else char for char in name)
    name = "".join(char for char in name if not unicodedata.category(char).startswith("C"))
    name = re.sub(r'[<>:"|?*]', "_", unicodedata.normalize("NFC", name)).rstrip(". ")
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    stem, ending = " ".join(stem.split()).strip(". "), ending.strip()[:MAX_ENDING_LENGTH].strip()
    stem = stem or NAMELESS
    if RESERVED_NAME.match(stem):
        stem = f"_{stem}"
    if not ending:
        return stem[:MAX_NAME_LENGTH].rstrip(". ")
    return f"{stem[: MAX_NAME_LENGTH - len(ending) - 1].rstrip('. ')}{dot}{ending}"


NAMELESS = "vedlegg"
MAX_ENDING_LENGTH = 20
RESERVED_NAME = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)

REFUSALS = {
    "type": _("“%(name)s” is not of a type we can take. Send PDF, DOCX, ODT, TXT, PNG or JPEG."),
    "empty": _("“%(name)s” is empty. Choose the file again, or leave it out."),
    "too_large": _("“%(name)s” is larger than %(limit)d MB. Send a smaller file, or divide it."),
    "no_room": _(
        "“%(name)s” was not attached: there is room for %(count)d files, %(total)d MB together."
    ),
    "content": _(
        "“%(name)s” does not hold what its name says (%(ending)s). Save it as PDF and send that."
    ),
    "damaged": _(
        "“%(name)s” is damaged or incomplete. Check that it can be opened, and send it again."
    ),
    "protected": _(
        "“%(name)s” is protected with a password, and cannot be archived. "
        "Save it without protection and send it again."
    ),
    "macros": _("“%(name)s” holds macros. Save it without macros, or as PDF, and send it again."),
    "unpacks_too_large": _(
        "“%(name)s” holds far more than its size shows. Save it as PDF and send that."
    ),
    "encoding": _(
        "“%(name)s” is not plain text. Save it as text in UTF-8, or as PDF, and send it again."
    ),
}


def _refused(code: str, name: str) -> UploadRefused:
    params = {
        "name": name,
        "ending": _extension(name).upper(),
        "limit": MAX_ATTACHMENT_BYTES // MEGABYTE,
        "count": MAX_ATTACHMENTS,
        "total": MAX_TOTAL_BYTES // MEGABYTE,
    }
    return UploadRefused(REFUSALS[code], code=code, params=params)


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
