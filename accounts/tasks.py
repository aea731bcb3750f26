"""The nudges of this app; each bears the name of the action it calls."""

import logging

from celery import shared_task

from accounts.actions import confirm_organisation
from accounts.delivery import send_notices
from accounts.models import Notice, Organisation
from accounts.register import RegisterUnreachable, is_on, look_up

BATCH = 20  # mails in one transaction
LONGEST_RUN = 500  # mails, then the next sweep goes on
LOOKED_UP = 100  # organisations in one sweep

log = logging.getLogger(__name__)


@shared_task
def send_notice(key):
    send_notices([key])


@shared_task
def send_outstanding():
    keys = list(Notice.objects.outstanding().values_list("key", flat=True)[:LONGEST_RUN])
    for start in range(0, len(keys), BATCH):
        send_notices(keys[start : start + BATCH])


@shared_task
def confirm_organisations():
    """Ask Enhetsregisteret for those that it has not confirmed, in no order: one that it does
    not know must not stand in the way of the others for ever."""
    if not is_on():
        return
    for organisation in Organisation.objects.unconfirmed().order_by("?")[:LOOKED_UP]:
        try:
            found = look_up(organisation.organisation_number)
        except RegisterUnreachable as fault:
            log.warning("Enhetsregisteret was not asked: %s", fault)
            return
        if found:
            confirm_organisation(organisation, found)
