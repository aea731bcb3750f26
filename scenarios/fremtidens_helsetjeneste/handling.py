"""What moderators decide and case handlers do, and when."""

import re
from datetime import datetime, timedelta
from random import Random

from scenarios.clock import next_work_moment, work_moment, workdays
from scenarios.fremtidens_helsetjeneste.drafts import Draft, DraftResponse
from scenarios.fremtidens_helsetjeneste.source import Source
from scenarios.plan import (
    OSLO,
    Outcome,
    PlannedDecision,
    PlannedTreatment,
    Publication,
)

HANDLING_STARTS = datetime(2011, 1, 24, 8, 0, tzinfo=OSLO)
HALFWAY = datetime(2011, 3, 1, 8, 0, tzinfo=OSLO)
HANDLING_ENDS = datetime(2011, 4, 8, 16, 0, tzinfo=OSLO)
CONCLUDED = datetime(2011, 4, 15, 11, 0, tzinfo=OSLO)

# How much of a theme is handled halfway, in the order of the themes and then the whole.
PACES = (0.55, 0.41, 0.62, 0.48, 0.37, 0.66, 0.52, 0.45, 0.5)
MODERATORS = ("nora.moderator", "yusuf.moderator")
SENTENCE_END = re.compile(r"(?<=[.!?]) |\n\n")


def decisions(
    drafts: list[Draft], keys: dict[DraftResponse, str], rng: Random
) -> dict[DraftResponse, PlannedDecision]:
    """By the moderators, on the first workday after each submission came."""
    made = {}
    for draft in drafts:
        moderator = rng.choice(MODERATORS)
        moment = next_work_moment(draft.received_at, rng)
        for number, response in enumerate(draft.responses):
            is_withdrawn = response.outcome is Outcome.WITHDRAWN
            made[response] = PlannedDecision(
                outcome=response.outcome,
                publication=response.publication,
                by=None if is_withdrawn else moderator,
                at=None if is_withdrawn else moment + timedelta(minutes=number),
                ground=response.ground,
                note=response.note,
                redactions=response.redactions,
                duplicate_of=keys[response.duplicate_of] if response.duplicate_of else None,
            )
    return made


def treatments(
    source: Source, decided: dict[DraftResponse, PlannedDecision], rng: Random
) -> dict[DraftResponse, PlannedTreatment]:
    """Each theme's responses in the order they were let in, at that handler's pace."""
    before = workdays(HANDLING_STARTS, HALFWAY - timedelta(days=1))
    after = workdays(HALFWAY, HANDLING_ENDS)
    done = {}
    for theme, pace in zip(source.themes, PACES, strict=True):
        accepted = sorted(
            (
                response
                for response, decision in decided.items()
                if response.theme == theme.slug and decision.outcome is Outcome.ACCEPTED
            ),
            key=lambda response: decided[response].at,
        )
        by = theme.theme.handler if theme.theme else source.consultation["case_responsible"]
        for number, response in enumerate(accepted):
            share = number / len(accepted)
            if share < pace:
                handled_at = work_moment(before, share / pace)
            else:
                handled_at = work_moment(after, (share - pace) / (1 - pace))
            handled_at = max(handled_at, decided[response].at + timedelta(hours=1))
            done[response] = PlannedTreatment(
                handled_at=handled_at,
                by=by,
                tags=_tags(theme.tags, rng),
                excerpt=_excerpt(response, rng),
                note=_note(source, rng),
            )
    return done


def _tags(tags: tuple[str, ...], rng: Random) -> tuple[str, ...]:
    chosen = {rng.randrange(len(tags)) for _ in range(1 + rng.randrange(2))}
    return tuple(tag for number, tag in enumerate(tags) if number in chosen)


def _excerpt(response: DraftResponse, rng: Random) -> str:
    """A sentence worth citing, from about a third of what is published as it stands."""
    if response.publication is not Publication.PUBLISHED or rng.random() > 0.35:
        return ""
    sentences = [each for each in SENTENCE_END.split(response.text) if 60 <= len(each) <= 260]
    return rng.choice(sentences) if sentences else ""


def _note(source: Source, rng: Random) -> str:
    return rng.choice(source.exceptions["casework"]["notes"]) if rng.random() < 0.08 else ""
