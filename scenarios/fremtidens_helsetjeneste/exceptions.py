"""Deals out what makes moderation necessary: redactions, withholding, rejections."""

import re
from datetime import timedelta
from random import Random

from scenarios.clock import pick
from scenarios.fremtidens_helsetjeneste.drafts import Calendar, Draft, DraftResponse
from scenarios.fremtidens_helsetjeneste.senders import Cast
from scenarios.fremtidens_helsetjeneste.source import Source
from scenarios.fremtidens_helsetjeneste.writing import facts_about, write
from scenarios.plan import (
    LegalGround,
    Outcome,
    PlannedRedaction,
    PlannedSender,
    Publication,
    RejectionGround,
    SenderKind,
)
from scenarios.prose import render

PASSAGE = re.compile("‹(.*?)›")
WITHDRAWN = 6
REJECTION_NOTES = {
    RejectionGround.SPAM: "Reklame.",
    RejectionGround.EMPTY: "Uten innhold.",
    RejectionGround.TEST: "Prøveinnsending.",
    RejectionGround.NOT_A_RESPONSE: "Gjelder ikke høringen. Avsenderen er vist videre.",
    RejectionGround.DUPLICATE: "Samme svar er sendt inn to ganger.",
}


def redact_and_withhold(source: Source, drafts: list[Draft], rng: Random) -> None:
    """Let things slip into some people's texts that must be kept from the public."""
    plain = [each for each in drafts if each.is_plain and each.sender.kind is SenderKind.PERSON]
    rng.shuffle(plain)
    for kind in source.exceptions["redactions"]:
        for _ in range(kind["count"]):
            draft = plain.pop()
            _redact(draft.responses[0], kind, draft.facts, rng)
    for kind in source.exceptions["withheld"]:
        for _ in range(kind["count"]):
            draft = plain.pop()
            _withhold(draft.responses[0], kind, draft.facts, rng)


def _redact(response: DraftResponse, kind: dict, facts: dict, rng: Random) -> None:
    """Put the sentence at the end of one of the paragraphs and mark its passage."""
    sentence = render(rng.choice(kind["sentences"]), facts, rng)
    passage = PASSAGE.search(sentence)[1]
    paragraphs = response.text.split("\n\n")
    place = rng.randrange(len(paragraphs))
    paragraphs[place] += " " + PASSAGE.sub(r"\1", sentence)
    response.text = "\n\n".join(paragraphs)
    response.publication = Publication.REDACTED
    response.redactions = (PlannedRedaction(passage, LegalGround(kind["ground"])),)


def _withhold(response: DraftResponse, kind: dict, facts: dict, rng: Random) -> None:
    text = render(rng.choice(kind["texts"]), facts, rng)
    is_copied = kind["ground"] == LegalGround.COPYRIGHT
    response.text = f"{text}\n\n{response.text}" if is_copied else text
    response.publication = Publication.WITHHELD
    response.ground = LegalGround(kind["ground"])


def rejected(
    source: Source, drafts: list[Draft], company: Cast, calendar: Calendar, rng: Random
) -> list[Draft]:
    """Submissions that are not responses: mostly from strangers, some from senders."""
    senders = list(company.others)
    rng.shuffle(senders)
    found = []
    for kind in source.exceptions["rejected"]:
        ground = RejectionGround(kind["ground"])
        if ground is RejectionGround.DUPLICATE:
            found += _duplicates(drafts, kind["count"], rng)
            continue
        for number in range(kind["count"]):
            # Some test the form before they answer.
            is_sender = ground is RejectionGround.TEST and number % 2
            sender = rng.choice(company.people) if is_sender else senders[len(found) % len(senders)]
            template = kind["texts"][number % len(kind["texts"])]
            found.append(
                _not_a_response(
                    source, sender, template=template, ground=ground, calendar=calendar, rng=rng
                )
            )
    return found


def _not_a_response(
    source: Source,
    sender: PlannedSender,
    *,
    template: str,
    ground: RejectionGround,
    calendar: Calendar,
    rng: Random,
) -> Draft:
    facts = facts_about(sender, rng)
    slug = source.themes[pick([each.weight for each in source.themes], rng)].slug
    response = DraftResponse(
        slug,
        render(template, facts, rng).strip(),
        outcome=Outcome.REJECTED,
        publication=None,
        ground=ground,
        note=REJECTION_NOTES[ground],
    )
    return Draft(sender, facts, calendar.arrival(is_office=False), [response])


def _duplicates(drafts: list[Draft], count: int, rng: Random) -> list[Draft]:
    """The same again some minutes later, from somebody who was not sure it went through."""
    singles = [each for each in drafts if each.is_plain and len(each.responses) == 1]
    rng.shuffle(singles)
    return [
        Draft(
            first.sender,
            first.facts,
            first.received_at + timedelta(minutes=1 + rng.randrange(40)),
            [
                DraftResponse(
                    first.responses[0].theme,
                    first.responses[0].text,
                    outcome=Outcome.REJECTED,
                    publication=None,
                    ground=RejectionGround.DUPLICATE,
                    note=REJECTION_NOTES[RejectionGround.DUPLICATE],
                    duplicate_of=first.responses[0],
                )
            ],
        )
        for first in singles[:count]
    ]


def withdrawn(source: Source, company: Cast, calendar: Calendar, rng: Random) -> list[Draft]:
    """Taken back by the sender a little later: half by people who also answer properly."""
    found = []
    for number in range(WITHDRAWN):
        sender = rng.choice(company.people if number % 2 else company.others)
        facts = facts_about(sender, rng)
        slug = source.themes[number].slug
        text = write(source, slug, kind=sender.kind, facts=facts, rng=rng)
        received_at = calendar.arrival(is_office=False)
        draft = Draft(sender, facts, received_at)
        draft.responses = [DraftResponse(slug, text, outcome=Outcome.WITHDRAWN, publication=None)]
        draft.withdrawn_at = received_at + timedelta(minutes=3 + rng.randrange(30))
        found.append(draft)
    return found
