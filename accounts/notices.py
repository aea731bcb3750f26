"""Messages that are owed: written with what they tell of, delivered afterwards."""

import uuid

from django.template.loader import render_to_string
from django.utils.translation import override

from accounts.models import Notice
from accounts.tasks import send_notice, send_outstanding


def owe_notice(*, email, subject, body, recipient=None, key=None, unsubscribe_url=""):
    """Owe one mail. With a `key`, it is owed once however often this is called.

    Call it in the transaction of what the mail tells of; it goes out after the commit.
    """
    notice = Notice(
        key=key or f"notice-{uuid.uuid4()}",
        email=email,
        recipient=recipient,
        subject=_one_line(subject),
        body=body,
        unsubscribe_url=unsubscribe_url,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    send_notice.delay_on_commit(notice.key)


def owe_notices(notices):
    """`owe_notice` for many, who are all told the same: rows that are not saved, each with
    its key. What is owed already stays as it is."""
    for notice in notices:
        notice.subject = _one_line(notice.subject)
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    send_outstanding.delay_on_commit()


def _one_line(subject):
    """As a header must be."""
    return " ".join(subject.split())[:200]


def written_mail(name, language, **context):
    """Subject and body of a mail: the first line of `emails/<name>.txt`, and the rest."""
    with override(language):
        text = render_to_string(f"emails/{name}.txt", context)
    subject, body = text.strip().split("\n", 1)
    return subject, body.strip() + "\n"
