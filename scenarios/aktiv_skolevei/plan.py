"""The plan of a consultation that is open when it is loaded, seen from `now`.

It opened a fortnight ago and closes in six weeks. Anybody may answer, so a moderator
lets every response in; the latest are still waiting for one.
"""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path

from scenarios.fremtidens_helsetjeneste.plan import AUTHORITY, officials
from scenarios.fremtidens_helsetjeneste.source import read_source
from scenarios.names import ascii_slug
from scenarios.numbers import organisation_number
from scenarios.plan import (
    OSLO,
    LegalGround,
    OrganisationKind,
    Outcome,
    Plan,
    PlannedAmendment,
    PlannedConsultation,
    PlannedConsultee,
    PlannedDecision,
    PlannedPost,
    PlannedRedaction,
    PlannedResponse,
    PlannedSender,
    PlannedSubmission,
    PlannedTheme,
    PlannedTreatment,
    Publication,
    RejectionGround,
    SenderKind,
)

TEXTS = Path(__file__).with_name("consultation.toml")
MODERATOR = "nora.moderator"
OPEN_FOR = timedelta(days=14)
CLOSES_IN = timedelta(weeks=6)
MOVED = timedelta(weeks=2)  # later than the deadline that was set first
MOVED_AGO = timedelta(days=5)
DECIDED_AFTER = timedelta(hours=9)
SHOWN_AFTER = timedelta(hours=2)  # of posts in the discussion
HANDLED_BEFORE = timedelta(hours=270)  # what came in longer ago than this is handled
HANDLED_AFTER = timedelta(hours=60)


def make_plan(now: datetime) -> Plan:
    """`now` has a time zone; everything else is counted from it."""
    now = now.astimezone(OSLO).replace(microsecond=0)
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    handlers = {each["slug"]: each for each in texts["themes"]}
    slug, name = AUTHORITY
    return Plan(
        authority_slug=slug,
        authority_name=name,
        officials=officials(read_source()),
        consultation=_consultation(texts, now),
        submissions=tuple(
            _submission(answer, number=number, themes=handlers, now=now)
            for number, answer in enumerate(texts["answers"], start=1)
        ),
        posts=tuple(_post(post, now) for post in texts["posts"]),
    )


def _consultation(texts: dict, now: datetime) -> PlannedConsultation:
    same = ("slug", "title", "summary", "purpose", "outcome", "use_of_responses", "unit")
    opened = now - OPEN_FOR
    deadline = (now + CLOSES_IN).replace(hour=23, minute=59, second=59)
    return PlannedConsultation(
        **{each: texts[each] for each in same},
        rules_of_debate=texts["rules_of_debate"],
        case_responsible=texts["case_responsible"],
        letter=texts["letter"].strip(),
        published_at=opened,
        opens_at=opened,
        deadline_at=deadline,
        first_deadline_at=deadline - MOVED,
        amendments=(PlannedAmendment(now - MOVED_AGO, texts["moved_because"], deadline),),
        subject=texts["subject"],
        related_links=tuple((each["title"], each["url"]) for each in texts["links"]),
        who_may_answer="anonymous",
        moderation="before",
        acceptance="by_moderator",
        authority_part="takes_part",
        topic_starters="participants",
        has_discussion=True,
        discussion_names="nickname",
        consultees=tuple(
            PlannedConsultee(name, f"post@{ascii_slug(name)}.example")
            for name in texts["consultees"]
        ),
        themes=tuple(
            PlannedTheme(
                slug=each["slug"],
                title=each["title"],
                summary=each["summary"],
                introduction=each["introduction"].strip(),
                questions=tuple(each["questions"]),
                tags=tuple(each["tags"]),
                handler=each["handler"],
            )
            for each in texts["themes"]
        ),
    )


def _sender(answer: dict, number: int) -> PlannedSender:
    key = f"skolevei-{number:02}"
    if "person" in answer:
        name = answer["person"]
        email = f"{ascii_slug(name).replace('-', '.')}@post.example"
        return PlannedSender(key, SenderKind.PERSON, name, email)
    if "organisation" in answer:
        name = answer["organisation"]
        return PlannedSender(
            key=key,
            kind=SenderKind.ORGANISATION,
            name=name,
            email=f"post@{ascii_slug(name)}.example",
            contact_name="Postmottaket",
            organisation_kind=OrganisationKind(answer["kind"]),
            organisation_number=organisation_number(name),
        )
    return PlannedSender(key, SenderKind.ANONYMOUS, name="", email="")


def _decision(answer: dict, received_at: datetime) -> PlannedDecision:
    outcome = Outcome(answer.get("outcome", Outcome.ACCEPTED))
    if outcome is Outcome.WAITING:
        return PlannedDecision(outcome)
    decided = {"by": MODERATOR, "at": received_at + DECIDED_AFTER}
    if outcome is Outcome.REJECTED:
        return PlannedDecision(outcome, ground=RejectionGround(answer["ground"]), **decided)
    publication = Publication(answer.get("publication", Publication.PUBLISHED))
    if publication is Publication.WITHHELD:
        return PlannedDecision(
            outcome, publication, ground=LegalGround(answer["ground"]), **decided
        )
    redactions = ()
    if publication is Publication.REDACTED:
        redactions = (PlannedRedaction(answer["redact"], LegalGround(answer["ground"])),)
    return PlannedDecision(outcome, publication, redactions=redactions, **decided)


def _submission(
    answer: dict, *, number: int, themes: dict[str, dict], now: datetime
) -> PlannedSubmission:
    key = f"sv-{number:02}"
    received_at = now - timedelta(hours=answer["hours"])
    decision = _decision(answer, received_at)
    texts = [(answer["theme"], answer["text"]), *answer.get("also", [])]
    return PlannedSubmission(
        key=key,
        sender=_sender(answer, number),
        received_at=received_at,
        responses=tuple(
            PlannedResponse(
                key=f"{key}-{place}",
                theme=theme,
                text=text,
                decision=decision,
                treatment=_treatment(decision, themes[theme], now - received_at),
            )
            for place, (theme, text) in enumerate(texts, start=1)
        ),
        language=answer.get("language", "nb"),
        hide_name="hide_name_reason" in answer,
        hide_name_reason=answer.get("hide_name_reason", ""),
    )


def _post(post: dict, now: datetime) -> PlannedPost:
    at = now - timedelta(hours=post["hours"])
    same = {name: value for name, value in post.items() if name not in {"hours", "waiting"}}
    if "waiting" in post:
        return PlannedPost(at=at, **same)
    return PlannedPost(at=at, decided_at=at + SHOWN_AFTER, decided_by=MODERATOR, **same)


def _treatment(decision: PlannedDecision, theme: dict, age: timedelta) -> PlannedTreatment | None:
    if decision.outcome is not Outcome.ACCEPTED or age < HANDLED_BEFORE:
        return None
    return PlannedTreatment(
        handled_at=decision.at + HANDLED_AFTER,
        by=theme["handler"],
        tags=tuple(theme["tags"][:1]),
    )
