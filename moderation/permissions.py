"""Who may decide. `None` is the system."""

from accounts.roles import Role


def can_moderate(user, thing):
    """Decide about a response or a post: a moderator of its consultation's authority."""
    return user is None or user.holds(thing.consultation.authority_id, Role.MODERATOR)
