"""Who may do what with the cases. `None` is the system."""

from accounts.roles import Role


def can_appoint(user, authority):
    """Say who handles a theme."""
    return user is None or user.holds(authority, Role.EDITOR, Role.ADMINISTRATOR)


def can_handle(user, assignment):
    """Handle a response: the one it is assigned to."""
    return user is None or (
        assignment.handler_id == user.pk
        and user.holds(assignment.entry.authority_id, Role.CASE_HANDLER)
    )


def can_reassign(user, assignment):
    """Give a response to a colleague: any case handler of the authority, for people fall ill."""
    authority = assignment.entry.authority_id
    return user is None or user.holds(authority, Role.CASE_HANDLER, Role.ADMINISTRATOR)


def can_assess(user, theme):
    """Write and publish what the authority makes of a theme: its case handler, or the
    official in charge. `consultation` must be fetched."""
    consultation = theme.consultation
    handler = getattr(theme, "theme_handler", None)
    people = {consultation.responsible_id, handler and handler.handler_id}
    return user is None or (
        user.pk in people and user.holds(consultation.authority_id, Role.CASE_HANDLER)
    )
