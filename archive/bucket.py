"""The bucket of an S3-compatible service that keeps the extractions' tar files.

An object is seen when all of its parts have come, so nothing there is half. Here alone the
library of the service is met: what it raises becomes an OSError.
"""

import hashlib
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

PART = 64 << 20  # bytes sent at a time, and held in memory; an object has 10,000 parts at most
CHUNK = 1 << 20  # bytes read at a time
CONFIG = Config(
    # Beyond what S3 itself needs: not every service knows the newer checksums.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    s3={"addressing_style": "path"},
    connect_timeout=5,  # seconds
    read_timeout=60,
    retries={"max_attempts": 3, "mode": "standard"},
)


class Bucket(S3Storage):
    """django-storages' S3, private, in parts of one size."""

    def get_default_settings(self):
        parts = TransferConfig(
            multipart_chunksize=PART, multipart_threshold=PART, use_threads=False
        )
        return super().get_default_settings() | {
            "file_overwrite": True,
            "default_acl": None,
            "transfer_config": parts,
            "client_config": CONFIG,
        }

    def keep(self, name, stream):
        """Store what a stream gives under a name. Raises OSError, with nothing seen there."""
        with _told_as_os_error():
            self._forget_parts(name)
            self.save(name, File(stream, name))

    def read_from(self, name, first, last):
        """Yield the bytes from `first` to `last`, both counted in. Raises OSError."""
        with _told_as_os_error():
            found = self.bucket.Object(name).get(Range=f"bytes={first}-{last}")
            yield from found["Body"].iter_chunks(CHUNK)

    def digest_of(self, name):
        """The SHA-256 of what is stored under a name; None where nothing is. Raises OSError."""
        digest = hashlib.sha256()
        with _told_as_os_error():
            try:
                found = self.bucket.Object(name).get()
            except self.connection.meta.client.exceptions.NoSuchKey:
                return None
            for piece in found["Body"].iter_chunks(CHUNK):
                digest.update(piece)
        return digest.hexdigest()

    def forget(self, name):
        """Delete what is stored under a name. Raises OSError."""
        with _told_as_os_error():
            self.delete(name)

    def _forget_parts(self, name):
        """Give back the room of parts that a process which died has sent."""
        client, place = self.connection.meta.client, {"Bucket": self.bucket_name}
        for upload in client.list_multipart_uploads(**place, Prefix=name).get("Uploads", ()):
            if upload["Key"] == name:
                client.abort_multipart_upload(**place, Key=name, UploadId=upload["UploadId"])


@contextmanager
def _told_as_os_error():
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError, HTTPClientError) as error:
        raise OSError(str(error)) from error
