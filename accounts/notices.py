"""Messages that are owed: written with what they tell of, delivered afterwards."""

import uuid

from accounts.models import Notice
from accounts.tasks import send_notice


def owe_notice(*, email, subject, body, recipient=None, key=None):
    """Owe one mail. With a `key`, it is owed once however often this is called.

    Call it in the transaction of what the mail tells of; it goes out after the commit.
    """
    notice, is_new = Notice.objects.get_or_create(
        key=key or f"notice-{uuid.uuid4()}",
        defaults={
            "email": email,
            "recipient": recipient,
            "subject": " ".join(subject.split())[:200],  # one line, as a header must be
            "body": body,
        },
    )
    if is_new:
        send_notice.delay_on_commit(notice.pk)
    return notice
