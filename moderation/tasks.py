"""The nudges of this app; each bears the name of the action it calls."""

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from accounts.rules import ActionRefused
from consultations.models import Acceptance, Response
from moderation.actions import accept_response, screen_response
from moderation.models import NOT_A_RESPONSE


@shared_task
def screen_submission(pk):
    """Screen what was just sent, and let in what nobody needs to look at."""
    for response in Response.objects.awaiting_acceptance().filter(submission=pk):
        screen_and_accept(response)


@shared_task
def screen_outstanding():
    """Find what no nudge came for."""
    unscreened = Q(screening=None) | Q(
        screening__screened_at=None, screening__due_at__lte=timezone.now()
    )
    for response in Response.objects.awaiting_acceptance().filter(unscreened)[:1000]:
        screen_and_accept(response)


def screen_and_accept(response):
    """Screen; then accept, where acceptance is automatic and nothing was flagged."""
    screening = screen_response(response)
    if screening.screened_at is None or NOT_A_RESPONSE & set(screening.flags):
        return
    if response.consultation.acceptance == Acceptance.AUTOMATIC:
        try:
            accept_response(response, by=None)
        except ActionRefused:
            return  # decided or withdrawn meanwhile
