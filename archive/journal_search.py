"""Finds entries of a journal, newest first, however many there are.

What can be found is settled in the database (`JournalWords`). A search begins at the newest
shelf of 4096 entries and goes on until the page is full, so it costs as much among a million as
among a thousand. Positions follow the journal's days, for both are given under one lock; where a
clock was once set back, the shelves to look on may be chosen too wide, never the entries.

The public journal finds a private person's name only in the first year after journaling, and
never what it masks: nothing of that is in what it looks through.
"""

from dataclasses import dataclass, field
from datetime import date
from hashlib import md5

from django.db import connection
from django.utils import timezone

from accounts.models import Authority
from accounts.paging import COUNTED, PAGE_SIZE, KeyPage
from accounts.search_words import asked_for
from archive.models import CaseFile, JournalEntry
from archive.public_journal import AMONG, BESIDE, names_are_found_after
from archive.vocabulary import EntryKind, EntryStatus

EVERYTHING = 1 << 62  # beyond every position

# What may be asked of a state, in the running journal only: name → condition.
STATES = {
    "status": "state.status = %(status)s",
    "case_handler": "state.case_handler = %(case_handler)s",
    "is_unassessed": f"state.assessed_on IS NULL AND state.status <> '{EntryStatus.OBSOLETE}'",
    "is_open": f"state.written_off_on IS NULL AND state.status <> '{EntryStatus.OBSOLETE}'",
}


@dataclass(frozen=True)
class Asked:
    """What is asked for of one authority's journal; `is_inside`: of the running one, where
    nothing is masked and `states` may be asked for."""

    authority: Authority
    text: str = ""
    party: str = ""
    case_file: CaseFile | None = None
    theme: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    is_inside: bool = False
    states: dict = field(default_factory=dict)

    @property
    def is_narrow(self):
        """Whether anything is asked for at all."""
        asked = (self.text, self.party, self.case_file, self.theme, self.kind, self.states)
        return any(asked) or bool(self.since or self.until)


def read_entries(asked, *, after="", size=PAGE_SIZE):
    """The entries on the page that begins after the key, with what is told of them."""
    is_ours = after.isascii() and after.isdecimal() and len(after) < 19
    before = int(after) if is_ours else EVERYTHING
    found = _ask(asked, PAGE, before=before, size=size + 1)
    more = len(found) > size
    entries = (
        JournalEntry.objects.filter(pk__in=[pk for pk, _position in found[:size]])
        .select_related(*BESIDE)
        .prefetch_related(*AMONG)
    )
    rows = sorted(entries, key=lambda entry: -entry.position)
    return KeyPage(rows, str(found[size - 1][1]) if more else "")


def count_entries(asked):
    """How many entries, and whether there are more than is counted."""
    ((counted,),) = _ask(asked, COUNT, size=COUNTED + 1) or [(0,)]
    return min(counted, COUNTED), counted > COUNTED


def version_of(asked):
    """What changes when anything does that is asked for: for the ETag of what is too long to be
    made before it is known. Reads all of it, but nothing beside it."""
    return _ask(asked, VERSION)


# Each takes `hits` in the order of its shelves.
PAGE = "SELECT entry_id, position FROM ({hits} LIMIT %(size)s) hit ORDER BY position DESC"
COUNT = "SELECT count(*) FROM (SELECT 1 FROM ({hits}) hit LIMIT %(size)s) counted"
VERSION = """
SELECT count(*), sum(hashint8extended(copy.position, copy.xmin::text::bigint))
FROM ({hits}) hit JOIN archive_journalwords copy USING (entry_id)
"""

# A day on which nothing was journaled ends before it begins. Where a clock was set back between
# the two days, all is looked through.
SPAN = """
WITH day AS MATERIALIZED (
    SELECT {first} AS first, {last} AS last,
        (SELECT count FROM archive_journal WHERE authority_id = %(authority)s) AS newest
),
span AS MATERIALIZED (
    SELECT CASE WHEN first IS NULL OR last IS NULL THEN {nowhere}
            WHEN first > last THEN 1 ELSE first END AS lowest,
        least(CASE WHEN first > last THEN newest ELSE last END, %(before)s - 1, newest) AS highest
    FROM day
)
"""
DAY = """
(SELECT position FROM archive_journalwords
    WHERE authority_id = %(authority)s AND journaled_on {compared}
    ORDER BY journaled_on {order}, position {order} LIMIT 1)
"""
WANTED = """
, wanted AS MATERIALIZED (
    SELECT {young} AS young, {old} AS old, {says_something} AS says_something
)
"""
# Only the index of the words may be gone through on a shelf: one that is ordered by position
# promises the newest hits without sorting, and finds those of a rare word at the end. So the
# position is hidden from it, and the authority is asked for as a label.
HITS_ON_SHELVES = """
SELECT found.entry_id, found.position FROM span, wanted,
    generate_series(span.highest >> 12, span.lowest >> 12, -1) AS number,
    LATERAL (SELECT ('S' || number)::tsquery AS label) shelf,
    LATERAL (
        SELECT copy.entry_id, copy.position FROM archive_journalwords copy {joined}
        WHERE {matches} AND copy.position + 0 BETWEEN span.lowest AND span.highest {conditions}
        ORDER BY copy.position + 0 {newest_first}
    ) found
WHERE wanted.says_something
"""
HITS = """
SELECT found.entry_id, found.position FROM span, LATERAL (
    SELECT copy.entry_id, copy.position FROM archive_journalwords copy {joined}
    WHERE copy.authority_id = %(authority)s
        AND copy.position BETWEEN span.lowest AND span.highest {conditions}
    ORDER BY copy.position {newest_first}
) found
"""


def _ask(asked, what, *, before=EVERYTHING, size=None):
    """The rows of one statement; none where what is typed says nothing."""
    texts, labels = _texts(asked), _labels(asked)
    if texts is None:
        return []
    values = asked.states | texts
    values |= {
        "authority": asked.authority.pk,
        "labels": " & ".join(labels),
        "since": asked.since,
        "until": asked.until,
        "before": before,
        "size": size,
        "names_after": names_are_found_after(timezone.localdate()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_span(asked) + _statement(asked, what, texts, labels), values)
        return cursor.fetchall()


def _span(asked):
    return SPAN.format(
        first=DAY.format(compared=">= %(since)s", order="ASC") if asked.since else 1,
        last=DAY.format(compared="<= %(until)s", order="DESC") if asked.until else EVERYTHING,
        nowhere=EVERYTHING,
    )


def _statement(asked, what, texts, labels):
    """What follows the span: on the shelves where anything stands in the index."""
    pieces = {
        "joined": _joined(asked),
        "conditions": _days(asked),
        "newest_first": "DESC LIMIT %(size)s" if what is PAGE else "DESC",
    }
    if not texts and len(labels) == 1:
        return what.format(hits=HITS.format(**pieces))
    says_something = [f"numnode(to_tsquery('norwegian', %({name})s)) > 0" for name in texts]
    return WANTED.format(
        young=_query(texts, ""),
        old=_query(texts, "old_"),
        says_something=" AND ".join(says_something) or "true",
    ) + what.format(hits=HITS_ON_SHELVES.format(matches=_matches(asked, texts), **pieces))


def _texts(asked):
    """What is typed, as tsqueries by name; None where something is typed that says nothing.

    `old_…` is what is looked for among entries that are older than names may be found.
    """
    weights = {"text": ("", "ABC"), "party": ("CD", "C")}
    texts = {}
    for name, (young, old) in weights.items():
        typed = getattr(asked, name)
        if typed:
            texts[name] = asked_for(typed, weights=young)
            texts[f"old_{name}"] = asked_for(typed, weights=old)
            if not texts[name]:
                return None
    return texts


def _labels(asked):
    labels = [f"A{asked.authority.pk}"]
    if asked.case_file:
        labels.append(f"C{asked.case_file.pk}")
    if asked.kind:
        labels.append(label("K", asked.kind))
    if asked.theme:
        labels.append(label("T", asked.theme))
    if "is_open" in asked.states:
        labels.append(label("K", EntryKind.INCOMING))  # nothing else is written off
    return labels


def label(letter, text):
    """As the view writes it: a digest, for any text may stand in it."""
    return letter + md5(text.encode(), usedforsecurity=False).hexdigest()


def _query(texts, age):
    asked = [name for name in ("text", "party") if name in texts]
    return " && ".join(
        [f"to_tsquery('norwegian', %({age}{name})s)" for name in asked] + ["%(labels)s::tsquery"]
    )


def _matches(asked, texts):
    if asked.is_inside:
        return "copy.inside @@ (wanted.young && shelf.label)"
    if not texts:
        return "copy.words @@ (wanted.young && shelf.label)"
    return (
        "((copy.words @@ (wanted.young && shelf.label) AND copy.journaled_on > %(names_after)s)"
        " OR (copy.words @@ (wanted.old && shelf.label) AND copy.journaled_on <= %(names_after)s))"
    )


def _joined(asked):
    if not asked.states:
        return ""
    conditions = " AND ".join(STATES[name] for name in asked.states)
    return f"JOIN archive_entrystate state ON state.entry_id = copy.entry_id AND {conditions}"


def _days(asked):
    since = "AND copy.journaled_on >= %(since)s" if asked.since else ""
    return f"{since} AND copy.journaled_on <= %(until)s" if asked.until else since
