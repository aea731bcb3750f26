"""What the machine does on its own: open, close, delete drafts left behind."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from consultations.actions import attach_file, delete_draft, edit_consultation, save_draft
from consultations.models import Consultation, ConsultationStatus, Submission
from consultations.tasks import DRAFT_LIFETIME, delete_expired_drafts, keep_schedule
from consultations.uploads import check_upload
from tests import factories
from tests.presses import at_once, refused

pytestmark = pytest.mark.django_db


def scheduled(opens, closes):
    """A published consultation that opens and closes so many hours from now."""
    now = timezone.now()
    return factories.published_consultation(
        opens_at=now + timedelta(hours=opens), deadline_at=now + timedelta(hours=closes)
    )


def status_of(consultation):
    return Consultation.objects.get(pk=consultation.pk).status


def test_the_schedule_opens_and_closes_each_at_its_hour():
    consultation = scheduled(1, 3)

    seen = []
    for hours in (0, 0.9, 1.1, 2.9, 3.1):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            keep_schedule()
        seen.append(status_of(consultation))

    assert seen == ["published", "published", "opened", "opened", "closed"]


def test_the_schedule_after_a_long_stop_opens_and_closes_at_once():
    consultation = scheduled(1, 3)

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        keep_schedule()

    consultation.refresh_from_db()
    assert consultation.status == ConsultationStatus.CLOSED
    assert consultation.opened_at
    assert consultation.closed_at
    assert consultation.opened_by is None


@pytest.mark.parametrize("status", ["draft", "treatment_started", "concluded"])
def test_the_schedule_leaves_drafts_and_what_is_past_closing(status):
    consultation = factories.consultation_as(status)

    with time_machine.travel(timezone.now() + timedelta(days=99)):
        keep_schedule()

    assert status_of(consultation) == status


def test_a_deadline_that_is_moved_is_the_one_that_counts():
    consultation = factories.open_for_answers()
    edit_consultation(
        consultation,
        by=consultation.created_by,
        deadline_at=consultation.deadline_at + timedelta(days=7),
    )

    with time_machine.travel(timezone.now() + timedelta(days=43)):
        keep_schedule()

    assert status_of(consultation) == ConsultationStatus.OPEN


@pytest.mark.django_db(transaction=True)
def test_the_schedule_twice_at_once_opens_every_consultation_and_complains_of_none():
    consultations = [factories.published_consultation() for _ in range(3)]

    results = at_once(keep_schedule, keep_schedule)

    assert results == [None, None]
    assert [status_of(each) for each in consultations] == ["opened"] * 3


# --- Drafts ---------------------------------


def aged(submission):
    """The moment at which the draft has expired."""
    return submission.changed_at + DRAFT_LIFETIME + timedelta(seconds=1)


def test_a_draft_left_behind_is_deleted_with_its_files(django_capture_on_commit_callbacks):
    submission = factories.draft()
    upload = SimpleUploadedFile("brev.pdf", factories.PDF)
    attachment = attach_file(submission, check_upload(upload), upload)

    with time_machine.travel(aged(submission)), django_capture_on_commit_callbacks(execute=True):
        delete_expired_drafts()

    assert not Submission.objects.exists()
    assert not default_storage.exists(attachment.path)


def test_a_draft_is_kept_to_its_last_day():
    submission = factories.draft()

    with time_machine.travel(aged(submission) - timedelta(days=1)):
        delete_expired_drafts()

    assert Submission.objects.exists()


def test_a_draft_that_was_written_on_lives_from_then():
    submission = factories.draft()

    with time_machine.travel(aged(submission) - timedelta(days=1)):
        save_draft(submission.consultation, submission, texts={})
    with time_machine.travel(aged(submission)):
        delete_expired_drafts()

    assert Submission.objects.exists()


def test_a_draft_that_is_written_on_while_the_sweep_runs_is_kept():
    submission = factories.draft()
    found = Submission.objects.get(pk=submission.pk)
    save_draft(submission.consultation, submission, texts={}, name="")

    with refused():
        delete_draft(found)


def test_the_draft_of_an_account_is_kept():
    submission = factories.draft(by=factories.person("Ada Prøve"), name="Ada Prøve")

    with time_machine.travel(aged(submission)):
        delete_expired_drafts()

    assert Submission.objects.exists()


def test_what_was_sent_is_never_deleted():
    submission = factories.submission()

    with time_machine.travel(aged(submission)):
        delete_expired_drafts()

    assert Submission.objects.get().responses.exists()


@pytest.mark.django_db(transaction=True)
def test_drafts_deleted_twice_at_once_are_deleted_without_complaint():
    for _ in range(3):
        submission = factories.draft()

    with time_machine.travel(aged(submission)):
        results = at_once(delete_expired_drafts, delete_expired_drafts)

    assert results == [None, None]
    assert not Submission.objects.exists()
