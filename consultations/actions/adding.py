"""Adding to what one has sent: until the deadline, as a submission of its own.

What was sent is never changed. An addition is screened, accepted and journaled like any
other submission; what makes it one is that it points to the first.
"""

from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from consultations.models import ResponseStatus, Submission
from consultations.permissions import can_change_submission

WHO_ONE_IS = (
    "sender_kind",
    "sender",
    "organisation",
    "organisation_name",
    "organisation_number",
    "organisation_kind",
    "name",
    "email",
    "hide_name",
    "hide_name_reason",
    "language",
)
STANDS = (ResponseStatus.RECEIVED, ResponseStatus.ACCEPTED)


@action
def add_to(submission, *, by=None):
    """A draft that adds to what was sent: it knows who one is, and holds no text.

    Pressed twice, it is the same draft. What adds to an addition adds to the first. Raises
    ActionRefused after the deadline, and where nothing stands that could be added to; a
    draft that was begun in time may be sent late, as any other.
    """
    first = Submission.objects.select_for_update().get(pk=submission.adds_to_id or submission.pk)
    require(can_change_submission(by, first))
    refusal = why_not_add_to(first, first.responses.all())
    if refusal:
        raise ActionRefused(refusal)
    begun = first.additions.drafts().first()
    if begun:
        return begun
    known = {name: getattr(first, name) for name in WHO_ONE_IS}
    return Submission.objects.create(consultation=first.consultation, adds_to=first, **known)


def why_not_add_to(submission, responses):
    """Why one can not add to it now, for the sender to read; empty where one can."""
    if submission.is_draft:
        return _("This has not been sent yet. Go on writing.")
    if not submission.consultation.is_open or submission.consultation.is_past_deadline:
        return _("The deadline has passed, so you can not add to your response.")
    if not stands(responses):
        return _("You have nothing here to add to. You may send a new response instead.")
    return ""


def stands(responses):
    """Whether something of what was sent is neither withdrawn nor rejected."""
    return any(each.status in STANDS for each in responses)


def confirmed_before(submission):
    """When the address of an addition was confirmed for what it adds to, where it is the same
    one: nobody is asked twice."""
    first = submission.adds_to
    return first.email_confirmed_at if first.email == submission.email else None
