"""When an assignment may move."""

from accounts.rules import move
from casework.models import AssignmentStatus

NEXT = {
    AssignmentStatus.ASSIGNED: {AssignmentStatus.HANDLED, AssignmentStatus.REASSIGNED},
    AssignmentStatus.HANDLED: set(),
    AssignmentStatus.REASSIGNED: set(),
}


def advance(assignment, new, *, by, also=()):
    """Move a locked assignment to `new`. Raises ActionRefused where NEXT does not allow it."""
    move(assignment, "status", new, following=NEXT, by=by, also=also)
