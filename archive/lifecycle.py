"""When an erasure may move: what may follow what."""

from accounts.rules import move
from archive.models import ErasureStatus

NEXT = {
    ErasureStatus.REQUESTED: {ErasureStatus.APPROVED, ErasureStatus.REFUSED},
    ErasureStatus.APPROVED: set(),
    ErasureStatus.REFUSED: set(),
}


def advance(erasure, new, *, by):
    """Move a locked erasure. Raises ActionRefused where the table does not allow it."""
    move(erasure, "status", new, following=NEXT, by=by)
