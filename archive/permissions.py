"""Who may do what with the record. `None` is the system."""

from accounts.roles import Role


def can_keep_archive(user, authority):
    """Correct entries, close case files, make extractions."""
    return user is None or user.holds(authority, Role.ARCHIVIST)


def can_request_erasure(user, authority):
    """Ask that something is erased, or refuse it. Never the system: a person answers for it."""
    return user is not None and can_keep_archive(user, authority)


def can_approve_erasure(user, erasure):
    """Erase what another archivist has asked for."""
    is_another = user is not None and user.pk != erasure.requested_by_id
    return is_another and can_keep_archive(user, erasure.authority_id)


def can_answer_access_request(user, access_request):
    """Decide what is given. Never the system: a person answers for it."""
    return user is not None and can_keep_archive(user, access_request.authority_id)


def can_answer_for_archive(user, authority):
    """Record what a receiver has approved, and destroy. Never the system: a person does."""
    return user is not None and can_keep_archive(user, authority)


def can_settle_conversion(user, conversion):
    """Say what was done about a file that was not converted. A person answers for it."""
    return user is not None and can_keep_archive(user, conversion.document.entry.authority_id)
