"""When an assignment may move."""

from accounts.rules import move, move_all
from casework.models import AssignmentStatus

NEXT = {
    AssignmentStatus.ASSIGNED: {AssignmentStatus.HANDLED, AssignmentStatus.REASSIGNED},
    AssignmentStatus.HANDLED: set(),
    AssignmentStatus.REASSIGNED: set(),
}


def advance(assignment, new, *, by, also=()):
    """Move a locked assignment to `new`. Raises ActionRefused where NEXT does not allow it."""
    move(assignment, "status", new, following=NEXT, by=by, also=also)


def advance_all(assignments, new, *, by, also=()):
    """`advance` for many locked assignments in one UPDATE: all of them, or ActionRefused.

    `also` holds fields, with the values that all of them get, that are written with it.
    """
    move_all(assignments, "status", new, following=NEXT, by=by, also=also)
