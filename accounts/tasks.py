"""The nudges of this app; each bears the name of the action it calls."""

from celery import shared_task

from accounts import delivery
from accounts.models import Notice


@shared_task
def send_notice(pk):
    delivery.send_notice(Notice(pk=pk))


@shared_task
def send_outstanding():
    for notice in Notice.objects.outstanding()[:500]:
        delivery.send_notice(notice)
