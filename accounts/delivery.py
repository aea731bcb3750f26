"""Delivering the mails that are owed."""

from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from accounts.models import Notice


@transaction.atomic
def send_notice(notice):
    """Deliver one mail, once: the row is locked meanwhile, and passed over if another has it.

    A failure is written down and tried again after 1, 2, 4 … minutes; see MAX_ATTEMPTS.
    """
    notice = (
        Notice.objects.select_for_update(skip_locked=True)
        .filter(pk=notice.pk, sent_at=None)
        .first()
    )
    if notice is None:
        return
    notice.attempts += 1
    try:
        EmailMessage(notice.subject, notice.body, to=[notice.email]).send()
    except OSError:  # smtplib's errors are OSErrors too
        notice.due_at = timezone.now() + timedelta(minutes=2 ** (notice.attempts - 1))
    else:
        notice.sent_at = timezone.now()
    notice.save(update_fields=["attempts", "due_at", "sent_at"])
