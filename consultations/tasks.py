"""What the machine does with consultations on its own."""

import logging
from contextlib import suppress
from datetime import timedelta

from celery import shared_task
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from accounts.models import OrganisationKind
from accounts.register import RegisterUnreachable, is_on, look_up
from accounts.rules import ActionRefused
from consultations.actions import (
    classify_sender,
    close_consultation,
    delete_draft,
    forget_unconfirmed,
    open_consultation,
    telling,
)
from consultations.models import Consultation, News, Submission, Subscription

DRAFT_LIFETIME = timedelta(days=90)
CONFIRMED_LATELY = timedelta(days=7)
LOOKED_UP = 100  # senders in one sweep
TIME_TO_CONFIRM = timedelta(days=7)

log = logging.getLogger(__name__)


@shared_task
def keep_schedule():
    """Open what should be open and close what should be closed."""
    for consultation in Consultation.objects.due_to_open():
        _unless_done(open_consultation, consultation)
    for consultation in Consultation.objects.due_to_close():
        _unless_done(close_consultation, consultation)


@shared_task
def delete_expired_drafts():
    """Delete drafts that nobody has touched for DRAFT_LIFETIME, those of accounts excepted."""
    old = timezone.now() - DRAFT_LIFETIME
    for submission in Submission.objects.drafts().filter(changed_at__lt=old, sender=None):
        _unless_done(delete_draft, submission)


@shared_task
def tell_followers(pk):
    """Tell all who follow, some at a time; what a lost nudge leaves, the sweep goes on with."""
    while telling.tell_followers(News(pk=pk)):
        pass


@shared_task
def tell_outstanding():
    """Say which deadlines are near, and tell of what not all have been told."""
    for consultation in Consultation.objects.near_deadline():
        telling.tell_of_near_deadline(consultation)
    for news in News.objects.outstanding().order_by("happened_at", "pk"):
        tell_followers(news.pk)


@shared_task
def forget_outstanding():
    """Forget the addresses that nobody confirmed in TIME_TO_CONFIRM."""
    old = timezone.now() - TIME_TO_CONFIRM
    for subscription in Subscription.objects.unconfirmed().filter(created_at__lt=old):
        _unless_done(forget_unconfirmed, subscription)


@shared_task
def classify_senders():
    """Ask Enhetsregisteret what kind of organisation answered, where it could not be asked then;
    and let the responses of those that it has confirmed lately follow."""
    if not is_on():
        return
    confirmed = timezone.now() - CONFIRMED_LATELY
    for submission in Submission.objects.submitted().filter(
        organisation__registered_at__gte=confirmed
    ):
        classify_sender(submission)
    for submission in Submission.objects.unclassified()[:LOOKED_UP]:
        try:
            found = look_up(submission.organisation_number)
        except RegisterUnreachable as fault:
            log.warning("Enhetsregisteret was not asked: %s", fault)
            return
        classify_sender(submission, found.kind if found else OrganisationKind.OTHER)


def _unless_done(act, thing):
    """Act; and where a person or another worker was quicker, go on to the next."""
    with suppress(ActionRefused, ObjectDoesNotExist):
        act(thing)
