"""Those who follow, the mails that they are owed, and the end that they are told of."""

from accounts.models import Notice
from consultations.actions import (
    close_consultation,
    conclude_consultation,
    confirm_subscriptions,
    follow,
    start_treatment,
)
from consultations.models import Subscription

KARI = "kari@folger.example"


def follower(email=KARI, *, language="nb", **things):
    """An address that has asked and confirmed."""
    subscription = follow(email, language=language, **things)
    confirm_subscriptions(subscription)
    Notice.objects.all().delete()
    return Subscription.objects.get(pk=subscription.pk)


def owed(**narrowed):
    """(address, subject) of the mails that are owed, in the order of their followers."""
    return list(Notice.objects.filter(**narrowed).order_by("pk").values_list("email", "subject"))


def conclude(consultation):
    close_consultation(consultation)
    start_treatment(consultation, by=consultation.created_by)
    conclude_consultation(consultation, by=consultation.created_by)
