"""Submissions in the making, before they have their numbers.

A draft can still be changed while the exceptions are dealt out; the plan that is
made of it in the end is frozen.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from scenarios.attachments import attachment
from scenarios.clock import arrival, arrival_weights, at, days_between
from scenarios.fremtidens_helsetjeneste.senders import Answer
from scenarios.fremtidens_helsetjeneste.source import Source
from scenarios.fremtidens_helsetjeneste.writing import (
    facts_about,
    write,
    write_for_campaign,
    write_no_remarks,
    write_nynorsk,
)
from scenarios.names import ascii_slug
from scenarios.plan import (
    Channel,
    Outcome,
    PlannedAttachment,
    PlannedRedaction,
    PlannedSender,
    Publication,
    SenderKind,
)

CHANNELS = (("letter", 0.02), ("email", 0.045))
ATTACHED = {SenderKind.PERSON: 0.03, SenderKind.ORGANISATION: 0.12}
KINDS_OF_FILE = ("pdf",) * 9 + ("docx",) * 4 + ("txt",) * 3 + ("png",) * 4
NYNORSK = 14


@dataclass(eq=False)
class DraftResponse:
    theme: str | None
    text: str
    outcome: Outcome = Outcome.ACCEPTED
    publication: Publication | None = Publication.PUBLISHED
    ground: str | None = None
    note: str = ""
    redactions: tuple[PlannedRedaction, ...] = ()
    duplicate_of: "DraftResponse | None" = None
    has_no_remarks: bool = False


@dataclass(eq=False)
class Draft:
    sender: PlannedSender
    facts: dict[str, str]
    received_at: datetime
    responses: list[DraftResponse] = field(default_factory=list)
    channel: Channel = Channel.WEB
    language: str = "nb"
    dated: date | None = None
    hide_name_reason: str = ""
    attachments: tuple[PlannedAttachment, ...] = ()
    campaign: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_plain(self) -> bool:
        """Nothing special about it so far, so that something special can befall it."""
        return (
            self.channel is Channel.WEB
            and self.language == "nb"
            and not (self.campaign or self.hide_name_reason or self.withdrawn_at)
            and not self.attachments
            and all(
                each.publication is Publication.PUBLISHED and not each.has_no_remarks
                for each in self.responses
            )
        )


class Calendar:
    """When submissions arrive between the opening and the deadline."""

    def __init__(self, opens_at: datetime, deadline_at: datetime, rng: Random):
        self.opens_at, self.deadline_at, self.rng = opens_at, deadline_at, rng
        self.days = days_between(opens_at, deadline_at)
        self.weights = {
            is_office: arrival_weights(self.days, is_office=is_office)
            for is_office in (True, False)
        }

    def arrival(self, *, is_office: bool) -> datetime:
        moment = arrival(self.days, self.weights[is_office], is_office=is_office, rng=self.rng)
        return max(moment, self.opens_at + timedelta(seconds=self.rng.randrange(60, 7200)))

    def campaign_arrival(self, campaign: dict) -> datetime:
        days = [campaign["first_day"] + timedelta(days=n) for n in range(campaign["days"])]
        is_office = campaign["kind"] == "organisation"
        return arrival(days, [1] * len(days), is_office=is_office, rng=self.rng)


def draft_answers(
    source: Source, answers: list[Answer], calendar: Calendar, rng: Random
) -> list[Draft]:
    drafts, nynorsk_left = [], NYNORSK
    for answer in answers:
        draft = _draft(source, answer, calendar, rng)
        known = source.nynorsk[answer.sender.kind.value]
        may_be_nynorsk = not answer.campaign and all(theme in known for theme in answer.themes)
        if nynorsk_left and may_be_nynorsk and rng.random() < 0.08:
            draft.language, nynorsk_left = "nn", nynorsk_left - 1
        draft.responses = [_response(source, answer, theme, draft, rng) for theme in answer.themes]
        draft.attachments = _attachments(draft, rng)
        drafts.append(draft)
    return drafts


def _draft(source: Source, answer: Answer, calendar: Calendar, rng: Random) -> Draft:
    is_office = answer.sender.kind is SenderKind.ORGANISATION
    draft = Draft(
        sender=answer.sender,
        facts=facts_about(answer.sender, rng),
        received_at=calendar.arrival(is_office=is_office),
    )
    if answer.campaign:
        draft.campaign = answer.campaign["key"]
        draft.received_at = calendar.campaign_arrival(answer.campaign)
        return draft
    chance = rng.random()
    draft.channel = next((Channel(name) for name, bound in CHANNELS if chance < bound), Channel.WEB)
    if draft.channel is Channel.LETTER:
        draft.received_at = calendar.arrival(is_office=True)
        draft.dated = draft.received_at.date() - timedelta(days=2 + rng.randrange(4))
    return draft


def _response(
    source: Source, answer: Answer, theme: str | None, draft: Draft, rng: Random
) -> DraftResponse:
    about = {"kind": answer.sender.kind, "facts": draft.facts, "rng": rng}
    if answer.campaign:
        return DraftResponse(theme, write_for_campaign(answer.campaign, draft.facts, rng))
    if answer.has_no_remarks:
        text = write_no_remarks(source, draft.facts, rng)
        return DraftResponse(theme, text, has_no_remarks=True)
    if draft.language == "nn":
        return DraftResponse(theme, write_nynorsk(source, theme, **about))
    return DraftResponse(theme, write(source, theme, **about))


def _attachments(draft: Draft, rng: Random) -> tuple[PlannedAttachment, ...]:
    """A letter is always there as it came; others attach something now and then."""
    name = ascii_slug(draft.sender.name)
    paragraphs = draft.responses[0].text.split("\n\n")[:3]
    if draft.channel is Channel.LETTER:
        kinds = ["pdf"]
    elif draft.campaign or rng.random() >= ATTACHED[draft.sender.kind]:
        kinds = []
    else:
        kinds = [rng.choice(KINDS_OF_FILE)]
        if rng.random() < 0.2:
            kinds = list(dict.fromkeys([*kinds, rng.choice(KINDS_OF_FILE)]))
    return tuple(
        attachment(
            kind,
            f"figur-{name}" if kind == "png" else f"horingssvar-{name}",
            title=f"Høringssvar fra {draft.sender.name}",
            paragraphs=paragraphs,
        )
        for kind in kinds
    )


def be_late(drafts: list[Draft], deadline_at: datetime, rng: Random) -> None:
    """Let some arrive after the deadline: the next night, and by post for ten days."""
    candidates = [each for each in drafts if each.is_plain and len(each.responses) == 1]
    for number, draft in enumerate(_some(candidates, 8, rng)):
        draft.received_at = deadline_at + timedelta(minutes=7 + 23 * number)
        if number >= 3:
            day = deadline_at.date() + timedelta(days=(1, 2, 3, 6, 9)[number - 3])
            draft.received_at = at(day, 9 * 60 + rng.randrange(300))
            draft.channel = Channel.LETTER
            draft.dated = deadline_at.date() - timedelta(days=1)
            draft.attachments = _attachments(draft, rng)


def hide_names(source: Source, drafts: list[Draft], rng: Random) -> None:
    people = [each for each in drafts if each.is_plain and each.sender.kind is SenderKind.PERSON]
    for draft in _some(people, 10, rng):
        draft.hide_name_reason = rng.choice(source.exceptions["hide_name_reasons"])


def _some(things: list, count: int, rng: Random) -> list:
    """That many of `things`, in random order."""
    copy = list(things)
    rng.shuffle(copy)
    return copy[:count]
