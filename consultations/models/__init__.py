"""What is published, and what comes in."""

from consultations.models.attachment import Attachment, ScanStatus
from consultations.models.consultation import (
    Acceptance,
    Access,
    AuthorityPart,
    Consultation,
    ConsultationStatus,
    Consultee,
    Document,
    Moderation,
    Outcome,
    PublicState,
    TopicStarters,
    WhoMayAnswer,
)
from consultations.models.discussion import DiscussionPost
from consultations.models.response import Publication, Response, ResponseStatus
from consultations.models.submission import Channel, SenderKind, Submission
from consultations.models.subscription import Subscription
from consultations.models.theme import Tally, Theme

__all__ = [
    "Acceptance",
    "Access",
    "Attachment",
    "AuthorityPart",
    "Channel",
    "Consultation",
    "ConsultationStatus",
    "Consultee",
    "DiscussionPost",
    "Document",
    "Moderation",
    "Outcome",
    "PublicState",
    "Publication",
    "Response",
    "ResponseStatus",
    "ScanStatus",
    "SenderKind",
    "Submission",
    "Subscription",
    "Tally",
    "Theme",
    "TopicStarters",
    "WhoMayAnswer",
]
