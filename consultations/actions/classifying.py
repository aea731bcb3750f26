"""What kind of sender a response is from, known better after it was sent."""

from accounts.rules import action
from consultations.actions.tally import count_days, raise_public_version, uncount_days
from consultations.models import ResponseStatus, Submission
from consultations.models.response import VISIBLE


@action
def classify_sender(submission, kind=""):
    """Write down the `kind` of an organisation that was looked up after it had answered, and
    let lists and figures follow. Without it, only let them follow the organisation's own row.
    """
    submission = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("organisation", "consultation")
        .get(pk=submission.pk)
    )
    if kind:
        submission.organisation_kind = kind
        submission.save(update_fields=["organisation_kind"])
    group = submission.sender_group
    responses = submission.responses.select_for_update().exclude(sender_group=group)
    moved = list(responses.order_by("pk"))
    counted = [each for each in moved if each.status == ResponseStatus.ACCEPTED]
    uncount_days(counted)
    for response in moved:
        response.sender_group = group
        response.save(update_fields=["sender_group"])
    count_days(counted)
    if counted or any(each.publication in VISIBLE for each in moved):
        raise_public_version(submission.consultation)
    return submission
