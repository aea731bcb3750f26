"""Finds consultations, themes and public responses by their words, in either written norm.

What can be found is settled in the database (`SearchText`). Here is what is asked for, and
how the best is found among a million without ranking a million.
"""

import re
from dataclasses import dataclass
from html import unescape

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.functions import Concat, Left

from accounts.paging import COUNTED, KeyPage, cut_page
from accounts.search_words import CONFIGURATION, asked_for
from consultations.models import Consultation, Publication, Response, SearchText, Theme

RESULTS = 20  # on a page
LOOKED_AT = 5 * COUNTED  # where words must stand together
SHOWN_FROM = 20_000  # characters at the beginning of a text, from which a snippet is taken
MARK, UNMARK = "\x02", "\x03"  # around a word that was found; no text that was sent holds them
WITHIN_WORDS = "</?(a|b|em|i|s|strong|sub|sup|u)( [^>]*)?>"  # in PostgreSQL
LEGE = re.compile("([a-zæøå]{3})leg")
AS_WRITTEN = str.maketrans("ǝƎ", "eE")
KEY = re.compile(r"(\d{1,9})_(\d{1,18})")
KINDS = {"horinger": "TK", "temaer": "TT", "svar": "R"}  # in the address; label in the index

# Shelf by shelf: first the consultations and themes, then the newest responses, until there
# are as many as are looked at. The index can not tell whether words stand together, so a
# phrase is looked for among those that hold its words. The hits are ranked, the responses
# below what they are about, by id where equal.
HITS = """
WITH wanted AS (
    SELECT to_tsquery('norwegian', %(words)s) AS query, to_tsquery('norwegian', %(loose)s) AS loose
),
shelf AS (
    SELECT 'T' AS label
    UNION ALL SELECT 'S' || number FROM generate_series(
        (SELECT max(response_id) FROM consultations_searchtext) >> 14, 0, -1
    ) AS number
),
looked_at AS MATERIALIZED (
    SELECT found.* FROM wanted, shelf, LATERAL (
        SELECT id, consultation_id, theme_id, response_id, words
        FROM consultations_searchtext
        WHERE words @@ (wanted.loose && shelf.label::tsquery && %(labels)s::tsquery)
    ) AS found
    WHERE numnode(wanted.loose) > 0
    LIMIT %(most)s + 1
),
hit AS MATERIALIZED (
    SELECT looked_at.*, (ts_rank(words, query, 1)
        * CASE WHEN response_id IS NULL THEN 10000000 ELSE 1000000 END)::bigint AS rank
    FROM looked_at, wanted WHERE words @@ query
)
SELECT id, consultation_id, theme_id, response_id, rank,
    (SELECT count(*) FROM hit) AS total,
    (SELECT count(*) > %(most)s FROM looked_at) AS more
FROM hit
WHERE (rank, id) < (%(rank)s, %(id)s)
ORDER BY rank DESC, id DESC
LIMIT %(size)s + 1
"""


@dataclass(frozen=True)
class Found:
    """A page of what was found, and how much: where there is `more`, not all was looked at."""

    page: KeyPage
    total: int
    more: bool


def matching(responses, query):
    """Those of `responses` that are public and hold what is asked for; all where nothing is."""
    words = as_searched(asked_for(query))
    return responses.filter(search_text__words=_wanted(words)) if words else responses


def find(query, *, kind="", authority=None, consultation=None, after=""):
    """The best of what holds all that is asked for, each with its `thing` and `snippet`.

    Of more than `COUNTED` hits those on the first shelves are ranked: the consultations,
    the themes and the newest responses. None where nothing is asked for.
    """
    words = as_searched(asked_for(query))
    if not words:
        return None
    loose = as_searched(asked_for(query, together=False))
    labels = [KINDS.get(kind, "T | R")]
    if authority:
        labels.append(f"A{authority.pk}")
    if consultation:
        labels.append(f"K{consultation.pk}")
    key = KEY.fullmatch(after)
    rank, last = key.groups() if key else (10**9, 0)
    values = {
        "words": words,
        "loose": loose,
        "labels": " & ".join(f"({label})" for label in labels),
        "most": COUNTED if loose == words else LOOKED_AT,
        "rank": int(rank),
        "id": int(last),
        "size": RESULTS,
    }
    hits = list(SearchText.objects.defer("words").raw(HITS, values))
    total, more = (hits[0].total, hits[0].more) if hits else (0, False)
    page = cut_page(hits, "rank", "id", size=RESULTS)
    page = KeyPage(_with_things(page.rows, words), page.next)
    return Found(page, min(total, COUNTED), more or total > COUNTED)


def as_searched(words):
    """What is asked for, as it is indexed: the stemmer takes "leg" for an ending, and makes
    "fast" of "fastlege". Texts go through the same in the database, by migration 0009."""
    return LEGE.sub(r"\1lǝg", words)


def as_written(text):
    """A text that was marked in the database, with the letters that were written."""
    return text.translate(AS_WRITTEN)


def _wanted(words):
    return SearchQuery(words, config=CONFIGURATION, search_type="raw")


def _with_things(hits, words):
    """The hits with what was found, and where its words stand in the public text."""
    consultations = (
        Consultation.objects.public()
        .select_related("authority")
        .annotate(snippet=_snippet(_joined("summary", "purpose"), words))
        .in_bulk([hit.consultation_id for hit in hits if not hit.theme_id])
    )
    themes = (
        Theme.objects.select_related("consultation__authority")
        .annotate(snippet=_snippet(_joined(_untagged("text"), "questions"), words))
        .in_bulk([hit.theme_id for hit in hits if not hit.response_id])
    )
    public_text = Case(
        When(publication=Publication.PUBLISHED, then=F("text")),
        default=F("redacted_text"),
        output_field=TextField(),
    )
    responses = (
        Response.objects.public()
        .select_related("submission", "theme", "consultation")
        .defer("text", "redacted_text", "consultation__letter")
        .annotate(snippet=_snippet(public_text, words))
        .in_bulk([hit.response_id for hit in hits if hit.response_id])
    )
    for hit in hits:
        if hit.response_id:
            hit.thing = responses.get(hit.response_id)
        elif hit.theme_id:
            hit.thing = themes.get(hit.theme_id)
            if hit.thing:
                hit.thing.snippet = unescape(hit.thing.snippet)
        else:
            hit.thing = consultations.get(hit.consultation_id)
        if hit.thing:
            hit.thing.snippet = as_written(hit.thing.snippet)
    return [hit for hit in hits if hit.thing]


def _snippet(text, words):
    return SearchHeadline(
        Func(Left(text, SHOWN_FROM), function="consultations_as_searched"),
        _wanted(words),
        config=CONFIGURATION,
        start_sel=MARK,
        stop_sel=UNMARK,
        max_fragments=2,
        max_words=30,
        min_words=12,
        fragment_delimiter=" … ",
    )


def _joined(*texts):
    return Concat(texts[0], Value(" "), texts[1], output_field=TextField())


def _untagged(name):
    """What stands in different paragraphs is parted, what is only emphasised or linked is not."""
    return _replaced(_replaced(F(name), WITHIN_WORDS, ""), "<[^>]*>", " ")


def _replaced(text, pattern, by):
    return Func(
        text,
        Value(pattern),
        Value(by),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
