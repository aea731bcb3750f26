"""The tar file of an extraction: for its archivist alone, in parts where asked, and noted."""

import hashlib
import io
import tarfile

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.roles import Role
from archive.actions import close_case_file, note_download, start_extraction
from archive.models import Extraction, ExtractionDownload
from archive.noark5.extraction import folder_of, run_extraction
from archive.noark5.tar import tar_of
from tests import factories
from tests.archive import records

pytestmark = pytest.mark.django_db


@pytest.fixture
def extraction(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)
    case_file = records.case_file()
    records.written_off(case_file)
    close_case_file(case_file, by=None)
    run_extraction(start_extraction(case_file.authority, by=None))
    return Extraction.objects.get()


@pytest.fixture
def archivist(client, extraction):
    user = factories.official(extraction.authority, Role.ARCHIVIST)
    client.force_login(user)
    return user


def address(extraction):
    return reverse("archive:extraction-download", args=[extraction.pk])


def body(page):
    return b"".join(page.streaming_content)


def test_archivist_gets_the_package_and_it_is_written_down(client, extraction, archivist):
    page = client.get(address(extraction))
    content = body(page)

    assert page.status_code == 200
    assert hashlib.sha256(content).hexdigest() == extraction.archive_sha256
    assert page.headers["Content-Length"] == str(len(content)) == str(extraction.archive_size)
    assert page.headers["ETag"] == f'"{extraction.archive_sha256}"'
    assert "no-store" in page.headers["Cache-Control"]
    assert extraction.archive_name in page.headers["Content-Disposition"]
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        assert f"{folder_of(extraction).name}/arkivuttrekk.xml" in tar.getnames()
        assert {(each.uid, each.mode) for each in tar} == {(0, 0o644)}
    download = ExtractionDownload.objects.get()
    assert (download.downloaded_by, download.first_byte) == (archivist, 0)


@pytest.mark.parametrize(
    ("asked", "last"), [("bytes=100-", None), ("bytes=100-199", 199), ("bytes=100-99999999", None)]
)
def test_part_is_sent_where_it_is_asked_for(client, extraction, archivist, asked, last):
    whole = tar_of(extraction).read_bytes()
    first, last = 100, last or len(whole) - 1

    page = client.get(address(extraction), headers={"range": asked})

    assert page.status_code == 206
    assert page.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    assert body(page) == whole[first : last + 1]
    assert ExtractionDownload.objects.get().first_byte == first


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=-5", "pages=1-2", "bytes=0-1,5-6", "x"])
def test_whole_is_sent_where_the_question_is_not_understood(client, extraction, archivist, asked):
    page = client.get(address(extraction), headers={"range": asked})

    assert page.status_code == 200
    assert len(body(page)) == extraction.archive_size


def test_whole_is_sent_where_the_file_is_another_than_that_begun_with(
    client, extraction, archivist
):
    mine = {"range": "bytes=100-", "if-range": f'"{extraction.archive_sha256}"'}
    another = {"range": "bytes=100-", "if-range": '"another"'}

    assert client.get(address(extraction), headers=mine).status_code == 206
    assert client.get(address(extraction), headers=another).status_code == 200


def test_part_after_the_end_is_refused_with_the_size(client, extraction, archivist):
    asked = {"range": f"bytes={extraction.archive_size}-"}

    page = client.get(address(extraction), headers=asked)

    assert page.status_code == 416
    assert page.headers["Content-Range"] == f"bytes */{extraction.archive_size}"
    assert not ExtractionDownload.objects.exists()


def test_asking_for_the_head_takes_nothing_out(client, extraction, archivist):
    page = client.head(address(extraction))

    assert page.headers["Content-Length"] == str(extraction.archive_size)
    assert not ExtractionDownload.objects.exists()


def test_nobody_else_gets_it(client, extraction):
    elsewhere = factories.official(factories.authority(), Role.ARCHIVIST)
    others = [Role.EDITOR, Role.MODERATOR, Role.CASE_HANDLER]
    colleague = factories.official(extraction.authority, *others)

    assert client.get(address(extraction)).status_code == 302
    for stranger, status in ((elsewhere, 404), (colleague, 403)):
        client.force_login(stranger)
        assert client.get(address(extraction)).status_code == status
        with pytest.raises(PermissionDenied):
            note_download(extraction, by=stranger)
    with pytest.raises(PermissionDenied):
        note_download(extraction, by=None)
    assert not ExtractionDownload.objects.exists()


def test_downloads_stand_on_the_page(client, extraction, archivist):
    client.get(address(extraction))

    page = client.get(reverse("archive:extraction-list", args=[extraction.authority.slug]))

    text = page.content.decode()
    assert extraction.archive_sha256 in text
    assert address(extraction) in text
    assert str(archivist) in text
