"""Who answers, and on what: exactly 385 people and 312 organisations, 1671 responses."""

from dataclasses import dataclass
from random import Random

from scenarios.clock import pick
from scenarios.fremtidens_helsetjeneste.source import Source
from scenarios.names import organisation_names, organisations, other_names, people
from scenarios.plan import OrganisationKind, PlannedSender

PEOPLE, ORGANISATIONS, RESPONSES = 385, 312, 1671
OTHERS = 34  # people who only send what is not accepted
EAGERNESS = {"person": 1.0, "organisation": 2.1}
FIRST_NAMES = {"borger": "Kari Lauvbakk", "organisasjon": "Omsorgsarbeidernes Landslag"}


@dataclass(frozen=True)
class Answer:
    """One sender's themes in one submission; None among them is the whole."""

    sender: PlannedSender
    themes: tuple[str | None, ...]
    campaign: dict | None = None
    has_no_remarks: bool = False


@dataclass(frozen=True)
class Cast:
    people: list[PlannedSender]
    organisations: list[PlannedSender]
    others: list[PlannedSender]


def cast(rng: Random) -> Cast:
    """All senders. The first person and the first organisation are there to log in as."""
    taken = {FIRST_NAMES["borger"]}
    private = people(
        [FIRST_NAMES["borger"], *other_names(PEOPLE - 1, taken=taken, rng=rng)],
        key="person",
        rng=rng,
    )
    first = (FIRST_NAMES["organisasjon"], OrganisationKind.NGO)
    rest = [each for each in organisation_names(rng) if each != first]
    contacts = other_names(ORGANISATIONS, taken=taken, rng=rng)
    formal = organisations(
        [first, *rest][:ORGANISATIONS], key="organisation", contacts=contacts, rng=rng
    )
    return Cast(
        people=[_for_log_in(private[0], "borger"), *private[1:]],
        organisations=[_for_log_in(formal[0], "organisasjon"), *formal[1:]],
        others=people(other_names(OTHERS, taken=taken, rng=rng), key="other", rng=rng),
    )


def _for_log_in(sender: PlannedSender, name: str) -> PlannedSender:
    return PlannedSender(
        key=sender.key,
        kind=sender.kind,
        name=sender.name,
        email=f"{name}@demo.example",
        contact_name=sender.contact_name,
        organisation_kind=sender.organisation_kind,
        organisation_number=sender.organisation_number,
        has_account=True,
    )


def answers(source: Source, company: Cast, rng: Random) -> list[Answer]:
    """What the senders of accepted responses answer, 1671 responses in all."""
    campaigns = source.exceptions["campaigns"]
    members, free = [], [company.people[0], company.organisations[0]]
    pools = {"person": company.people[1:], "organisation": company.organisations[1:]}
    for campaign in campaigns:
        pool = pools[campaign["kind"]]
        members += [
            Answer(sender, (campaign["theme"],), campaign) for sender in pool[-campaign["size"] :]
        ]
        pools[campaign["kind"]] = pool[: -campaign["size"]]
    without_remarks = pools["organisation"][-9:]
    free += pools["person"] + pools["organisation"][:-9]
    silent = [Answer(sender, (None,), has_no_remarks=True) for sender in without_remarks]
    counts = _counts(free, RESPONSES - len(members) - len(silent), rng, limit=len(source.themes))
    spoken = [
        Answer(sender, themes)
        for sender, count in zip(free, counts, strict=True)
        for themes in _submissions(_themes(source, count, rng), rng)
    ]
    return members + silent + spoken


def _counts(senders: list[PlannedSender], total: int, rng: Random, *, limit: int) -> list[int]:
    """At least one response each, the rest to the eager, never more than one on a theme."""
    counts = [1] * len(senders)
    eagerness = [EAGERNESS[each.kind.value] * rng.lognormvariate(0, 0.9) for each in senders]
    counts[0] = counts[1] = 4
    while sum(counts) < total:
        number = pick(eagerness, rng)
        if counts[number] < limit:
            counts[number] += 1
    return counts


def _themes(source: Source, count: int, rng: Random) -> tuple[str | None, ...]:
    left = list(source.themes)
    chosen = [left.pop(pick([each.weight for each in left], rng)) for _ in range(count)]
    return tuple(each.slug for each in source.themes if each in chosen)


def _submissions(themes: tuple, rng: Random) -> list[tuple]:
    """Most send everything at once; some come back with more."""
    if len(themes) > 2 and rng.random() < 0.3:
        cut = 1 + rng.randrange(len(themes) - 1)
        return [themes[:cut], themes[cut:]]
    return [themes]
