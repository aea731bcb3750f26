"""The first gate: is this a response in the case?"""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions import NewEntry, Party, discard, journal, screen_entry
from archive.vocabulary import EntryKind, LegalBasis, PartyKind
from casework.actions import assign_response
from consultations.actions import count
from consultations.lifecycle import advance
from consultations.models import Moderation, Response, ResponseStatus, SenderKind
from moderation.actions.publishing import (
    publish_response,
    redact_response,
    refuse_stale,
    withhold_response,
)
from moderation.actions.screening import screen_response
from moderation.models import NOT_FOR_ALL, Decision
from moderation.permissions import can_moderate


@action
def accept_response(response, *, seen=None, by):
    """Let a response into the case: journal it, then hand it to its case handler.

    Accepting says nothing about publication: a response can be journaled and handled and
    still be withheld from the public. Where the consultation is moderated afterwards or
    not at all, what screening found nothing in is published at once. Raises ActionRefused
    when the response no longer waits, or its document can not be made now.
    """
    response, decision = _accept(response, seen=seen, by=by)
    if response.consultation.moderation != Moderation.BEFORE and not (
        NOT_FOR_ALL & set(response.screening.flags)
    ):
        publish_response(response, by=None)
    return decision


@action
def accept_and_publish(response, *, seen=None, by, **how):
    """Accept and publish in one press; `how` is what `publish_response` takes."""
    response, _accepted = _accept(response, seen=seen, by=by)
    return publish_response(response, by=by, **how)


@action
def accept_and_redact(response, *, seen=None, by, **how):
    """Accept and publish redacted in one press; `how` is what `redact_response` takes."""
    response, _accepted = _accept(response, seen=seen, by=by)
    return redact_response(response, by=by, **how)


@action
def accept_and_withhold(response, *, seen=None, by, **how):
    """Accept and withhold in one press; `how` is what `withhold_response` takes."""
    response, _accepted = _accept(response, seen=seen, by=by)
    return withhold_response(response, by=by, **how)


@action
def reject_response(response, *, ground, reason="", seen=None, by):
    """Say that this is not a response in the case. It is not journaled; it is kept, with
    the ground, in the platform's own log."""
    response = locked(response)
    require(can_moderate(by, response))
    refuse_stale(response, seen)
    advance(response, ResponseStatus.REJECTED, by=by)
    discard(response.reference)
    return Decision.objects.create(
        response=response,
        outcome=Decision.Outcome.REJECTED,
        ground=ground,
        reason=reason,
        decided_by=by,
    )


def _accept(response, *, seen, by):
    """The accepted response, still locked, and the decision."""
    response = locked(response)
    require(can_moderate(by, response))
    refuse_stale(response, seen)
    screening = getattr(response, "screening", None)
    if screening is None or screening.screened_at is None:
        # No nudge has come through yet. Nobody need wait for it.
        response.screening = screening = screen_response(response)
    advance(response, ResponseStatus.ACCEPTED, by=by)
    if screening.screened_at is None:
        raise ActionRefused(
            _("The archive document of %(reference)s can not be made now. Try again later.")
            % {"reference": response.reference}
        )
    decision = Decision.objects.create(
        response=response, outcome=Decision.Outcome.ACCEPTED, decided_by=by
    )
    entry = journal(incoming(response), by=by)
    if response.submission.hide_name:
        # The public journal tells no name that a moderator has yet to decide on.
        screen_entry(entry, legal_basis=LegalBasis.OFFL_13, sender=True, by=by)
    assign_response(response, entry=entry, by=by)
    count(response.theme, accepted=1)
    return response, decision


def locked(response):
    """The response, locked, with what every decision looks at."""
    return (
        Response.objects.select_for_update(of=("self",))
        .select_related("submission", "consultation__case_file", "theme", "screening")
        .get(pk=response.pk)
    )


def incoming(response):
    """What is journaled of a response. No names in the title: they stand with the party."""
    submission = response.submission
    is_organisation = submission.sender_kind == SenderKind.ORGANISATION
    return NewEntry(
        case_file=response.consultation.case_file,
        source=response.reference,
        kind=EntryKind.INCOMING,
        title=f"Høringssvar – {response.consultation.title}",
        parties=(
            Party(
                PartyKind.SENDER,
                submission.sender_name,
                contact_person=submission.name if is_organisation else "",
                email=submission.contact_email,
                is_person=not is_organisation,
            ),
        ),
        document_date=timezone.localdate(response.received_at),
        received_at=response.received_at,
        keywords=(response.theme.title,),
        unit=response.consultation.unit,
    )
