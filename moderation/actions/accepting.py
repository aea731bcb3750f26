"""The first gate: is this a response in the case?"""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions import (
    NewEntry,
    Party,
    discard,
    journal_all,
    remark_entry,
    screen_entry,
)
from archive.models import JournalEntry
from archive.vocabulary import EntryKind, LegalBasis, PartyKind
from casework.actions import assign_responses
from consultations.actions import count_accepted
from consultations.lifecycle import advance, advance_all
from consultations.models import Moderation, Response, ResponseStatus, SenderKind
from moderation.actions.publishing import (
    publish_response,
    publish_responses,
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
    _publish_unmoderated([response])
    return decision


@action
def accept_responses(responses):
    """Let in, by the system, all of these that still wait and are screened. Returns them."""
    waiting = list(
        locked(responses).filter(
            status=ResponseStatus.RECEIVED, screening__screened_at__isnull=False
        )
    )
    _accept_all(waiting, by=None)
    _publish_unmoderated(waiting)
    return waiting


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
    response = locked([response]).get()
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
    response = locked([response]).get()
    require(can_moderate(by, response))
    refuse_stale(response, seen)
    screening = getattr(response, "screening", None)
    if screening is None or screening.screened_at is None:
        # No nudge has come through yet. Nobody need wait for it.
        response.screening = screen_response(response)
    return response, _accept_all([response], by=by)[0]


def _accept_all(responses, *, by):
    """Decision → JournalEntry → Assignment, for locked and screened responses."""
    advance_all(responses, ResponseStatus.ACCEPTED, by=by)
    for response in responses:
        if response.screening.screened_at is None:
            raise ActionRefused(
                _("The archive document of %(reference)s can not be made now. Try again later.")
                % {"reference": response.reference}
            )
    decisions = Decision.objects.bulk_create(
        Decision(response=response, outcome=Decision.Outcome.ACCEPTED, decided_by=by)
        for response in responses
    )
    entries = journal_all([incoming(response) for response in responses], by=by)
    for response, entry in zip(responses, entries, strict=True):
        if response.submission.hide_name:
            # The public journal tells no name that a moderator has yet to decide on.
            screen_entry(entry, legal_basis=LegalBasis.OFFL_13, sender=True, by=by)
        if response.submission.adds_to_id:
            _refer_to_the_first(response, entry, by=by)
    assign_responses(list(zip(responses, entries, strict=True)), by=by)
    count_accepted(responses)
    return decisions


def _refer_to_the_first(response, entry, *, by):
    """Note on the entry of an addition which entries it adds to, as far as they are journaled;
    their references are the archive's sources in any case. A note is not public: that two
    responses have one sender is not for everybody where one of them hides the name."""
    first = response.submission.adds_to
    references = list(
        first.responses.exclude(status=ResponseStatus.WITHDRAWN)
        .order_by("pk")
        .values_list("reference", flat=True)
    )
    entries = JournalEntry.objects.filter(
        authority=response.consultation.authority_id, source__in=references
    )
    numbers = {each.source: each.identifier for each in entries}
    named = [
        f"{each} (journalpost {numbers[each]})" if each in numbers else each for each in references
    ]
    remark_entry(
        entry,
        f"Tillegg til {', '.join(named or [first.reference])}",
        source=f"addition-{response.reference}",
        kind="Tillegg",
        by=by,
    )


def _publish_unmoderated(responses):
    """Publish what is moderated afterwards or not at all, and has nothing to look at first."""
    publish_responses(
        [
            response
            for response in responses
            if response.consultation.moderation != Moderation.BEFORE
            and not NOT_FOR_ALL & set(response.screening.flags)
        ],
        by=None,
    )


def locked(responses):
    """The rows of these responses, locked, with what every decision looks at."""
    return (
        Response.objects.select_for_update(of=("self",))
        .select_related("submission", "screening")
        .prefetch_related("consultation__case_file", "theme")  # few for many
        .filter(pk__in=[response.pk for response in responses])
        .order_by("received_at", "pk")
    )


def incoming(response):
    """What is journaled of a response. No names in the title: they stand with the party."""
    submission = response.submission
    is_organisation = submission.sender_kind == SenderKind.ORGANISATION
    what = "Tillegg til høringssvar" if submission.adds_to_id else "Høringssvar"
    return NewEntry(
        case_file=response.consultation.case_file,
        source=response.reference,
        kind=EntryKind.INCOMING,
        title=f"{what} – {response.consultation.title}",
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
