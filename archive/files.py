"""Stored files: written once, under a name that tells nothing, and safely on disk."""

import hashlib
import os
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

ORPHAN_AGE = timedelta(days=1)
SWEPT_DAYS = 7


@dataclass(frozen=True)
class StoredFile:
    """Where a file is, and what proves that it is the same: SHA-256 (hex) and bytes."""

    path: str
    sha256: str
    size: int


def store_file(content, extension):
    """Store bytes or a Django File for good. Raises OSError (a full disk, say) with nothing kept.

    The file is on disk before the caller writes the row that refers to it, in a field called
    `path`: what no such field names is deleted (see `delete_orphans`).
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


def delete_orphans():
    """Delete what a transaction that was rolled back has left: files that no row names.

    Only what has lain for ORPHAN_AGE, for the row of what is being written is not seen yet;
    and the rows are read after the files. Each day's files are looked at for SWEPT_DAYS.
    """
    newest = timezone.now() - ORPHAN_AGE
    for day in range(SWEPT_DAYS):
        folder = f"{newest - timedelta(days=day):%Y/%m/%d}"
        old = {
            path for path in _files_in(folder) if default_storage.get_modified_time(path) < newest
        }
        for path in old - _named_in(folder) if old else ():
            default_storage.delete(path)


def _files_in(folder):
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in names]


def _named_in(folder):
    """The files in the folder that some row of some model names, or named in its history."""
    return {
        path
        for model in apps.get_models()
        if any(field.name == "path" for field in model._meta.concrete_fields)
        for path in model._base_manager.filter(path__startswith=f"{folder}/")
        .values_list("path", flat=True)
        .iterator()
    }


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
