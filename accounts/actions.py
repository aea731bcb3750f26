"""Who may do what at an authority: given by somebody, and written down; and what a person
chooses for the account."""

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from accounts.permissions import can_manage_roles
from accounts.rules import ActionRefused, action, require


@action
def grant_role(user, authority, role, *, by):
    """Give somebody a role at an authority. Twice does no harm."""
    require(can_manage_roles(by, authority))
    membership, _is_new = Membership.objects.get_or_create(
        user=user, authority=authority, role=role, defaults={"granted_by": by}
    )
    return membership


@action
def revoke_role(membership, *, by):
    """Take a role away. What the person did while holding it stands.

    Raises ActionRefused where the database says that the role is needed: an app whose rows
    wait for its holder guards it with a trigger.
    """
    require(can_manage_roles(by, membership.authority))
    membership._history_user = by
    try:
        membership.delete()
    except IntegrityError as error:
        raise ActionRefused(
            _(
                "%(name)s still has responses to handle, or is in charge of a consultation. "
                "Give them to somebody else, then take the role away."
            )
            % {"name": membership.user}
        ) from error


@action
def choose_language(user, language, *, by):
    """Choose the language in which the account is written to."""
    user = User.objects.select_for_update().get(pk=user.pk)
    require(by == user)
    user.language = language
    user.save(update_fields=["language"])
    return user


@action
def confirm_organisation(organisation, found):
    """Take over name and kind from Enhetsregisteret (`accounts.register.Found`).

    A name that differs only in capitals stays: the register writes all names in capitals. An
    organisation that is deleted there is not confirmed.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if found.is_deleted or found.number != organisation.organisation_number:
        return organisation
    if organisation.name.casefold() != found.name.casefold():
        organisation.name = found.name
    organisation.kind, organisation.registered_at = found.kind, timezone.now()
    organisation.save()
    return organisation
