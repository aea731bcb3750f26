"""How long a search takes among few and among many: python tests/bench/bench_search.py [ROWS …]

Fills a scratch database with as many public responses as each ROWS says (1,671 and 167,100
where none is given), straight into the tables, and reads the search page, and the theme
page's list filtered by words, through the whole application. Prints milliseconds, the best
of some, and in the last column the time among the most ÷ among the fewest.
"""
# ruff: noqa: T201

import sys
import time
from importlib import import_module

from django.conf import settings
from django.db import connection
from django.test import Client
from synthetic_journal import database_of_its_own

from accounts.paging import read_page
from consultations.search import matching
from tests import factories

VOCABULARY, TEXTS, LENGTH = 50_000, 20_000, 80  # words, different texts, words in each
TIMES = 15
# How often a word stands in a text falls with its number, as in a language.
SYLLABLES = "ARRAY['ba','do','fa','gi','ho','ku','lo','mu','na','ri','sa','tu','vi','ør','pæ','jy']"
WORD = " || ".join(f"({SYLLABLES})[1 + (number >> {4 * place} & 15)]" for place in range(4))


def main(sizes):
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"  # nothing need be collected
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": plain}}
    nowhere = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.CACHES = settings.CACHES | {"pages": nowhere}  # each page is made anew
    times = {rows: measured(rows) for rows in sizes}
    few, many = min(sizes), max(sizes)
    print(f"{'':<44}" + "".join(f"{rows:>14,}" for rows in sizes) + f"{'ratio':>8}")
    for what in times[few]:
        each = "".join(f"{times[rows][what]:>11.1f} ms" for rows in sizes)
        print(f"{what:<44}{each}{times[many][what] / times[few][what]:>8.2f}")


def measured(rows):
    with database_of_its_own():
        started = time.perf_counter()
        theme = fill(rows)
        print(f"{rows:,} responses filled in {time.perf_counter() - started:.0f} s", flush=True)
        client = Client()
        words = {name: word(number) for name, number in WORDS.items()}
        asked = {
            **words,
            "two that are common": f"{words['in most']} {words['in one of ten']}",
            "common and rare": f"{words['in most']} {words['in one of 10,000']}",
            "a phrase": f'"{words["in most"]} {words["in one of three"]}"',
            "a common one left out": f"{words['in one of ten']} -{words['in one of three']}",
            "nothing found": "finnesikke",
            "nothing asked": "",
        }
        times = {f"search: {what}": page_time(client, query) for what, query in asked.items()}
        for what, query in words.items():
            times[f"theme's list: {what}"] = timed(lambda query=query: filtered(theme, query))
        return times


WORDS = {
    "in most": 0,
    "in one of three": 9,
    "in one of ten": 40,
    "in one of 100": 900,
    "in one of 1,000": 20_000,
    "in one of 10,000": 65_000,
}


def page_time(client, query):
    def read():
        page = client.get("/nb/sok/", {"q": query})
        assert page.status_code == 200

    return timed(read)


def timed(read):
    read()
    times = []
    for _time in range(TIMES):
        started = time.perf_counter()
        read()
        times.append((time.perf_counter() - started) * 1000)
    return min(times)


def filtered(theme, query):
    read_page(matching(theme.responses.public(), query), "-received_at", "-id")


def word(number):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {WORD} FROM (VALUES (%s)) words (number)", [number])
        return cursor.fetchone()[0]


def fill(rows):
    """One consultation whose first theme is answered that often. Returns the theme."""
    response = factories.response_shown_as("published")
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE texts AS SELECT place, string_agg({WORD}, ' ') AS text"
            f" FROM (SELECT place, ({VOCABULARY} * random() ^ 4)::int AS number"
            f" FROM generate_series(0, {TEXTS - 1}) place, generate_series(1, {LENGTH}))"
            " drawn GROUP BY place"
        )
        cursor.execute("CREATE INDEX ON texts (place)")
        cursor.execute("SET session_replication_role = replica")
        copies = f"FROM generate_series(1, {rows - 1}) number"
        copy_of(cursor, response.submission, copies, id="1000 + number")
        copy_of(
            cursor,
            response,
            f"{copies} JOIN texts ON texts.place = number %% {TEXTS}",
            id="1000 + number",
            submission_id="1000 + number",
            text="texts.text",
            received_at="template.received_at + number * interval '1 second'",
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("DROP INDEX consultations_searched_words")
        cursor.execute(import_module("consultations.migrations.0004_search").REFRESH)
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "CREATE INDEX consultations_searched_words ON consultations_searchtext"
            " USING gin (words)"
        )
        cursor.execute("VACUUM ANALYZE")
    return response.theme


def copy_of(cursor, row, source, **changed):
    table = row._meta.db_table
    names = [field.column for field in row._meta.concrete_fields]
    changed |= {name: f"'{name[0]}' || number" for name in ("reference", "token") if name in names}
    values = [changed.get(name, f"template.{name}") for name in names]
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} {source},"
        f" {table} template WHERE template.id = %s",
        [row.pk],
    )


if __name__ == "__main__":
    main([int(rows.replace(",", "")) for rows in sys.argv[1:]] or [1_671, 167_100])
