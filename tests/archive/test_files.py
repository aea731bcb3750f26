import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from archive.files import file_digest, store_file

FULL_DISK = """
import resource, signal, sys
import django
django.setup()
from archive.files import store_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then a write beyond the limit is an OSError
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
try:
    store_file(bytes(300_000), "pdf")
except OSError as error:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    sys.exit(error.strerror)
"""


def files_under(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def test_store_file_keeps_the_bytes_under_a_name_that_tells_nothing(media_root):
    content = b"Brev fra Nora" * 100_000

    stored = store_file(content, "txt")

    with default_storage.open(stored.path) as file:
        assert file.read() == content
    assert stored.sha256 == hashlib.sha256(content).hexdigest() == file_digest(stored.path)
    assert stored.size == len(content)
    assert stored.path.endswith(".txt")
    assert len(files_under(media_root)) == 1


def test_store_file_takes_an_upload_that_has_been_read_before():
    upload = ContentFile(b"vedlegg", name="../../Nora Hansen.PDF")
    upload.read()

    stored = store_file(upload, "pdf")

    assert stored.sha256 == hashlib.sha256(b"vedlegg").hexdigest() == file_digest(stored.path)
    assert "Nora" not in stored.path


def test_store_file_on_a_disk_that_is_full_leaves_nothing(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MEDIA_ROOT": str(tmp_path / "full"),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    }

    tried = subprocess.run(
        [sys.executable, "-c", FULL_DISK],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (tried.returncode, tried.stderr.strip()) == (1, "File too large")
    assert (tmp_path / "full").is_dir()
    assert files_under(tmp_path / "full") == []


def test_store_file_where_nothing_may_be_written_raises(media_root):
    media_root.parent.mkdir(exist_ok=True)
    media_root.write_text("a file where the folder should be")

    with pytest.raises(OSError):
        store_file(b"svar", "txt")


def test_file_digest_of_a_missing_file_raises():
    with pytest.raises(FileNotFoundError):
        file_digest("2026/01/01/none.pdf")
