"""Stored files: written once, under a name that tells nothing, and safely on disk."""

import hashlib
import os
from dataclasses import dataclass
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone


@dataclass(frozen=True)
class StoredFile:
    """Where a file is, and what proves that it is the same: SHA-256 (hex) and bytes."""

    path: str
    sha256: str
    size: int


def store_file(content, extension):
    """Store bytes or a Django File for good. Raises OSError (a full disk, say) with nothing kept.

    The file is on disk before the caller writes the row that refers to it.
    """
    file = ContentFile(content) if isinstance(content, bytes) else content
    name = f"{timezone.now():%Y/%m/%d}/{uuid4().hex}.{extension}"
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    try:
        path = default_storage.save(name, file)
        _flush(path)
    except BaseException:
        default_storage.delete(name)  # a full disk leaves the part that there was room for
        raise
    return StoredFile(path=path, sha256=digest.hexdigest(), size=file.size)


def file_digest(path):
    """SHA-256 (hex) of the stored bytes. Raises FileNotFoundError."""
    with default_storage.open(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path):
    """Force a local file and its name to disk; other storages answer only when they have it."""
    try:
        local = default_storage.path(path)
    except NotImplementedError:
        return
    for each in (local, os.path.dirname(local)):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
