"""The tar file of an extraction in the bucket of a real S3 server."""

import hashlib
import random
import socket
import threading

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from django.conf import settings as django_settings
from django.urls import reverse

from accounts.roles import Role
from archive.actions import (
    PartOfDocument,
    close_case_file,
    resume_extraction,
    start_extraction,
    write_off_entry,
)
from archive.bucket import Bucket
from archive.files import store_file
from archive.models import Extraction, ExtractionStatus
from archive.noark5.extraction import folder_of, is_whole, run_extraction
from archive.noark5.tar import tar_of
from archive.vocabulary import WriteOff
from tests import factories
from tests.archive import records
from tests.archive.seaweed import ACCESS, SECRET, seaweed

pytestmark = [pytest.mark.server, pytest.mark.django_db, pytest.mark.usefixtures("english")]

NAME = "uttrekk"
PART = 5 << 20  # bytes; the smallest that S3 takes, but for the last
SIZE = 12 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with seaweed(tmp_path_factory.mktemp("seaweed")) as address:
        s3(address).create_bucket(Bucket=NAME)
        yield address


def s3(address):
    return boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id=ACCESS,
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
    )


def use(settings, address, secret=SECRET):
    """As the environment would set it, but with small parts."""
    bucket = {
        "BACKEND": "archive.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": NAME,
            "endpoint_url": address,
            "region_name": "us-east-1",
            "access_key": ACCESS,
            "secret_key": secret,
            "transfer_config": TransferConfig(
                multipart_chunksize=PART, multipart_threshold=PART, use_threads=False
            ),
        },
    }
    settings.STORAGES = django_settings.STORAGES | {"extractions": bucket}


@pytest.fixture
def asked(settings, noark5_schemas):
    """An extraction that waits, with a document of several parts."""
    settings.NOARK5_SCHEMAS = str(noark5_schemas)
    case_file = records.case_file()
    large = store_file(random.Random(1).randbytes(SIZE // 2).hex().encode(), "txt")
    parts = [
        PartOfDocument("Høringssvar", "Høringsuttalelse", page=records.page()),
        PartOfDocument("notat", "Vedlegg", stored=large, format="txt"),
    ]
    entry = records.entry(case_file, parts=parts)
    write_off_entry(entry, WriteOff.NOTED, by=None)
    close_case_file(case_file, by=None)
    return start_extraction(case_file.authority, by=None)


def made(extraction):
    run_extraction(extraction)
    return Extraction.objects.get(pk=extraction.pk)


def test_tar_goes_to_the_bucket_in_parts_and_is_downloaded_from_it(asked, server, settings, client):
    use(settings, server)

    extraction = made(asked)

    assert (extraction.status, extraction.error) == (ExtractionStatus.DONE, "")
    assert is_whole(folder_of(extraction))
    assert not tar_of(extraction).exists()
    at_server = s3(server)
    found = at_server.get_object(Bucket=NAME, Key=extraction.archive_name)
    content = found["Body"].read()
    assert len(content) == extraction.archive_size > SIZE
    assert hashlib.sha256(content).hexdigest() == extraction.archive_sha256
    assert "-" in found["ETag"]  # as S3 writes it of what came in parts
    told = at_server.get_object(Bucket=NAME, Key=f"{extraction.archive_name}.sha256")["Body"].read()
    assert told.decode() == f"{extraction.archive_sha256}  {extraction.archive_name}\n"

    client.force_login(factories.official(extraction.authority, Role.ARCHIVIST))
    address = reverse("archive:extraction-download", args=[extraction.pk])
    assert b"".join(client.get(address).streaming_content) == content
    rest = client.get(address, headers={"range": f"bytes={SIZE}-"})
    assert rest.status_code == 206
    assert b"".join(rest.streaming_content) == content[SIZE:]


@pytest.fixture
def breaking_line(server):
    """The address of a line to the server that is cut after the first part; and all after it."""
    host, _colon, port = server.removeprefix("http://").rpartition(":")
    listener = socket.create_server(("127.0.0.1", 0))
    passed = [0]

    def pump(source, target, counts):
        try:
            while content := source.recv(1 << 16):
                passed[0] += len(content) if counts else 0
                if passed[0] > PART + (1 << 20):
                    break
                target.sendall(content)
        except OSError:
            pass
        finally:
            source.close()
            target.close()

    def serve():
        while True:
            try:
                near, _address = listener.accept()
            except OSError:
                return
            if passed[0] > PART + (1 << 20):
                near.close()
                continue
            far = socket.create_connection((host, int(port)))
            threading.Thread(target=pump, args=(near, far, True), daemon=True).start()
            threading.Thread(target=pump, args=(far, near, False), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


def test_line_cut_midway_leaves_nothing_in_the_bucket_and_goes_on(
    asked, server, breaking_line, settings
):
    use(settings, breaking_line)

    failed = made(asked)

    assert failed.status == ExtractionStatus.FAILED
    assert f"could not be put into the bucket {NAME}" in failed.error
    assert "only this is done again" in failed.error
    assert is_whole(folder_of(failed))
    name = f"{failed.authority.slug}-{failed.system_id}.tar"
    assert s3(server).list_objects_v2(Bucket=NAME, Prefix=name)["KeyCount"] == 0
    inode = (folder_of(failed) / "arkivuttrekk.xml").stat().st_ino
    use(settings, server)
    resume_extraction(failed, by=factories.official(failed.authority, Role.ARCHIVIST))

    done = made(failed)

    assert (done.status, done.error, done.archive_name) == (ExtractionStatus.DONE, "", name)
    assert (folder_of(done) / "arkivuttrekk.xml").stat().st_ino == inode
    found = s3(server).get_object(Bucket=NAME, Key=name)["Body"].read()
    assert hashlib.sha256(found).hexdigest() == done.archive_sha256
    assert "Uploads" not in s3(server).list_multipart_uploads(Bucket=NAME)  # nor its remains


def test_package_in_the_bucket_is_never_overwritten_by_another(asked, server, settings):
    """As after a database that was restored: its extraction is made once more, and differs."""
    use(settings, server)
    name = f"{asked.authority.slug}-{Extraction.objects.get(pk=asked.pk).system_id}.tar"
    s3(server).put_object(Bucket=NAME, Key=name, Body=b"the package of before")

    failed = made(asked)

    assert failed.status == ExtractionStatus.FAILED
    assert f"another package with the name {name}" in failed.error
    assert s3(server).get_object(Bucket=NAME, Key=name)["Body"].read() == b"the package of before"
    assert s3(server).list_objects_v2(Bucket=NAME, Prefix=name)["KeyCount"] == 1


def test_package_that_lies_in_the_bucket_already_is_kept(asked, server, settings):
    """As when a process dies after it has sent it, and before it has noted it."""
    use(settings, server)
    done = made(asked)
    sent = s3(server).head_object(Bucket=NAME, Key=done.archive_name)["LastModified"]
    Extraction.objects.filter(pk=done.pk).update(status=ExtractionStatus.WAITING, archive_name="")

    again = made(asked)

    assert (again.error, again.archive_name) == ("", done.archive_name)
    assert again.archive_sha256 == done.archive_sha256
    assert s3(server).head_object(Bucket=NAME, Key=done.archive_name)["LastModified"] == sent


def test_wrong_key_is_told_in_words(asked, server, settings):
    use(settings, server, secret="en annen")

    failed = made(asked)

    assert failed.status == ExtractionStatus.FAILED
    assert "SignatureDoesNotMatch" in failed.error


def test_bucket_is_private_and_is_sent_to_in_large_parts(settings, server):
    bucket = Bucket(bucket_name=NAME, endpoint_url=server)

    assert bucket.default_acl is None
    assert bucket.transfer_config.multipart_chunksize == 64 << 20
