"""Following by mail: asked for by anybody, confirmed by the address, ended at any time."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Notice
from accounts.notices import owe_notice
from accounts.rules import ActionRefused, action
from consultations.follow_mails import asked_of, confirmation_mail, ending, owed_to
from consultations.models import Subscription


@action
def follow(email, *, consultation=None, authority=None, language, by=None):
    """Ask that an address follow a consultation, an authority, or everything.

    Who is logged in and gives their own address follows at once. Any other address is asked
    by mail, at most once an hour: so nobody can be bombed with mails, and only the address
    itself is told whether it follows already.
    """
    email = email.lower()
    is_own = by is not None and by.email.lower() == email
    subscription, _is_new = Subscription.objects.select_for_update().get_or_create(
        email=email,
        consultation=consultation,
        authority=authority,
        defaults={"language": language},
    )
    if is_own:
        subscription.confirmed_at = subscription.confirmed_at or timezone.now()
    elif not subscription.confirmed_at:
        subscription.created_at, subscription.language = timezone.now(), language
    subscription.save()
    if not is_own:
        _ask(subscription)
    return subscription


@action
def confirm_subscriptions(subscription):
    """The address is whose it says: all that it has been asked about is followed.

    All, because it is not asked again within the hour. Returns what is followed anew.
    """
    waiting = Subscription.objects.unconfirmed().of_address(subscription.email)
    confirmed = list(waiting.select_for_update().order_by("pk"))
    for each in confirmed:
        each.confirmed_at = timezone.now()
        each.save(update_fields=["confirmed_at"])
    return confirmed


@action
def end_subscription(subscription):
    """Follow no more: the address is forgotten, and so are the mails that it is owed."""
    Notice.objects.filter(key__startswith=owed_to(subscription)).delete()
    subscription.delete()
    if not Subscription.objects.of_address(subscription.email).exists():
        Notice.objects.filter(key__startswith=asked_of(subscription.email)).delete()


@action
def forget_unconfirmed(subscription):
    """End what nobody confirmed. Raises ActionRefused where somebody just did."""
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if subscription.confirmed_at:
        raise ActionRefused(_("This subscription is confirmed."))
    end_subscription(subscription)


def _ask(subscription):
    subject, body = confirmation_mail(subscription)
    owe_notice(
        key=f"{asked_of(subscription.email)}{timezone.now():%Y%m%d%H}",
        email=subscription.email,
        subject=subject,
        body=body,
        unsubscribe_url=ending(subscription),
    )
