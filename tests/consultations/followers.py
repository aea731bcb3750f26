"""Those who follow, and the mails that they are owed."""

from accounts.models import Notice
from consultations.actions import (
    confirm_subscriptions,
    follow,
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
