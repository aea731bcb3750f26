"""The package as one file: a tar of the folder, with its SHA-256, beside it or in a bucket.

The same folder always gives the same bytes. They are made as they are written or sent, so
that a package of any size needs no more memory than one of ten files. A tar has its name, or
is an object of the bucket, only when it is whole.
"""

import hashlib
import io
import os
import tarfile
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.utils.translation import gettext as _

from archive.noark5.documents import CHUNK, ExtractionFailed


def bucket():
    """The `archive.bucket.Bucket` with the tar files; None where they lie beside their folders."""
    storage = storages["extractions"]
    return None if isinstance(storage, FileSystemStorage) else storage


def bucket_name():
    """Empty where there is none."""
    return bucket().bucket_name if bucket() else ""


def tar_of(extraction):
    """Where the tar file of an extraction lies on this machine, or will lie."""
    return Path(settings.EXTRACTIONS_DIR) / f"{extraction.folder}.tar"


def keep_tar(extraction, folder, progress):
    """Make the tar file of a whole package, and note on the extraction what it is.

    Raises ExtractionFailed or OSError, with nothing there that looks whole.
    """
    tar = Tar(folder, extraction.requested_at, progress)
    if bucket() is None:
        name = _keep_beside(tar, tar_of(extraction))
    else:
        name = _keep_in_bucket(tar, _name_in_bucket(extraction))
    extraction.archive_name, extraction.archive_size = name, tar.size
    extraction.archive_sha256 = tar.sha256


def delete_tar(extraction):
    """Delete it from where it is kept. It may be gone. Raises OSError."""
    path = tar_of(extraction)
    for each in (path, path.with_name(f"{path.name}.sha256")):
        each.unlink(missing_ok=True)
    if bucket() is not None and extraction.archive_name:
        for name in (extraction.archive_name, f"{extraction.archive_name}.sha256"):
            bucket().forget(name)


class Tar(io.RawIOBase):
    """Reads as the bytes of a tar of a folder; knows their number and digest when all are read."""

    def __init__(self, folder, at, progress):
        self.size = 0
        self._digest = hashlib.sha256()
        self._progress = progress
        self._left = b""
        self._pieces = _pieces(folder, int(at.timestamp()))

    def readable(self):
        return True

    def readinto(self, buffer):
        while not self._left:
            try:
                self._left = next(self._pieces)
            except StopIteration:
                return 0
        taken, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(taken)] = taken
        self._digest.update(taken)
        self.size += len(taken)
        self._progress.look(self.size)
        return len(taken)

    @property
    def sha256(self):
        return self._digest.hexdigest()


def _pieces(folder, at):
    """The header and the content of each file, in the order of their names."""
    for path in _files(folder):
        member = tarfile.TarInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}")
        member.mtime, member.mode = at, 0o644
        with path.open("rb") as file:
            member.size = os.fstat(file.fileno()).st_size
            yield member.tobuf(tarfile.PAX_FORMAT)
            while chunk := file.read(CHUNK):
                yield chunk
        yield bytes(-member.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _files(folder):
    for name in sorted(os.listdir(folder)):
        path = folder / name
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _keep_beside(tar, path):
    growing = path.with_name(f"{path.name}.part")
    try:
        with growing.open("wb") as file:
            while chunk := tar.read(CHUNK):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        growing.unlink(missing_ok=True)  # a full disk is fuller with it
        raise
    growing.rename(path)
    path.with_name(f"{path.name}.sha256").write_text(_sum(tar, path.name))
    return path.name


def _name_in_bucket(extraction):
    """One that no other extraction has, of whatever database: one that was restored gives the
    numbers once more that objects in the bucket may have already."""
    return f"{extraction.authority.slug}-{extraction.system_id}.tar"


def _keep_in_bucket(tar, name):
    """What a process put there that died before it noted it, is kept: the bytes are the same."""
    try:
        there = bucket().digest_of(name)
        if there is None:
            bucket().keep(name, io.BufferedReader(tar, CHUNK))
        else:
            _refuse_other(tar, name, there)
        bucket().keep(f"{name}.sha256", io.BytesIO(_sum(tar, name).encode()))
    except OSError as error:
        raise ExtractionFailed(
            _(
                "The package is made, but could not be put into the bucket %(bucket)s: "
                "%(reason)s. Nothing is seen there. See to the bucket, then let the extraction "
                "go on: only this is done again."
            )
            % {"bucket": bucket().bucket_name, "reason": error}
        ) from error
    return name


def _refuse_other(tar, name, there):
    while tar.read(CHUNK):
        pass  # it knows its digest when all is read
    if tar.sha256 != there:
        raise ExtractionFailed(
            _(
                "The bucket %(bucket)s has another package with the name %(name)s already. "
                "Nothing was overwritten. Find out whose it is and move it, then let the "
                "extraction go on: only this is done again."
            )
            % {"bucket": bucket().bucket_name, "name": name}
        )


def _sum(tar, name):
    """As sha256sum writes it, and checks it: `sha256sum --check`."""
    return f"{tar.sha256}  {name}\n"
