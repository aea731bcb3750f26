"""What the virus scanner said of an attachment. Its bytes stay as they were sent."""

from datetime import timedelta

from django.utils import timezone

from accounts.rules import action
from archive.actions import mark_infected, release_file
from consultations.models import Attachment, ScanStatus
from moderation.models import Flag, Screening

LONGEST_DELAY = timedelta(hours=1)


@action
def record_scan(attachment, *, virus):
    """Clean, or infected by the `virus` of this name. Twice does no harm.

    An infected file is kept and journaled as it came, is never published, and is handed
    out to nobody; the moderator sees a flag.
    """
    attachment = _waiting(attachment)
    if attachment is None:
        return
    attachment.scan_status = ScanStatus.INFECTED if virus else ScanStatus.CLEAN
    attachment.scanned_at = timezone.now()
    attachment.save(update_fields=["scan_status", "scanned_at"])
    if virus:
        mark_infected(attachment.sha256)
        _flag(attachment)
    else:
        release_file(attachment.sha256)


@action
def postpone_scan(attachment):
    """The scanner could not be asked: again after 1, 2, 4 … minutes, at last every hour."""
    attachment = _waiting(attachment)
    if attachment is None:
        return
    delay = min(timedelta(minutes=2 ** min(attachment.scan_attempts, 10)), LONGEST_DELAY)
    attachment.scan_attempts += 1
    attachment.scan_due_at = timezone.now() + delay
    attachment.save(update_fields=["scan_attempts", "scan_due_at"])


def _waiting(attachment):
    """The locked row, or None where it has been scanned or deleted meanwhile."""
    waiting = Attachment.objects.select_for_update().filter(scan_status=ScanStatus.WAITING)
    return waiting.filter(pk=attachment.pk).first()


def _flag(attachment):
    """Flag the responses that were screened before this was known."""
    screenings = Screening.objects.select_for_update().filter(
        response__submission=attachment.submission_id, screened_at__isnull=False
    )
    for screening in screenings:
        screening.flags = sorted({*screening.flags, Flag.INFECTED})
        screening.save(update_fields=["flags"])
