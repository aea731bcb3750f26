"""The second gate: what does the public get to see of an accepted response?

The original text is never edited. Each decision raises the version of the public pages,
so that no cache shows the old one. `seen`, where given, is how many decisions the moderator
knew of: whoever has not seen the latest one is told of it instead of overruling it.
"""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions import add_redacted_variant, current_entry, screen_entry
from archive.models import JournalEntry
from archive.pdf import DocumentNotRendered
from archive.vocabulary import SCREENED_PARTS, SCREENED_WHOLE, LegalBasis
from consultations.actions import count, count_all, raise_public_version
from consultations.letters import original_text, response_page
from consultations.lifecycle import advance, advance_all
from consultations.models import Attachment, Publication, Response, ResponseStatus, ScanStatus
from consultations.receipts import owe_publication, owe_publications
from consultations.redaction import redact
from moderation.models import LEGAL_BASIS, NOT_FOR_ALL, Decision, Redaction
from moderation.permissions import can_moderate

HIDDEN_SENDER = "Navn unntatt offentlighet"


@action
def publish_response(response, *, hide_name=False, public_attachments=(), seen=None, by):
    """Show the response to everybody, whole.

    `hide_name` keeps the sender's name from the public and screens it in the journal
    (offl. § 13, jf. fvl. § 13): a wish alone is not enough, the moderator has assessed it.
    Whoever asks the archive for access then gets a variant without the name.
    `public_attachments` are those that are shown too.
    """
    response = _accepted(response, by, seen)
    response.redacted_text, response.legal_ground = "", ""
    response.is_name_hidden = hide_name
    decision = _decide(response, Publication.PUBLISHED, by=by)
    if hide_name:
        _add_variant(response, original_text(response), by=by)
    _screen(response, basis="", document="", by=by)
    _show_attachments(response, public_attachments)
    return decision


@action
def publish_responses(responses, *, by):
    """Show all of these to everybody, whole and with their names, or none of them: what a
    moderator marks in the queue.

    Only what is accepted, waits for its first decision and has nothing that screening wants
    a person to look at; the rest is decided one by one. Raises ActionRefused for the first
    that is not so, and returns the decisions.
    """
    responses = list(_locked(responses).select_related("screening"))
    for response in responses:
        require(can_moderate(by, response))
    for response in responses:
        _refuse_unaccepted(response)
        if response.publication != Publication.PENDING:
            raise ActionRefused(response.refusal("publication", Publication.PUBLISHED))
        if NOT_FOR_ALL & set(response.screening.flags):
            raise ActionRefused(
                _("Screening noticed something in %(reference)s. Look at it, and decide by itself.")
                % {"reference": response.reference}
            )
    advance_all(responses, Publication.PUBLISHED, by=by)
    count_all(responses, "published")
    for consultation in {response.consultation for response in responses}:
        raise_public_version(consultation)
    decisions = Decision.objects.bulk_create(
        Decision(response=response, outcome=Decision.Outcome.PUBLISHED, decided_by=by)
        for response in responses
    )
    owe_publications({decision.response: f"decision-{decision.pk}" for decision in decisions})
    return decisions


@action
def redact_response(
    response,
    *,
    passages,
    ground,
    reason="",
    hide_name=False,
    public_attachments=(),
    seen=None,
    by,
):
    """Show the response without some passages: (start, end) in the original text.

    Raises ActionRefused where a passage is not in the text, none is given, or the redacted
    document can not be made now.
    """
    response = _accepted(response, by, seen)
    if not passages:
        raise ActionRefused(_("Mark at least one passage to redact."))
    try:
        response.redacted_text = redact(response.text, passages)
    except ValueError as error:
        raise ActionRefused(_("A marked passage is not in the text. Mark it again.")) from error
    response.legal_ground = ground
    response.is_name_hidden = hide_name
    decision = _decide(response, Publication.REDACTED, ground=ground, reason=reason, by=by)
    Redaction.objects.bulk_create(
        Redaction(response=response, decision=decision, start=start, end=end)
        for start, end in passages
    )
    _add_variant(response, response.redacted_text, by=by)
    _screen(response, basis=LEGAL_BASIS.get(ground, ""), document=SCREENED_PARTS, by=by)
    _show_attachments(response, public_attachments)
    return decision


@action
def withhold_response(response, *, ground, reason="", hide_name=False, seen=None, by):
    """Keep the response from publication. It is journaled and handled like any other."""
    response = _accepted(response, by, seen)
    response.redacted_text, response.legal_ground = "", ground
    response.is_name_hidden = hide_name
    decision = _decide(response, Publication.WITHHELD, ground=ground, reason=reason, by=by)
    if hide_name and ground not in LEGAL_BASIS:
        _add_variant(response, original_text(response), by=by)  # for whoever asks for access
    _screen(response, basis=LEGAL_BASIS.get(ground, ""), document=SCREENED_WHOLE, by=by)
    if not response.submission.responses.public().exists():
        _show_attachments(response, ())
    return decision


def refuse_stale(response, seen):
    """Raise ActionRefused where a decision was made after the first `seen` ones, saying who
    made the latest one and when. The response must be locked."""
    if seen is None:
        return
    unseen = list(response.decisions.select_related("decided_by")[seen:])
    if unseen:
        latest = unseen[-1]
        raise ActionRefused(
            _(
                "Meanwhile, at %(time)s, %(who)s decided about %(reference)s: “%(outcome)s”. "
                "Your decision was not saved. Read what stands now before you decide again."
            )
            % {
                "time": date_format(timezone.localtime(latest.decided_at), "DATETIME_FORMAT"),
                "who": latest.decided_by or _("the system"),
                "reference": response.reference,
                "outcome": latest.get_outcome_display(),
            }
        )


def _accepted(response, by, seen):
    response = _locked([response]).get()
    require(can_moderate(by, response))
    refuse_stale(response, seen)
    _refuse_unaccepted(response)
    response.was_screened = (
        response.is_name_hidden
        or response.legal_ground in LEGAL_BASIS
        or (response.publication == Publication.PENDING and response.submission.hide_name)
    )
    return response


def _locked(responses):
    """The rows of these responses, locked in the same order by all."""
    return (
        Response.objects.select_for_update(of=("self",))
        .select_related("submission__sender")
        .prefetch_related("consultation__authority", "theme")  # few for many
        .filter(pk__in=[response.pk for response in responses])
        .order_by("received_at", "pk")
    )


def _refuse_unaccepted(response):
    if response.status != ResponseStatus.ACCEPTED:
        raise ActionRefused(
            _("Response %(reference)s is “%(now)s”. Accept it before you decide on publication.")
            % {"reference": response.reference, "now": response.get_status_display()}
        )


def _decide(response, publication, *, by, ground="", reason=""):
    """Move, count, raise the version, write the decision, and owe the sender word of an
    outcome that is new: the same for all three."""
    was = response.publication
    advance(
        response,
        publication,
        by=by,
        also=["redacted_text", "legal_ground", "is_name_hidden"],
    )
    before, after = _counted(was), _counted(publication)
    count(response.theme, **{name: after[name] - before[name] for name in after})
    raise_public_version(response.consultation)
    decision = Decision.objects.create(
        response=response,
        outcome=publication.value,
        ground=ground,
        reason=reason,
        decided_by=by,
    )
    if publication != was:
        owe_publication(response, key=f"decision-{decision.pk}")
    return decision


def _counted(publication):
    return {
        "published": int(publication in (Publication.PUBLISHED, Publication.REDACTED)),
        "withheld": int(publication == Publication.WITHHELD),
    }


def _add_variant(response, text, *, by):
    """Keep beside the entry what the public gets: this text, and the name unless it is hidden."""
    page = response_page(
        response, text=text, sender=HIDDEN_SENDER if response.is_name_hidden else None
    )
    try:
        add_redacted_variant(_entry(response), page, by=by)
    except (DocumentNotRendered, OSError) as error:
        raise ActionRefused(
            _("The redacted document of %(reference)s can not be made now. Try again later.")
            % {"reference": response.reference}
        ) from error


def _entry(response):
    """The journal entry that stands for the response now."""
    entry = JournalEntry.objects.get(
        authority=response.consultation.authority_id, source=response.reference
    )
    return current_entry(entry)


def _screen(response, *, basis, document, by):
    """Keep the journal's screening equal to what is kept from the public by law."""
    if response.is_name_hidden and not basis:
        basis, document = LegalBasis.OFFL_13, SCREENED_PARTS  # the document names the sender
    if basis or response.was_screened:
        screen_entry(
            _entry(response),
            legal_basis=basis,
            sender=response.is_name_hidden,
            document=document,
            by=by,
        )


def _show_attachments(response, public):
    """Make public just these attachments of the submission, none of them infected."""
    attachments = Attachment.objects.filter(submission=response.submission)
    attachments.filter(is_public=True).exclude(pk__in=[each.pk for each in public]).update(
        is_public=False
    )
    attachments.filter(pk__in=[each.pk for each in public]).exclude(
        scan_status__in=[ScanStatus.INFECTED, ScanStatus.WAITING]
    ).update(is_public=True)
