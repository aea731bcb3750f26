"""What the machine does with consultations on its own."""

from contextlib import suppress
from datetime import timedelta

from celery import shared_task
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from accounts.rules import ActionRefused
from consultations.actions import close_consultation, delete_draft, open_consultation
from consultations.models import Consultation, Submission

DRAFT_LIFETIME = timedelta(days=90)


@shared_task
def keep_schedule():
    """Open what should be open and close what should be closed."""
    for consultation in Consultation.objects.due_to_open():
        _unless_done(open_consultation, consultation)
    for consultation in Consultation.objects.due_to_close():
        _unless_done(close_consultation, consultation)


@shared_task
def delete_expired_drafts():
    """Delete drafts that nobody has touched for DRAFT_LIFETIME, those of accounts excepted."""
    old = timezone.now() - DRAFT_LIFETIME
    for submission in Submission.objects.drafts().filter(changed_at__lt=old, sender=None):
        _unless_done(delete_draft, submission)


def _unless_done(act, thing):
    """Act; and where a person or another worker was quicker, go on to the next."""
    with suppress(ActionRefused, ObjectDoesNotExist):
        act(thing)
