"""Who may do what with the record. `None` is the system."""

from accounts.roles import Role


def can_keep_archive(user, authority):
    """Correct entries, close case files, make extractions."""
    return user is None or user.holds(authority, Role.ARCHIVIST)


def can_read_documents(user, authority):
    """Read what was journaled, whole."""
    return user is None or user.holds(authority, Role.ARCHIVIST, Role.CASE_HANDLER, Role.MODERATOR)
