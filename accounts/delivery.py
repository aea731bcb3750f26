"""Delivering the mails that are owed."""

from contextlib import closing
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.utils import timezone

from accounts.models import Notice
from accounts.rules import action

LONGEST_DELAY = timedelta(hours=8)


@action
def send_notices(keys):
    """Deliver mails, each once, over one connection: their rows are locked meanwhile, and
    those that another process has are passed over.

    A failure is written down and tried again after 1, 2, 4 … minutes, at last every eight
    hours, MAX_ATTEMPTS times in all; it keeps no other mail back. Should the process die
    after the mail server took some, they go again under the same Message-IDs, by which mail
    programs show each once. So give it a few at a time.
    """
    owed = Notice.objects.select_for_update(skip_locked=True).filter(key__in=keys, sent_at=None)
    sent = []
    with closing(get_connection()) as connection:
        for notice in owed:
            try:
                _message(notice, connection).send()
            except (OSError, ValueError):  # smtplib's are OSErrors; a bad address a ValueError
                connection.close()  # it may be broken: the next mail gets a new one
                _try_again_later(notice)
            else:
                sent.append(notice.pk)
    Notice.objects.filter(pk__in=sent).update(sent_at=timezone.now(), attempts=F("attempts") + 1)


def _try_again_later(notice):
    delay = timedelta(minutes=2**notice.attempts)
    notice.attempts += 1
    notice.due_at = timezone.now() + min(delay, LONGEST_DELAY)
    notice.save(update_fields=["attempts", "due_at"])


def _message(notice, connection):
    connection.open()  # where it is not open already
    return EmailMessage(
        notice.subject,
        notice.body,
        to=[notice.email],
        headers=_headers(notice),
        connection=connection,
    )


def _headers(notice):
    """The Message-ID; and for a mail that one subscribes to, the button by which a mail
    program ends the subscription (RFC 8058)."""
    headers = {"Message-ID": f"<notice-{notice.pk}@{urlsplit(settings.SITE_URL).hostname}>"}
    if notice.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{notice.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
