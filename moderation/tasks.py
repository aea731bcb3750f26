"""The nudges of this app, and the sweep that finds what no nudge came for."""

import logging

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from accounts.rules import ActionRefused
from consultations.models import Acceptance, Response
from moderation.actions import accept_response, accept_responses, screen_responses
from moderation.models import NOT_A_RESPONSE, Flag

BATCH = 100  # responses in one transaction
LONGEST_RUN = 50  # batches, then the next sweep goes on

log = logging.getLogger(__name__)


@shared_task
def screen_submission(pk):
    """Screen what was just sent, and let in what nobody needs to look at."""
    screen_and_accept(list(Response.objects.awaiting_acceptance().filter(submission=pk)))


@shared_task
def screen_outstanding():
    """Find what no nudge came for."""
    waiting = list(outstanding().order_by("received_at", "pk")[: BATCH * LONGEST_RUN])
    for start in range(0, len(waiting), BATCH):
        screen_and_accept(waiting[start : start + BATCH])


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


def screen_and_accept(responses):
    """Screen; then accept, where acceptance is automatic and nothing was flagged."""
    passed = [
        screening.response
        for screening in screen_responses(responses)
        if screening.screened_at
        and screening.response.consultation.acceptance == Acceptance.AUTOMATIC
        and not NOT_A_RESPONSE & set(screening.flags)
    ]
    try:
        accept_responses(passed)
    except ActionRefused:
        # One of them is refused: it must not keep the others waiting.
        for response in passed:
            accept_alone(response)


def accept_alone(response):
    try:
        accept_response(response, by=None)
    except ActionRefused:
        log.warning("Response %s could not be accepted by the system", response.pk)
