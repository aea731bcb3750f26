"""Who may do what with the record. `None` is the system."""

from accounts.roles import Role


def can_keep_archive(user, authority):
    """Correct entries, close case files, make extractions."""
    return user is None or user.holds(authority, Role.ARCHIVIST)
