"""Attachments go through a real clamd, and wait while it is away."""

import socket
import tempfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from archive.models import ArchivedDocument, InfectedFile
from config.integrity import CHECKS
from consultations.models import Attachment, Publication, Response, ScanStatus
from moderation.actions import accept_and_publish, postpone_scan, publish_response, record_scan
from moderation.clamd import ScannerUnreachable, find_virus
from moderation.models import Flag
from moderation.tasks import scan_outstanding, screen_submission
from tests import factories
from tests.clamd import EICAR, clamd

pytestmark = [pytest.mark.django_db, pytest.mark.server, pytest.mark.xdist_group("clamd")]
CLEAN = b"Et helt vanlig vedlegg.\n"


@pytest.fixture(scope="module")
def addresses():
    # A socket's path is at most some hundred characters long.
    with tempfile.TemporaryDirectory(prefix="clamd") as folder, clamd(Path(folder)) as addresses:
        yield addresses


@pytest.fixture
def scanner(addresses, settings):
    settings.CLAMAV_URL = addresses[0]


@pytest.fixture
def no_scanner(settings):
    """A scanner that is set, and down."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
        yield


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def sent_with(*files):
    """A response with these attachments, as it is before any task has run."""
    files = [(f"vedlegg-{number}.txt", content) for number, content in enumerate(files)]
    return factories.submission(files=files).responses.get()


def statuses(response):
    return [each.scan_status for each in response.submission.attachments.all()]


@pytest.mark.parametrize("which", [0, 1])
def test_clamd_tells_a_virus_from_a_clean_file(addresses, settings, which):
    settings.CLAMAV_URL = addresses[which]

    assert find_virus(BytesIO(CLEAN)) == ""
    assert find_virus(BytesIO(CLEAN * 100_000)) == ""
    assert find_virus(BytesIO(CLEAN * 10_000 + EICAR)).startswith("Eicar-Test")


def test_clamd_that_is_away_is_told_apart_from_a_clean_file(no_scanner):
    with pytest.raises(ScannerUnreachable):
        find_virus(BytesIO(CLEAN))


def test_no_socket_is_no_clean_file(settings, tmp_path):
    settings.CLAMAV_URL = f"unix://{tmp_path}/clamd.ctl"

    with pytest.raises(ScannerUnreachable):
        find_virus(BytesIO(CLEAN))


def test_a_file_that_clamd_finds_too_large_is_not_clean(settings):
    with (
        tempfile.TemporaryDirectory(prefix="clamd") as folder,
        clamd(Path(folder), limit="1M") as (address, _socket),
    ):
        settings.CLAMAV_URL = address

        with pytest.raises(ScannerUnreachable):
            find_virus(BytesIO(b"a" * 3_000_000))


def test_without_a_scanner_nothing_waits():
    response = sent_with(CLEAN)

    assert statuses(response) == [ScanStatus.UNSCANNED]


def test_what_is_sent_is_scanned_before_it_is_screened(scanner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = sent_with(CLEAN, EICAR)

    response = Response.objects.get(pk=response.pk)
    assert statuses(response) == [ScanStatus.CLEAN, ScanStatus.INFECTED]
    assert Flag.INFECTED in response.screening.flags
    assert response.submission.attachments.first().scanned_at


def test_what_is_infected_is_kept_and_journaled_as_it_came_and_never_shown(scanner, client):
    response = sent_with(EICAR, CLEAN)
    screen_submission(response.submission_id)
    infected, clean = response.submission.attachments.all()
    moderator = factories.moderator_of(response)

    accept_and_publish(response, public_attachments=[infected, clean], by=moderator)

    infected.refresh_from_db()
    clean.refresh_from_db()
    assert (infected.is_public, clean.is_public) == (False, True)
    archived = ArchivedDocument.objects.get(sha256=infected.sha256)
    assert Path(default_storage.path(archived.path)).read_bytes() == EICAR
    assert [line for check in CHECKS for line in check()] == []
    in_public = [response.consultation.slug, response.reference]
    for attachment, status in ((clean, 200), (infected, 404)):
        address = reverse("consultations:attachment-download", args=[*in_public, attachment.pk])
        page = client.get(address)
        assert (page.status_code, CLEAN in page.getvalue()) == (status, status == 200)


def test_what_is_infected_is_handed_out_to_no_official(scanner, client):
    response = sent_with(EICAR)
    screen_submission(response.submission_id)
    moderator = factories.moderator_of(response)
    accept_and_publish(response, by=moderator)
    [infected] = response.submission.attachments.all()
    document = ArchivedDocument.objects.get(sha256=infected.sha256)
    archivist = factories.official(response.consultation.authority, Role.ARCHIVIST)

    for user, address in (
        (moderator, reverse("moderation:attachment-read", args=[infected.pk])),
        (archivist, reverse("archive:archived-document-download", args=[document.system_id])),
    ):
        client.force_login(user)
        page = client.get(address)

        assert page.status_code == 302
        assert "carries a virus" in str(list(page.wsgi_request._messages)[-1])


def test_while_the_scanner_is_away_attachments_wait_and_the_text_does_not(no_scanner, client):
    response = sent_with(CLEAN)
    screen_submission(response.submission_id)
    [waiting] = response.submission.attachments.all()
    moderator = factories.moderator_of(response)
    client.force_login(moderator)
    shown = client.get(reverse("moderation:response-decide", args=[response.reference])).content

    accept_and_publish(response, public_attachments=[waiting], by=moderator)

    waiting.refresh_from_db()
    response.refresh_from_db()
    assert waiting.scan_status == ScanStatus.WAITING
    assert waiting.scan_attempts == 1
    assert response.publication == Publication.PUBLISHED
    assert not waiting.is_public
    assert "Not scanned for viruses yet: vedlegg-0.txt" in shown.decode()
    page = client.get(reverse("moderation:attachment-read", args=[waiting.pk]))
    assert page.status_code == 302


def test_what_waited_is_scanned_when_the_scanner_is_back(no_scanner, settings, addresses):
    response = sent_with(CLEAN, EICAR)
    screen_submission(response.submission_id)
    while_away = statuses(response)
    settings.CLAMAV_URL = addresses[0]
    scan_outstanding()
    too_early = statuses(response)
    Attachment.objects.update(scan_due_at=timezone.now())

    scan_outstanding()

    response = Response.objects.get(pk=response.pk)
    assert while_away == [ScanStatus.WAITING] * 2
    assert too_early == [ScanStatus.WAITING, ScanStatus.INFECTED]
    assert statuses(response) == [ScanStatus.CLEAN, ScanStatus.INFECTED]
    assert Flag.INFECTED in response.screening.flags


def test_the_pause_between_attempts_grows(no_scanner):
    attachment = sent_with(CLEAN).submission.attachments.get()

    pauses = []
    for _attempt in range(8):
        postpone_scan(attachment)
        attachment.refresh_from_db()
        pauses.append((attachment.scan_due_at - timezone.now()) / timedelta(minutes=1))

    assert [round(pause) for pause in pauses] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_scan_that_runs_twice_says_the_first_thing(no_scanner):
    attachment = sent_with(CLEAN).submission.attachments.get()

    record_scan(attachment, virus="")
    record_scan(attachment, virus="Eicar-Test")
    postpone_scan(attachment)

    attachment.refresh_from_db()
    assert attachment.scan_status == ScanStatus.CLEAN
    assert attachment.scan_attempts == 0
    assert not InfectedFile.objects.exists()


def test_a_clean_attachment_is_published_where_the_moderator_says_so(scanner):
    response = factories.accepted_response(files=[("vedlegg.txt", CLEAN)])
    screen_submission(response.submission_id)
    [attachment] = response.submission.attachments.all()

    scan_outstanding()
    publish_response(response, public_attachments=[attachment], by=None)

    attachment.refresh_from_db()
    assert (attachment.scan_status, attachment.is_public) == (ScanStatus.CLEAN, True)
