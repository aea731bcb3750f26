"""The nudges of this app, and the sweep that finds what no nudge came for."""

import logging

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from accounts.rules import ActionRefused
from consultations.models import Acceptance, Response
from moderation.actions import accept_response, accept_responses, screen_responses
from moderation.models import NOT_A_RESPONSE

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
    for _batch in range(LONGEST_RUN):
        unscreened = Q(screening=None) | Q(
            screening__screened_at=None, screening__due_at__lte=timezone.now()
        )
        waiting = Response.objects.awaiting_acceptance().filter(unscreened)
        responses = list(waiting.order_by("received_at", "pk")[:BATCH])
        if not responses:
            return
        screen_and_accept(responses)


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
