"""What is published, and what comes in."""

from consultations.models.attachment import Attachment, ScanStatus
from consultations.models.consultation import (
    Consultation,
    ConsultationStatus,
    Outcome,
    PublicState,
    Subject,
)
from consultations.models.discussion import DiscussionPost
from consultations.models.laid_out import Amendment, Consultee, Document, RelatedLink
from consultations.models.news import IN_FEEDS_ONLY, News, NewsKind
from consultations.models.response import Publication, Response, ResponseStatus
from consultations.models.search_text import SearchText
from consultations.models.submission import (
    Channel,
    DraftComment,
    SenderGroup,
    SenderKind,
    Submission,
)
from consultations.models.subscription import Subscription
from consultations.models.switches import (
    Acceptance,
    Access,
    AuthorityPart,
    DiscussionNames,
    Moderation,
    TopicStarters,
    WhoMayAnswer,
)
from consultations.models.theme import DailyTally, Tally, Theme

__all__ = [
    "IN_FEEDS_ONLY",
    "Acceptance",
    "Access",
    "Amendment",
    "Attachment",
    "AuthorityPart",
    "Channel",
    "Consultation",
    "ConsultationStatus",
    "Consultee",
    "DailyTally",
    "DiscussionNames",
    "DiscussionPost",
    "Document",
    "DraftComment",
    "Moderation",
    "News",
    "NewsKind",
    "Outcome",
    "PublicState",
    "Publication",
    "RelatedLink",
    "Response",
    "ResponseStatus",
    "ScanStatus",
    "SearchText",
    "SenderGroup",
    "SenderKind",
    "Subject",
    "Submission",
    "Subscription",
    "Tally",
    "Theme",
    "TopicStarters",
    "WhoMayAnswer",
]
