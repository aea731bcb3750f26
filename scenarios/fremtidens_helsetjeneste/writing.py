"""What each response says. One writer has one set of facts all through a text."""

from random import Random

from scenarios import numbers
from scenarios.fremtidens_helsetjeneste.source import Source
from scenarios.names import NAMES, PLACES, person_name
from scenarios.plan import PlannedSender, SenderKind
from scenarios.prose import Aspect, Voice, compose, render

SHORTEST = 130  # asked for; the texts themselves are 80 to 15,000 characters
LONGEST = {SenderKind.PERSON: 7_000, SenderKind.ORGANISATION: 14_600}
MEDIAN = {SenderKind.PERSON: 7.15, SenderKind.ORGANISATION: 7.6}  # natural logarithm of the length
SPREAD = 0.85
NYNORSK_LENGTHS = (300, 450, 600, 750)

RELATIVES = (
    ("moren min", "hun", "henne", "hennes"),
    ("faren min", "han", "ham", "hans"),
    ("mannen min", "han", "ham", "hans"),
    ("kona mi", "hun", "henne", "hennes"),
    ("bestemoren min", "hun", "henne", "hennes"),
    ("svigerfaren min", "han", "ham", "hans"),
    ("tanta mi", "hun", "henne", "hennes"),
    ("broren min", "han", "ham", "hans"),
    ("svigermoren min", "hun", "henne", "hennes"),
    ("onkelen min", "han", "ham", "hans"),
)
NYNORSK_RELATIVES = (("mor mi", "ho"), ("far min", "han"), ("tante mi", "ho"), ("bror min", "han"))


def facts_about(sender: PlannedSender, rng: Random) -> dict[str, str]:
    """What fills the slots in everything this sender writes in one submission."""
    home = next((place for place in PLACES if place in sender.name), None) or rng.choice(PLACES)
    relative, he, him, his = rng.choice(RELATIVES)
    return {
        "organisasjon": sender.name,
        "kommune": home,
        "nabo": PLACES[(PLACES.index(home) + 1 + rng.randrange(4)) % len(PLACES)],
        "slektning": relative,
        "han": he,
        "ham": him,
        "hans": his,
        "alder": str(rng.randrange(71, 94)),
        "egen_alder": str(rng.randrange(22, 79)),
        "yrke": rng.choice(NAMES["occupations"]),
        "navn": person_name(rng),
        "nummer": str(rng.randrange(3, 99)),
        "telefon": numbers.telephone(rng),
        "epost": sender.email,
        "fodselsnummer": numbers.national_id(rng),
    }


def length(kind: SenderKind, rng: Random) -> int:
    wanted = int(rng.lognormvariate(MEDIAN[kind], SPREAD))
    return min(max(wanted, SHORTEST), LONGEST[kind])


def write(
    source: Source, slug: str | None, *, kind: SenderKind, facts: dict[str, str], rng: Random
) -> str:
    """A text in bokmål on this theme, or on the whole where `slug` is None."""
    speaker = kind.value
    others = [each for each in source.themes if each.slug != slug]
    return compose(
        getattr(source.of(slug), speaker),
        tuple(aspect for each in others for aspect in getattr(each, speaker)),
        voice=getattr(source, speaker),
        facts=facts,
        length=length(kind, rng),
        rng=rng,
    )


def write_nynorsk(
    source: Source, slug: str, *, kind: SenderKind, facts: dict[str, str], rng: Random
) -> str:
    is_organisation = kind is SenderKind.ORGANISATION
    relative, he = rng.choice(NYNORSK_RELATIVES)
    aspects = {
        theme: Aspect("", tuple(sentences))
        for theme, sentences in source.nynorsk[kind.value].items()
    }
    return compose(
        (aspects.pop(slug),),
        tuple(aspects.values()),
        voice=Voice(
            openings=tuple(source.nynorsk["openings"][kind.value]),
            transitions=(
                "Det er òg noko anna vi vil peike på." if is_organisation else "Så ein ting til.",
            ),
            closings=("Med venleg helsing {organisasjon}", "Lukke til med arbeidet."),
            has_headings=False,
        ),
        facts=facts | {"slektning": relative, "han": he},
        length=rng.choice(NYNORSK_LENGTHS),
        rng=rng,
    )


def write_no_remarks(source: Source, facts: dict[str, str], rng: Random) -> str:
    return render(rng.choice(source.no_remarks), facts, rng)


def write_for_campaign(campaign: dict, facts: dict[str, str], rng: Random) -> str:
    """The campaign's text with the sender's own first and last words."""
    parts = (rng.choice(campaign["openings"]), campaign["body"], rng.choice(campaign["closings"]))
    return "\n\n".join(render(part, facts, rng) for part in parts if part)
