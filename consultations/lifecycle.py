"""When a consultation, a response or a post may move: on each axis, what may follow what."""

from accounts.rules import move, move_all
from consultations.models import (
    ConsultationStatus,
    DiscussionPost,
    Publication,
    ResponseStatus,
)

NEXT = {
    ConsultationStatus: {
        ConsultationStatus.DRAFT: {ConsultationStatus.PUBLISHED},
        ConsultationStatus.PUBLISHED: {ConsultationStatus.OPEN},
        ConsultationStatus.OPEN: {ConsultationStatus.CLOSED},
        ConsultationStatus.CLOSED: {ConsultationStatus.UNDER_TREATMENT},
        ConsultationStatus.UNDER_TREATMENT: {ConsultationStatus.CONCLUDED},
        ConsultationStatus.CONCLUDED: set(),
    },
    ResponseStatus: {
        ResponseStatus.DRAFT: {ResponseStatus.RECEIVED},
        ResponseStatus.RECEIVED: {
            ResponseStatus.ACCEPTED,
            ResponseStatus.REJECTED,
            ResponseStatus.WITHDRAWN,
        },
        ResponseStatus.ACCEPTED: set(),
        ResponseStatus.REJECTED: set(),
        ResponseStatus.WITHDRAWN: set(),
    },
    Publication: {
        Publication.PENDING: {Publication.PUBLISHED, Publication.REDACTED, Publication.WITHHELD},
        Publication.PUBLISHED: {
            Publication.PUBLISHED,  # with the name hidden, or with other attachments
            Publication.REDACTED,
            Publication.WITHHELD,
        },
        Publication.REDACTED: {
            Publication.PUBLISHED,
            Publication.REDACTED,
            Publication.WITHHELD,
        },
        Publication.WITHHELD: {
            Publication.PUBLISHED,
            Publication.REDACTED,
            Publication.WITHHELD,  # on another ground
        },
    },
    DiscussionPost.Status: {
        DiscussionPost.Status.WAITING: {
            DiscussionPost.Status.VISIBLE,
            DiscussionPost.Status.REMOVED,
        },
        DiscussionPost.Status.VISIBLE: {DiscussionPost.Status.REMOVED},
        DiscussionPost.Status.REMOVED: set(),
    },
}


def advance(thing, new, *, by, at=None, also=()):
    """Move a locked consultation, response or post to `new`, and stamp who and when.

    `also` names fields, already set, that are written with it. Raises ActionRefused where
    NEXT does not allow the move.
    """
    axis = "publication" if isinstance(new, Publication) else "status"
    move(thing, axis, new, following=NEXT[type(new)], by=by, at=at, also=also)


def advance_all(responses, new, *, by, at=None, also=()):
    """`advance` for many locked responses in one UPDATE: all of them, or ActionRefused.

    `also` holds fields, with the values that all of them get, that are written with it.
    """
    axis = "publication" if isinstance(new, Publication) else "status"
    move_all(responses, axis, new, following=NEXT[type(new)], by=by, at=at, also=also)
