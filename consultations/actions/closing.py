"""Closing an account: what was the person's own is deleted, what is the case's stays."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Notice, User
from accounts.notices import owe_notice, written_mail
from accounts.rules import ActionRefused, action, require
from consultations.actions.submitting import delete_draft
from consultations.actions.tally import raise_public_version
from consultations.models import Consultation, Submission, Subscription


@action
def close_account(user, *, by):
    """Close one's account, for good. The address is free for a new one.

    Drafts, subscriptions, affiliations, addresses and ways to log in are deleted, and every
    session ends, for the password they were begun with is gone. What was sent stays as it
    was, with its name: it belongs to the case. So does the name of whoever has held a role,
    which stands for what was decided. Posts stay too, as those of a former user. Raises
    ActionRefused while a role is held.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    require(by == user)
    if user.memberships.exists():
        raise ActionRefused(
            _(
                "You have tasks at an authority. Ask its administrator to take away your roles; "
                "then you can close the account."
            )
        )
    addresses = {user.email.lower()}
    addresses |= {each.email.lower() for each in EmailAddress.objects.filter(user=user)}
    for draft in Submission.objects.of_sender(user).drafts():
        delete_draft(draft, by=user)
    subscriptions = Subscription.objects.annotate(address=Lower("email"))
    subscriptions.filter(address__in=addresses).delete()
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    user.affiliations.all().delete()
    _part_from_posts(user)
    Notice.objects.filter(recipient=user).delete()
    subject, body = written_mail("account_closed", user.language, user=user)
    owe_notice(key=f"closed-{user.pk}", email=user.email, subject=subject, body=body)
    if not Membership.history.filter(user=user.pk).exists():
        user.name = ""
    user.email = f"{user.pk}@closed.invalid"
    user.is_active = False
    user.closed_at = timezone.now()
    user.set_unusable_password()
    user.save()
    return user


def _part_from_posts(user):
    """Forget the nicknames, and let no cached page show whose the posts were."""
    user.posts.update(nickname="")
    for consultation in Consultation.objects.filter(themes__posts__author=user).distinct():
        raise_public_version(consultation)
