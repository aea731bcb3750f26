"""Screening: what the machine notices about a response, and the document it prepares.

Screening flags, it never discards, and it may run twice.
"""

import hashlib
import re
from datetime import timedelta

from django.utils import timezone

from accounts.rules import action
from archive.actions import PartOfDocument, prepare
from archive.pdf import DocumentNotRendered
from consultations.letters import original_text, response_page
from consultations.models import Access, Response, ResponseStatus, ScanStatus, SenderKind
from consultations.personal_data import find_personal_data
from moderation.models import CampaignGroup, Flag, Screening
from moderation.similarity import fingerprint, is_near, text_digest

LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
MANY_LINKS = 4
FEWEST_CHARACTERS = 3
MAX_CANDIDATES = 20


@action
def screen_response(response):
    """Flag what a moderator should see, group campaigns, and prepare the archive document.

    Returns the Screening. What cannot be prepared (a full disk, say) is written down and
    tried again later by the sweep, after 1, 2, 4 … minutes.
    """
    response = (
        Response.objects.select_for_update(of=("self",))
        .select_related("submission", "consultation", "theme", "screening")
        .prefetch_related("submission__attachments")
        .get(pk=response.pk)
    )
    screening = getattr(response, "screening", None) or Screening(response=response)
    if response.status != ResponseStatus.RECEIVED:
        return screening
    try:
        prepare_document(response)
    except (DocumentNotRendered, OSError) as error:
        screening.attempts += 1
        screening.error = type(error).__name__
        screening.due_at = timezone.now() + timedelta(minutes=2 ** min(screening.attempts - 1, 8))
        screening.save(force_insert=screening._state.adding)
        return screening
    text = response.text
    findings = find_personal_data(text)
    screening.findings = [[each.kind, each.start, each.end] for each in findings]
    if screening.screened_at is None:
        screening.text_digest, screening.bands = text_digest(text), fingerprint(text)
    screening.flags = sorted(_flags(response, screening))
    screening.campaign = _campaign(response, screening)
    screening.screened_at, screening.error = timezone.now(), ""
    screening.save(force_insert=screening._state.adding)
    return screening


def prepare_document(response):
    """Make what the response will be journaled with: its text as PDF/A, then the attachments
    byte for byte."""
    text = original_text(response)
    parts = [
        PartOfDocument(
            "Høringssvar",
            "Høringsuttalelse",
            page=response_page(response),
            source_sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
    ]
    for number, attachment in enumerate(response.submission.attachments.all(), start=1):
        parts.append(
            PartOfDocument(
                f"Vedlegg {number}",
                "Vedlegg",
                stored=attachment,
                format=attachment.extension,
                format_details=attachment.content_type,
            )
        )
    return prepare(response.reference, parts)


def _flags(response, screening):
    submission, consultation = response.submission, response.consultation
    attachments = list(submission.attachments.all())
    text = response.text.strip()
    if len(text) < FEWEST_CHARACTERS and not response.has_no_remarks and not attachments:
        yield Flag.EMPTY
    if len(LINK.findall(text)) >= MANY_LINKS:
        yield Flag.LINKS
    if _sent_before(response, screening):
        yield Flag.DUPLICATE
    if submission.sender_kind != SenderKind.ANONYMOUS and not submission.is_identified:
        yield Flag.UNCONFIRMED
    if consultation.access == Access.INVITED and not submission.organisation_id:
        yield Flag.UNINVITED
    if screening.findings:
        yield Flag.PERSONAL_DATA
    if submission.hide_name:
        yield Flag.HIDE_NAME
    if attachments:
        yield Flag.ATTACHMENT
    if any(each.scan_status == ScanStatus.INFECTED for each in attachments):
        yield Flag.INFECTED


def _alike(response, **match):
    return Screening.objects.filter(
        response__consultation=response.consultation_id, **match
    ).exclude(response=response)


def _sent_before(response, screening):
    """The same sender has sent the same words on the same theme."""
    submission = response.submission
    if screening.text_digest is None or submission.sender_kind == SenderKind.ANONYMOUS:
        return False
    same = _alike(
        response, text_digest=screening.text_digest, response__theme=response.theme_id
    ).exclude(response__status__in=[ResponseStatus.REJECTED, ResponseStatus.WITHDRAWN])
    if submission.sender_id:
        same = same.filter(response__submission__sender=submission.sender_id)
    else:
        same = same.filter(response__submission__email__iexact=submission.email)
    return same.exists()


def _campaign(response, screening):
    """The group of those that say the same, or nearly; made when the second one comes."""
    if screening.campaign_id:
        return screening.campaign
    if not screening.bands:
        return None
    candidates = (
        _alike(response, bands__overlap=screening.bands)
        .order_by("response_id")
        .values_list("response_id", "response__text")[:MAX_CANDIDATES]
    )
    near = next((pk for pk, text in candidates if is_near(text, response.text)), None)
    if near is None:
        return None
    screening.bands = []  # the first of a group stands for it in the index
    first = Screening.objects.select_related("campaign").get(response=near)
    if first.campaign is None:
        first.campaign = CampaignGroup.objects.create(consultation=response.consultation)
        first.save(update_fields=["campaign"])
    return first.campaign
