"""Screening: what the machine notices about a response, and the document it prepares.

Screening flags, it never discards, and it may run twice.
"""

import hashlib
import re
from datetime import timedelta

from django.utils import timezone

from accounts.rules import action
from archive.actions import PartOfDocument, prepare_all
from archive.actions.documents import prepare_ahead
from consultations.letters import original_text, response_page
from consultations.models import Access, Response, ResponseStatus, ScanStatus, SenderKind
from consultations.personal_data import find_personal_data
from moderation.likeness import group_campaigns, sent_before
from moderation.models import Flag, Screening
from moderation.similarity import fingerprint, text_digest

LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
MANY_LINKS = 4
FEWEST_CHARACTERS = 3


@action
def screen_response(response):
    """Flag what a moderator should see, group campaigns, and prepare the archive document.

    Returns the Screening. What cannot be prepared (a full disk, say) is written down and
    tried again later by the sweep, after 1, 2, 4 … minutes.
    """
    return screen_responses([response])[0]


@action
def screen_responses(responses):
    """`screen_response` for many at once. Returns their Screenings, the oldest response first."""
    rows = list(
        Response.objects.select_for_update(of=("self",))
        .select_related("submission")
        .prefetch_related("submission__attachments", "consultation", "theme")  # few for many
        .filter(pk__in=[response.pk for response in responses])
        .order_by("received_at", "pk")
    )
    # Asked for under the lock: another may have screened one while this waited for it.
    known = Screening.objects.in_bulk([response.pk for response in rows])
    for response in rows:
        response.screening = known.get(response.pk) or Screening(response=response)
    waiting = [response for response in rows if response.status == ResponseStatus.RECEIVED]
    failed = prepare_all(
        {response.reference: parts_of(response) for response in waiting},
        meanwhile=lambda: _read(waiting),
    )
    for response in waiting:
        if response.reference in failed:
            _try_again_later(response.screening, failed[response.reference])
    _screen([response for response in waiting if response.reference not in failed])
    screenings = [response.screening for response in waiting]
    for screening in screenings:
        if not screening._state.adding:
            screening.save()
    Screening.objects.bulk_create(each for each in screenings if each._state.adding)
    return [response.screening for response in rows]


def print_ahead(responses):
    """Begin to print what `screen_responses` will ask for, of those not screened yet."""
    if not responses:
        return
    rows = (
        Response.objects.select_related("submission")
        .prefetch_related("submission__attachments", "consultation", "theme")  # few for many
        .filter(pk__in=[response.pk for response in responses], screening=None)
    )
    prepare_ahead({response.reference: parts_of(response) for response in rows})


def _try_again_later(screening, error):
    screening.attempts += 1
    screening.error = type(error).__name__
    screening.due_at = timezone.now() + timedelta(minutes=2 ** min(screening.attempts - 1, 8))


def _read(responses):
    """Fill in what the text alone tells, where it has not been read before."""
    for response in responses:
        screening = response.screening
        if screening.screened_at is None:
            screening.text_digest = text_digest(response.text)
            screening.bands = fingerprint(response.text)
            screening.findings = [
                [each.kind, each.start, each.end] for each in find_personal_data(response.text)
            ]


def _screen(responses):
    """Complete the screenings of locked responses whose documents are prepared."""
    group_campaigns([each for each in responses if each.screening.screened_at is None])
    repeated = sent_before(responses)
    for response in responses:
        screening = response.screening
        screening.flags = sorted(_flags(response, is_repeated=response in repeated))
        screening.screened_at, screening.error = timezone.now(), ""


def parts_of(response):
    """What the response will be journaled with: its text as PDF/A, then the attachments
    byte for byte."""
    text = original_text(response)
    yield PartOfDocument(
        "Høringssvar",
        "Høringsuttalelse",
        page=response_page(response),
        source_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    for number, attachment in enumerate(response.submission.attachments.all(), start=1):
        yield PartOfDocument(
            f"Vedlegg {number}",
            "Vedlegg",
            stored=attachment,
            format=attachment.extension,
            format_details=attachment.content_type,
        )


def _flags(response, *, is_repeated):
    submission, consultation = response.submission, response.consultation
    attachments = list(submission.attachments.all())
    text = response.text.strip()
    if len(text) < FEWEST_CHARACTERS and not response.has_no_remarks and not attachments:
        yield Flag.EMPTY
    if len(LINK.findall(text)) >= MANY_LINKS:
        yield Flag.LINKS
    if is_repeated:
        yield Flag.DUPLICATE
    if submission.sender_kind != SenderKind.ANONYMOUS and not submission.is_identified:
        yield Flag.UNCONFIRMED
    if consultation.access == Access.INVITED and not submission.organisation_id:
        yield Flag.UNINVITED
    if response.screening.findings:
        yield Flag.PERSONAL_DATA
    if submission.hide_name:
        yield Flag.HIDE_NAME
    if attachments:
        yield Flag.ATTACHMENT
    if any(each.scan_status == ScanStatus.INFECTED for each in attachments):
        yield Flag.INFECTED
