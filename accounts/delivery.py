"""Delivering the mails that are owed."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import Notice
from accounts.rules import action

LONGEST_DELAY = timedelta(hours=8)


@action
def send_notice(notice):
    """Deliver one mail, once: the row is locked meanwhile, and passed over if another has it.

    A failure is written down and tried again after 1, 2, 4 … minutes, at last every eight
    hours, MAX_ATTEMPTS times in all. Should the process die after the mail server took the
    mail, it goes again under the same Message-ID, by which mail programs show it once.
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
        EmailMessage(
            notice.subject,
            notice.body,
            to=[notice.email],
            headers=_headers(notice),
        ).send()
    except (OSError, ValueError):  # smtplib's errors are OSErrors; a bad address a ValueError
        delay = timedelta(minutes=2 ** (notice.attempts - 1))
        notice.due_at = timezone.now() + min(delay, LONGEST_DELAY)
    else:
        notice.sent_at = timezone.now()
    notice.save(update_fields=["attempts", "due_at", "sent_at"])


def _headers(notice):
    """The Message-ID; and for a mail that one subscribes to, the button by which a mail
    program ends the subscription (RFC 8058)."""
    headers = {"Message-ID": f"<notice-{notice.pk}@{urlsplit(settings.SITE_URL).hostname}>"}
    if notice.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{notice.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
