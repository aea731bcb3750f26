"""Prints what is archived: a page of text becomes a tagged PDF/A-2a.

The caller says what stands on the page, this file how it becomes a document that
can be read in a hundred years: fonts embedded, structure tagged, nothing that
depends on the machine or the hour. The same page always gives the same bytes, so
its digest can be checked by printing it again with the same version of typst.

Text is data all the way: it reaches the template as JSON and is never read as code.

The compiler works outside Python's lock, so two threads print twice as fast; but its own
threads do not live through a fork. A process that has printed must not fork children
that print too: they would wait for ever.
"""

import json
import re
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typst

TEMPLATE = Path(__file__).parent / "typst" / "page.typ"

PAGE_NUMBER = {
    "nb": "Side {page} av {pages}",
    "nn": "Side {page} av {pages}",
    "en": "Page {page} of {pages}",
}
CODES_NOTE = {
    "nb": "Tegn som ikke kan gjengis, er skrevet som sin Unicode-kode, slik: ⟨U+0000⟩.",
    "nn": "Teikn som ikkje kan attgjevast, er skrivne som Unicode-koden sin, slik: ⟨U+0000⟩.",
    "en": "Characters that cannot be shown are written as their Unicode code, like ⟨U+0000⟩.",
}

WHITESPACE = str.maketrans(
    {"\t": "    ", "\ufeff": None, "\f": "\n\n", "\u2029": "\n\n"}
    | dict.fromkeys("\r\v\x85\u2028", "\n")
)
BLANK_LINE = re.compile(r"\n(?: *\n)+")
STRIP = re.compile(r".{1,4000}(?:\n|\Z)|.{1,4000} |.{1,4000}", re.DOTALL)
LONG_WORD = re.compile(r"\S{41,}")
UNSHOWABLE = re.compile(r'(?:text|codepoint) `"((?:[^"\\]|\\.)+)"`')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\?(.)")

_fonts = typst.Fonts(include_system_fonts=False, font_paths=[TEMPLATE.parent / "fonts"])
_per_thread = threading.local()


class DocumentNotRendered(Exception):
    """The page could not be made into a PDF/A; the message says why."""


@dataclass(frozen=True)
class Page:
    """What one archived document says.

    Plain text throughout. In `body` and the texts of `sections` a blank line begins a
    new paragraph; line breaks are kept there and in the values of `facts`. `language` is
    nb, nn or en; `created_at` must know its time zone. `table` is for templates that have one:
    its headings, then its rows.
    """

    title: str
    language: str
    created_at: datetime
    facts: tuple[tuple[str, str], ...] = ()
    body: str = ""
    sections: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    table: tuple[tuple[str, ...], ...] = ()


def render_pdf(page, template=TEMPLATE):
    """Return `page` as a PDF/A-2a, laid out by the template. Raises DocumentNotRendered.

    A character that no font here can show is written as its code, ⟨U+4E2D⟩, and a note
    says so, since PDF/A forbids the empty box that would otherwise stand there. Which
    characters those are is what the compiler complains of. Combining marks go first: an
    unknown mark drags the good letter it stands on with it. Before giving up, everything
    beyond plain Latin becomes codes.
    """
    unshowable = frozenset()
    for rounds_left in reversed(range(6)):
        try:
            return _compile(page, unshowable, template)
        except BaseException as error:
            complaint = _complaint(error, page) - unshowable
            if not (complaint and rounds_left):
                raise DocumentNotRendered(f"{page.title!r} became no PDF/A: {error}") from error
            marks = frozenset(filter(_joins_the_one_before, complaint))
            unshowable |= marks or complaint
            if rounds_left == 1:
                unshowable |= complaint | _beyond_latin(page)


def _compile(page, unshowable, template=TEMPLATE):
    codes = {ord(character): f"⟨U+{ord(character):04X}⟩" for character in unshowable}

    def shown(text):
        return text.replace("\r\n", "\n").translate(codes | WHITESPACE)

    def line(text):
        return " ".join(shown(text).split())

    document = {
        "title": line(page.title),
        "heading": _pieces(line(page.title)),
        "language": page.language,
        "facts": [
            (_pieces(line(label)), _pieces(shown(value).strip())) for label, value in page.facts
        ],
        "body": _paragraphs(shown(page.body)),
        "sections": [
            (_pieces(line(heading)), _paragraphs(shown(text))) for heading, text in page.sections
        ],
        "footer": _pieces(line(page.footer)),
        "table": [[_pieces(shown(cell).strip()) for cell in row] for row in page.table],
        "page_number": PAGE_NUMBER[page.language],
        "note": CODES_NOTE[page.language] if unshowable else "",
    }
    return _compiler(template).compile(
        format="pdf",
        pdf_standards="a-2a",
        sys_inputs={"page": json.dumps(document)},
        timestamp=int(page.created_at.timestamp()),
    )


def _compiler(template):
    """One compiler a thread and template: it is quick because it remembers, and only one
    thread may use it."""
    compilers = _per_thread.__dict__
    if template not in compilers:
        compilers[template] = typst.Compiler(template, font_paths=_fonts)
    return compilers[template]


def _paragraphs(text):
    """Each paragraph is the strips it is set in, each strip its pieces; see the template."""
    return [
        [_pieces(strip.rstrip("\n")) for strip in STRIP.findall(paragraph)]
        for paragraph in BLANK_LINE.split(text)
        if paragraph.strip()
    ]


def _pieces(text):
    """Cut words too long for a line into pieces, never between a letter and its mark."""
    pieces, end = [], 0
    for word in LONG_WORD.finditer(text):
        for cut in range(word.start(), word.end()):
            length = cut - end
            may_break = length >= 16 or (length >= 8 and text[cut - 1] in "/-_.,?&=")
            if may_break and not _joins_the_one_before(text[cut]):
                pieces.append(text[end:cut])
                end = cut
    return [*pieces, text[end:]]


def _joins_the_one_before(character):
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf", "Sk"}


def _complaint(error, page):
    """The characters that the compiler could not take. Raises what is not its error.

    Some mixtures of marks and scripts make the compiler itself break off, which Python
    sees as no ordinary exception and which names no character: then it may be any.
    """
    if isinstance(error, typst.TypstError):
        return frozenset(
            chr(int(code, 16)) if code else character
            for text in UNSHOWABLE.findall(error.diagnostic)
            for code, character in ESCAPED.findall(text)
        )
    if type(error).__name__ == "PanicException":
        _per_thread.__dict__.clear()
        return _beyond_latin(page)
    raise error


def _beyond_latin(page):
    texts = [page.title, page.body, page.footer, *sum(page.facts + page.sections + page.table, ())]
    return frozenset(character for character in "".join(texts) if character > "\u024f")
