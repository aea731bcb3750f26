"""Who may do what at an authority: given by somebody, and written down."""

from accounts.models import Membership
from accounts.permissions import can_manage_roles
from accounts.rules import action, require


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
    """Take a role away. What the person did while holding it stands."""
    require(can_manage_roles(by, membership.authority))
    membership._history_user = by
    membership.delete()
