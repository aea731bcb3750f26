"""Reads the texts that the plan is made from. Prose is kept in TOML, beside the code."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scenarios.plan import PlannedTheme
from scenarios.prose import Aspect, Voice

HERE = Path(__file__).parent


@dataclass(frozen=True)
class ThemeSource:
    """A theme, how often it is answered, and what is said about it.

    The consultation as a whole has no `theme`, but is answered like the others.
    """

    theme: PlannedTheme | None
    weight: int
    tags: tuple[str, ...]
    person: tuple[Aspect, ...]
    organisation: tuple[Aspect, ...]

    @property
    def slug(self) -> str | None:
        return self.theme.slug if self.theme else None


@dataclass(frozen=True)
class Source:
    consultation: dict
    themes: tuple[ThemeSource, ...]  # the consultation as a whole stands last
    person: Voice
    organisation: Voice
    no_remarks: tuple[str, ...]
    nynorsk: dict
    exceptions: dict

    def of(self, slug: str | None) -> ThemeSource:
        return next(each for each in self.themes if each.slug == slug)


def read_toml(name: str) -> dict:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def aspects(table: dict, voice: str) -> tuple[Aspect, ...]:
    return tuple(Aspect(each["heading"], tuple(each[voice])) for each in table["aspects"])


def voice(table: dict, *, has_headings: bool) -> Voice:
    return Voice(
        openings=tuple(table["openings"]),
        transitions=tuple(table["transitions"]),
        closings=tuple(table["closings"]),
        has_headings=has_headings,
    )


def theme_source(table: dict) -> ThemeSource:
    theme = PlannedTheme(
        slug=table["slug"],
        title=table["title"],
        summary=table["summary"],
        introduction=table["introduction"].strip(),
        questions=tuple(table["questions"]),
        tags=tuple(table["tags"]),
        handler=table["handler"],
    )
    return ThemeSource(
        theme=theme,
        weight=table["weight"],
        tags=theme.tags,
        person=aspects(table, "person"),
        organisation=aspects(table, "organisation"),
    )


@cache
def read_source() -> Source:
    voices = read_toml("voices.toml")
    files = sorted(path.name for path in (HERE / "themes").glob("*.toml"))
    themes = [theme_source(read_toml(f"themes/{name}")) for name in files]
    whole = ThemeSource(
        theme=None,
        weight=3,
        tags=tuple(voices["whole"]["tags"]),
        person=aspects(voices["whole"], "person"),
        organisation=aspects(voices["whole"], "organisation"),
    )
    return Source(
        consultation=read_toml("consultation.toml"),
        themes=(*themes, whole),
        person=voice(voices["person"], has_headings=False),
        organisation=voice(voices["organisation"], has_headings=True),
        no_remarks=tuple(voices["organisation"]["no_remarks"]),
        nynorsk=voices["nynorsk"],
        exceptions=read_toml("exceptions.toml"),
    )
