"""Shows the editors' HTML: cleaned each time it goes out, with headings one can link to."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

import bleach
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.text import slugify

TAGS = {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "blockquote"}
ATTRIBUTES = {"a": ["href"]}
PROTOCOLS = {"http", "https", "mailto"}
HEADING = re.compile(r"<(h[2-4])>(.*?)</\1>", re.DOTALL)
LINKED_HEADING = re.compile(r'<h([23]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
WITHOUT = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})  # as people write them without
FEWEST_HEADINGS = 3  # a table of contents for fewer says nothing


def plain_slug(words):
    """The words as a part of an address, with æ, ø and å as people write them without."""
    return slugify(words.lower().translate(WITHOUT))


@lru_cache(maxsize=512)
def cleaned(html):
    """The HTML with only what is allowed, safe to put in a page.

    A heading gets an id of its words (`avsnitt-fastlegen`), numbered where words are used
    twice.
    """
    seen = {}

    def with_id(heading):
        tag, words = heading.groups()
        anchor = f"avsnitt-{plain_slug(unescape(strip_tags(words)))}".rstrip("-")
        seen[anchor] = seen.get(anchor, 0) + 1
        if seen[anchor] > 1:
            anchor = f"{anchor}-{seen[anchor]}"
        return f'<{tag} id="{anchor}">{words}</{tag}>'

    safe = bleach.clean(html, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True)
    return mark_safe(HEADING.sub(with_id, safe))  # noqa: S308 — bleach has cleaned it


@dataclass(frozen=True)
class Heading:
    level: int
    anchor: str
    words: str


@lru_cache(maxsize=512)
def headings(html):
    """The table of contents: the headings of the second and third level, where there are
    enough of them to need one."""
    found = [
        Heading(int(level), anchor, unescape(strip_tags(words)))
        for level, anchor, words in LINKED_HEADING.findall(cleaned(html))
    ]
    return found if len(found) >= FEWEST_HEADINGS else []
