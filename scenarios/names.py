"""Invented people, places and organisations.

The places are names that no Norwegian municipality has or had in 2010; all
organisations but a few are named after one of them, so that no real body is given
words it never said. Surnames are put together from parts. E-mail addresses are
in `.example`, which nobody can register.
"""

import tomllib
from pathlib import Path
from random import Random

from scenarios.numbers import organisation_number
from scenarios.plan import OrganisationKind, PlannedSender, SenderKind

NAMES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
PLACES = tuple(NAMES["places"])
ASCII = str.maketrans({"æ": "ae", "ø": "o", "å": "aa", " ": "-", "–": "", ",": ""})


def ascii_slug(name: str) -> str:
    return name.lower().translate(ASCII)


def person_name(rng: Random) -> str:
    first = rng.choice(NAMES[rng.choice(("women", "men"))])
    return f"{first} {rng.choice(NAMES['surname_starts'])}{rng.choice(NAMES['surname_ends'])}"


def other_names(count: int, *, taken: set[str], rng: Random) -> list[str]:
    """That many names of people, none of them in `taken`, which grows with them."""
    names = []
    while len(names) < count:
        name = person_name(rng)
        if name not in taken:
            taken.add(name)
            names.append(name)
    return names


def people(names: list[str], *, key: str, rng: Random) -> list[PlannedSender]:
    return [
        PlannedSender(
            key=f"{key}-{number:03}",
            kind=SenderKind.PERSON,
            name=name,
            email=f"{ascii_slug(name).replace('-', '.')}@post.example",
            has_account=rng.random() < 0.3,
        )
        for number, name in enumerate(names, start=1)
    ]


def organisation_names(rng: Random) -> list[tuple[str, OrganisationKind]]:
    """Every organisation there is a name for, in an order that mixes the kinds."""
    kinds = (
        (NAMES["public_bodies"], OrganisationKind.PUBLIC_BODY),
        (NAMES["associations"], OrganisationKind.NGO),
        (NAMES["businesses"], OrganisationKind.BUSINESS),
    )
    names = [(name, OrganisationKind.NGO) for name in NAMES["national_associations"]]
    for place in PLACES:
        names.append((f"{place} kommune", OrganisationKind.PUBLIC_BODY))
        for templates, kind in kinds:
            names.append((rng.choice(templates).format(place=place), kind))
    names = list(dict.fromkeys(names))
    rng.shuffle(names)
    return names


def organisations(
    names: list[tuple[str, OrganisationKind]], *, key: str, contacts: list[str], rng: Random
) -> list[PlannedSender]:
    """Senders who answer for these; associations often have no organisation number."""
    return [
        PlannedSender(
            key=f"{key}-{number:03}",
            kind=SenderKind.ORGANISATION,
            name=name,
            email=f"post@{ascii_slug(name)}.example",
            contact_name=contact,
            organisation_kind=kind,
            organisation_number=(
                ""
                if kind is OrganisationKind.NGO and rng.random() < 0.4
                else organisation_number(f"{key}-{number:03}")
            ),
            has_account=rng.random() < 0.4,
        )
        for number, ((name, kind), contact) in enumerate(zip(names, contacts, strict=True), start=1)
    ]
