"""How texts are put together from sentences with choices and slots.

In a template `[a|b]` is a choice and `{kommune}` a slot. A slot is filled from
the facts about the writer, the same all through a text, or else from FIGURES,
drawn anew each time. An aspect is one side of a matter: a paragraph's sentences
in the order they must keep, the first of which opens it.
"""

import re
from dataclasses import dataclass
from random import Random

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")
KEEP_SENTENCE = 0.8
TURN = 0.75  # how often a new matter is led in by a transition
HEADINGS_FROM = 2600  # characters: organisations put headings in texts longer than this

FIGURES = {
    "få": ("to", "tre", "fire", "fem", "seks"),
    "mange": ("åtte", "ti", "elleve", "tolv", "fjorten", "femten", "tjue"),
    "uker": ("to uker", "tre uker", "fem uker", "seks uker", "ni uker", "elleve uker"),
    "måneder": ("tre måneder", "fire måneder", "et halvt år", "åtte måneder", "nesten et år"),
    "år": ("to år", "tre år", "fire år", "seks år", "åtte år", "ti år", "over tjue år"),
    "avstand": ("fem mil", "åtte mil", "tolv mil", "halvannen time med bil", "en time og en ferge"),
    "andel": ("en av fire", "en av tre", "en tredel", "nesten halvparten", "to av fem"),
    "ukedag": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag"),
    "årstid": ("i fjor vår", "i sommer", "i fjor høst", "sist vinter", "like før jul"),
}


@dataclass(frozen=True, slots=True)
class Aspect:
    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """How somebody begins, passes on to another matter, and ends.

    What follows a transition that ends with a colon is somebody else's words, and
    is put in quotation marks.
    """

    openings: tuple[str, ...]
    transitions: tuple[str, ...]
    closings: tuple[str, ...]
    has_headings: bool


def render(template: str, facts: dict[str, str], rng: Random) -> str:
    chosen = CHOICE.sub(lambda match: rng.choice(match[1].split("|")), template)
    filled = SLOT.sub(lambda match: facts.get(match[1]) or rng.choice(FIGURES[match[1]]), chosen)
    return filled[0].upper() + filled[1:]


def shuffled(things, rng: Random) -> list:
    copy = list(things)
    rng.shuffle(copy)
    return copy


class _Writing:
    """A text in the making: paragraphs, and how long they are together."""

    def __init__(self, facts: dict[str, str], rng: Random):
        self.facts, self.rng = facts, rng
        self.paragraphs: list[list[str]] = []
        self.length = 0

    def begin_paragraph(self, template: str | None = None):
        self.paragraphs.append([])
        if template:
            self.add(template)

    def add(self, template: str):
        sentence = render(template, self.facts, self.rng)
        self.paragraphs[-1].append(sentence)
        self.length += len(sentence) + 1

    @property
    def text(self) -> str:
        return "\n\n".join(_joined(paragraph) for paragraph in self.paragraphs if paragraph)


def _joined(sentences: list[str]) -> str:
    first, *rest = sentences
    if first.endswith(":") and rest:
        return f"{first} «{' '.join(rest).replace('«', '‘').replace('»', '’')}»"
    return " ".join(sentences)


def compose(
    own: tuple[Aspect, ...],
    others: tuple[Aspect, ...],
    *,
    voice: Voice,
    facts: dict[str, str],
    length: int,
    rng: Random,
) -> str:
    """A text of about `length` characters on the writer's own matter.

    Only a text too long for its own matter goes on to what is near it. No
    sentence is used twice in a text.
    """
    writing = _Writing(facts, rng)
    closing = rng.choice(voice.closings) if length > 500 else None
    goal = length - (len(closing) if closing else 0) - 40
    writing.begin_paragraph(rng.choice(voice.openings) if length > 220 else None)
    aspects = shuffled(own, rng) + shuffled(others, rng)
    for number, aspect in enumerate(aspects):
        if writing.length >= goal and number:
            break
        if voice.has_headings and length > HEADINGS_FROM:
            writing.begin_paragraph(aspect.heading)
            writing.begin_paragraph()
        elif number:
            writing.begin_paragraph(rng.choice(voice.transitions) if rng.random() < TURN else None)
        _write_aspect(writing, aspect, goal)
    if closing:
        writing.begin_paragraph(closing)
    return writing.text


def _write_aspect(writing: _Writing, aspect: Aspect, goal: int):
    for place, sentence in enumerate(aspect.sentences):
        if place and writing.length >= goal:
            return
        if place == 0 or writing.rng.random() < KEEP_SENTENCE:
            writing.add(sentence)
