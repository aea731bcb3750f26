"""What the machine does with consultations on its own."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from consultations.actions import close_consultation, delete_draft, open_consultation
from consultations.models import Consultation, Submission

DRAFT_LIFETIME = timedelta(days=90)


@shared_task
def keep_schedule():
    """Open what should be open and close what should be closed."""
    for consultation in Consultation.objects.due_to_open():
        open_consultation(consultation)
    for consultation in Consultation.objects.due_to_close():
        close_consultation(consultation)


@shared_task
def delete_expired_drafts():
    """Delete drafts that nobody has touched for DRAFT_LIFETIME, those of accounts excepted."""
    old = timezone.now() - DRAFT_LIFETIME
    for submission in Submission.objects.drafts().filter(changed_at__lt=old, sender=None):
        delete_draft(submission)
