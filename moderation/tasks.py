"""The nudges of this app, and the sweep that finds what no nudge came for."""

import logging

from celery import shared_task
from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from consultations.models import Acceptance, Attachment, Response
from moderation.actions import (
    accept_responses,
    postpone_scan,
    record_scan,
    screen_responses,
)
from moderation.actions.screening import print_ahead
from moderation.clamd import ScannerUnreachable, find_virus
from moderation.models import NOT_A_RESPONSE, Flag

BATCH = 200  # responses in one transaction, which holds the journal for half a second
LONGEST_RUN = 25  # batches, then the next sweep goes on

log = logging.getLogger(__name__)


@shared_task
def screen_submission(pk):
    """Scan and screen what was just sent, and let in what nobody needs to look at."""
    scan_all(Attachment.objects.to_be_scanned().filter(submission=pk))
    work_through(list(Response.objects.awaiting_acceptance().filter(submission=pk)))


@shared_task
def scan_outstanding():
    """Find the attachments that wait for the virus scanner; those of drafts too."""
    scan_all(Attachment.objects.to_be_scanned()[:BATCH])


def scan_all(attachments):
    """Scan one after the other, until the scanner can not be asked."""
    if not settings.CLAMAV_URL:
        return
    for attachment in attachments:
        try:
            with default_storage.open(attachment.path) as file:
                virus = find_virus(file)
        except (ScannerUnreachable, OSError) as fault:
            log.warning("Attachment #%s was not scanned: %s", attachment.pk, fault)
            postpone_scan(attachment)
            return
        record_scan(attachment, virus=virus)


@shared_task
def screen_outstanding():
    """Find what no nudge came for. While one batch is decided, the next is printed."""
    waiting = list(outstanding().order_by("received_at", "pk")[: BATCH * LONGEST_RUN])
    if len(waiting) > BATCH:
        print_ahead(waiting[:BATCH])  # before the second, which is begun before it is decided
    for start in range(0, len(waiting), BATCH):
        print_ahead(waiting[start + BATCH : start + 2 * BATCH])
        work_through(waiting[start : start + BATCH])


def outstanding():
    """Responses that wait for the machine: to be screened, to be screened anew because the
    sender has confirmed the address, or to be let in since nothing was flagged."""
    unscreened = Q(screening=None) | Q(
        screening__screened_at=None, screening__due_at__lte=timezone.now()
    )
    confirmed = Q(
        screening__flags__contains=[Flag.UNCONFIRMED],
        submission__email_confirmed_at__isnull=False,
    )
    passed = Q(
        screening__screened_at__isnull=False, consultation__acceptance=Acceptance.AUTOMATIC
    ) & ~Q(screening__flags__overlap=list(NOT_A_RESPONSE))
    return Response.objects.awaiting_acceptance().filter(unscreened | confirmed | passed)


def work_through(responses):
    """Together, which is quick; or, where that fails, each by itself, so that one that can
    not be screened keeps no other waiting. It is tried again at every sweep."""
    try:
        screen_and_accept(responses)
    except Exception as fault:
        if len(responses) == 1:
            # The fault's own words may hold what the sender wrote.
            log.error("Response #%s was not let in: %s", responses[0].pk, type(fault).__name__)
            return
        for response in responses:
            work_through([response])


def screen_and_accept(responses):
    """Screen; then accept, where acceptance is automatic and nothing was flagged."""
    accept_responses(
        [
            screening.response
            for screening in screen_responses(responses)
            if screening.screened_at
            and screening.response.consultation.acceptance == Acceptance.AUTOMATIC
            and not NOT_A_RESPONSE & set(screening.flags)
        ]
    )
