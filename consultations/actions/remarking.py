"""“No remarks” in one press: for an invited body that the account speaks for, or for one that
somebody names."""

from accounts.rules import action, require
from consultations.actions.adding import STANDS
from consultations.actions.submitting import save_draft, submit
from consultations.models import Response, SenderKind
from consultations.permissions import can_speak_for


@action
def send_no_remarks(consultation, *, organisation=None, by=None, **named):
    """Write and send that an organisation has no remarks on the consultation as a whole.

    Either an `organisation` that `by` speaks for, where the second press gives what the first
    one sent; or the fields of the submission, as they were typed. Raises ActionRefused as
    `submit` does.
    """
    if organisation:
        require(can_speak_for(by, organisation))
        sent = _sent_before(consultation, organisation, by)
        if sent:
            return sent
        named = {
            "organisation": organisation,
            "organisation_name": organisation.name,
            "organisation_number": organisation.organisation_number or "",
            "name": by.name,
        }
    whole = consultation.themes.get(is_whole=True)
    draft = save_draft(
        consultation,
        texts={whole.pk: ""},
        no_remarks={whole.pk},
        by=by,
        sender_kind=SenderKind.ORGANISATION,
        language=consultation.language,
        **named,
    )
    return submit(draft, by=by)


def _sent_before(consultation, organisation, by):
    """What stands of an earlier press; the affiliation is held, so that two take turns."""
    by.affiliations.select_for_update().get(organisation=organisation)
    standing = Response.objects.filter(
        consultation=consultation,
        submission__organisation=organisation,
        submission__sender=by,
        has_no_remarks=True,
        status__in=STANDS,
    )
    response = standing.select_related("submission").first()
    return response and response.submission
