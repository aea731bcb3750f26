"""Letting colleagues read a draft by a secret link, and what they say of it.

Whoever has the link may read and comment, and nothing more: the one who writes sends. The
link ends when it is taken back, and when the draft is sent or deleted.
"""

from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action
from consultations.actions.submitting import own_draft
from consultations.models import DraftComment, Submission
from consultations.models.submission import new_token


@action
def share_draft(submission, *, by=None):
    """Make the link by which a colleague reads the draft. Twice, it is the same link."""
    submission = own_draft(submission, by)
    if submission.reading_token is None:
        submission.reading_token = new_token()
        submission.save(update_fields=["reading_token"])
    return submission


@action
def stop_sharing(submission, *, by=None):
    """Take the link back. What has been said of the draft stays until it is sent."""
    submission = own_draft(submission, by)
    submission.reading_token = None
    submission.save(update_fields=["reading_token"])
    return submission


@action
def comment_on_draft(submission, *, name, text):
    """Say something of a draft to whoever writes it. Raises ActionRefused where the link has
    ended since it was opened."""
    shared = Submission.objects.filter(pk=submission.pk, reading_token=submission.reading_token)
    if not shared.select_for_update(of=("self",)).exclude(reading_token=None).exists():
        raise ActionRefused(_("The draft is not shared any more."))
    return DraftComment.objects.create(submission=submission, name=name, text=text)
