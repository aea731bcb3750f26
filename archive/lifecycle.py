"""When an erasure or a conversion may move: what may follow what."""

from accounts.rules import move
from archive.models import ConversionStatus, ErasureStatus

NEXT = {
    ErasureStatus.REQUESTED: {ErasureStatus.APPROVED, ErasureStatus.REFUSED},
    ErasureStatus.APPROVED: set(),
    ErasureStatus.REFUSED: set(),
}

NEXT_OF_CONVERSION = {
    ConversionStatus.WAITING: {
        ConversionStatus.DONE,
        ConversionStatus.FAILED,
        ConversionStatus.SETTLED,
    },
    ConversionStatus.FAILED: {ConversionStatus.WAITING, ConversionStatus.SETTLED},
    ConversionStatus.DONE: set(),
    ConversionStatus.SETTLED: set(),
}


def advance(erasure, new, *, by):
    """Move a locked erasure. Raises ActionRefused where the table does not allow it."""
    move(erasure, "status", new, following=NEXT, by=by)


def advance_conversion(conversion, new, *, by, also=()):
    """Move a locked conversion. Raises ActionRefused where the table does not allow it."""
    move(conversion, "status", new, following=NEXT_OF_CONVERSION, by=by, also=also)
