"""What a scenario is made of: plain data, decided in full before anything is played.

A plan says what people did, never what the database should hold afterwards. The
loader plays it through the application's actions with the clock moved, in the
order of `moments`. Nothing here knows Django. Everything is frozen, and the same
arguments always give the same plan, so its `digest` can be compared.

All people, organisations and places in the plans are invented, and every e-mail
address is in a domain reserved for examples.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


class Role(StrEnum):
    EDITOR = "editor"
    MODERATOR = "moderator"
    CASE_HANDLER = "case_handler"
    CASE_RESPONSIBLE = "case_responsible"
    ARCHIVIST = "archivist"
    ADMINISTRATOR = "administrator"


class SenderKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    ANONYMOUS = "anonymous"


class OrganisationKind(StrEnum):
    PUBLIC_BODY = "public_body"
    NGO = "ngo"
    BUSINESS = "business"


class Channel(StrEnum):
    WEB = "web"
    EMAIL = "email"
    LETTER = "letter"


class Outcome(StrEnum):
    """What becomes of a response on the way into the case."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    WAITING = "waiting"


class Publication(StrEnum):
    """What the public gets to see of an accepted response."""

    PENDING = "pending"
    PUBLISHED = "published"
    REDACTED = "redacted"
    WITHHELD = "withheld"


class RejectionGround(StrEnum):
    SPAM = "spam"
    EMPTY = "empty"
    TEST = "test"
    DUPLICATE = "duplicate"
    NOT_A_RESPONSE = "not_a_response"


class LegalGround(StrEnum):
    """Why something in a response is kept from the public."""

    PERSONAL_DATA = "personal_data"
    SECRECY = "secrecy"  # offentleglova § 13, jf. forvaltningsloven § 13
    NATIONAL_ID = "national_id"  # offentleglova § 26
    HATEFUL = "hateful"
    DEFAMATORY = "defamatory"
    COPYRIGHT = "copyright"


@dataclass(frozen=True, slots=True)
class PlannedOfficial:
    """Somebody at the authority; `key` is the log-in name and what others refer to."""

    key: str
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class PlannedConsultee:
    """A body that is invited by name (høringsinstans)."""

    name: str
    email: str
    organisation_number: str = ""


@dataclass(frozen=True, slots=True)
class PlannedTheme:
    """A theme (tema): `introduction` is simple HTML, `handler` the key of an official."""

    slug: str
    title: str
    summary: str
    introduction: str
    questions: tuple[str, ...]
    tags: tuple[str, ...]
    handler: str


@dataclass(frozen=True, slots=True)
class PlannedAmendment:
    """What the editor changes after publication: the deadline is moved, or bodies are invited."""

    at: datetime
    note: str = ""
    deadline_at: datetime | None = None
    consultees: tuple[PlannedConsultee, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedConsultation:
    """A consultation as its editor would type it in.

    `halfway_at` is where the loader stops by itself; `concluded_at` is where it
    stops when it is told to go on to the end. None: the consultation is open. `deadline_at`
    is the one that holds in the end; `first_deadline_at`, if any, the one it is moved from.
    """

    slug: str
    title: str
    summary: str
    purpose: str
    outcome: str  # what it becomes: white_paper, guideline …
    use_of_responses: str
    rules_of_debate: str  # what the authority asks of everybody who writes
    letter: str  # the consultation letter (høringsbrev), plain text
    published_at: datetime
    opens_at: datetime
    deadline_at: datetime
    who_may_answer: str  # account, named, anonymous
    moderation: str  # before, after, none
    acceptance: str  # automatic, by_moderator
    authority_part: str  # takes_part, listens
    topic_starters: str  # authority, participants
    unit: str
    case_responsible: str  # key of the official in charge, who gets responses to the whole
    consultees: tuple[PlannedConsultee, ...]
    themes: tuple[PlannedTheme, ...]
    has_discussion: bool = False
    discussion_names: str = "name"  # or nickname
    subject: str = "other"  # health, transport …
    related_links: tuple[tuple[str, str], ...] = ()  # title and address
    first_deadline_at: datetime | None = None
    amendments: tuple[PlannedAmendment, ...] = ()
    halfway_at: datetime | None = None
    concluded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlannedSender:
    """Somebody who answers. A sender is the same when the `key` is the same.

    `contact_name` is the person who sends on behalf of an organisation. An
    anonymous sender has neither name nor e-mail address.
    """

    key: str
    kind: SenderKind
    name: str
    email: str
    contact_name: str = ""
    organisation_kind: OrganisationKind | None = None
    organisation_number: str = ""
    has_account: bool = False


@dataclass(frozen=True, slots=True)
class PlannedAttachment:
    filename: str
    content_type: str
    content: bytes
    text: str = ""  # what it says


@dataclass(frozen=True, slots=True)
class PlannedRedaction:
    """A passage to be redacted; it stands exactly once in the response's text."""

    passage: str
    ground: LegalGround


@dataclass(frozen=True, slots=True)
class PlannedDecision:
    """What is decided about a response, by the moderator with this key.

    `ground` belongs to a rejection or a withholding. `duplicate_of` is the key of
    the response that a double delivery repeats.
    """

    outcome: Outcome
    publication: Publication | None = None
    by: str | None = None
    at: datetime | None = None
    ground: RejectionGround | LegalGround | None = None
    note: str = ""
    redactions: tuple[PlannedRedaction, ...] = ()
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedTreatment:
    """What the case handler does; `excerpt` is a passage of the text or empty."""

    handled_at: datetime
    by: str
    tags: tuple[str, ...]
    excerpt: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlannedResponse:
    """One sender's text on one theme; `theme` None is the consultation as a whole."""

    key: str
    theme: str | None
    text: str
    decision: PlannedDecision
    treatment: PlannedTreatment | None = None
    has_no_remarks: bool = False


@dataclass(frozen=True, slots=True)
class PlannedSubmission:
    """One sender's responses sent together (innsending).

    `withdrawn_at` is when the sender took the whole submission back.
    """

    key: str
    sender: PlannedSender
    received_at: datetime
    responses: tuple[PlannedResponse, ...]
    channel: Channel = Channel.WEB
    language: str = "nb"
    dated: date | None = None  # the date on a letter
    hide_name: bool = False
    hide_name_reason: str = ""
    attachments: tuple[PlannedAttachment, ...] = ()
    campaign: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """A post in the discussion: `author` is the key of an official, or the name of somebody who
    has an account. `replies_to` is the key of another post. The moderator `decided_by` shows
    it; or removes it, where it was reported and there is a reason.
    """

    key: str
    at: datetime
    theme: str
    author: str
    text: str
    title: str = ""
    replies_to: str = ""
    nickname: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    reported: str = ""
    removed_because: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole scenario; submissions stand in the order in which they arrived."""

    authority_slug: str
    authority_name: str
    officials: tuple[PlannedOfficial, ...]
    consultation: PlannedConsultation
    submissions: tuple[PlannedSubmission, ...]
    posts: tuple[PlannedPost, ...] = ()

    @property
    def responses(self) -> tuple[PlannedResponse, ...]:
        return tuple(each for submission in self.submissions for each in submission.responses)

    @property
    def senders(self) -> tuple[PlannedSender, ...]:
        """Everybody who sent something, accepted or not, each once."""
        return tuple({each.sender.key: each.sender for each in self.submissions}.values())

    @property
    def digest(self) -> str:
        """The same for the same plan, on every machine and Python version."""
        return hashlib.sha256(repr(self).encode()).hexdigest()
