"""Who may decide. `None` is the system."""

from accounts.roles import Role


def can_moderate(user, response):
    """Decide about a response: a moderator of its consultation's authority."""
    return user is None or user.holds(response.consultation.authority_id, Role.MODERATOR)
