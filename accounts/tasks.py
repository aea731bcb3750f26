"""The nudges of this app; each bears the name of the action it calls."""

from celery import shared_task

from accounts.delivery import send_notices
from accounts.models import Notice

BATCH = 20  # mails in one transaction
LONGEST_RUN = 500  # mails, then the next sweep goes on


@shared_task
def send_notice(key):
    send_notices([key])


@shared_task
def send_outstanding():
    keys = list(Notice.objects.outstanding().values_list("key", flat=True)[:LONGEST_RUN])
    for start in range(0, len(keys), BATCH):
        send_notices(keys[start : start + BATCH])
