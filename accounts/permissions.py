"""Who may manage people. `None` is the system."""

from accounts.roles import Role


def can_manage_roles(user, authority):
    """Give and take roles: the authority's own administrator."""
    return user is None or user.holds(authority, Role.ADMINISTRATOR)
