"""How long the journals' pages take among few and among many entries:
python tests/bench/bench_journal.py [ENTRIES …]

Fills a scratch database with journals as long as each ENTRIES says (1,671 and 167,100 where none
is given), half of it in either of two cases and every tenth entry older than a year, and reads
the public and the running journal through the whole application. Prints milliseconds, the best
of some, and in the last column the time among the most ÷ among the fewest. Last, how many
entries a second the files and the form for eInnsyn are written with.
"""
# ruff: noqa: T201

import sys
import time
from datetime import timedelta

import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from synthetic_journal import database_of_its_own, journal_of

from accounts.roles import Role
from archive.einnsyn import json_of
from archive.journal_files import csv_of
from archive.journal_search import Asked
from tests import factories

TIMES = 10
PUBLIC = {
    "newest": "",
    "a page in the middle": "?etter={middle}",
    "in all entries": "?sok=høringssvar",
    "in all, a page in the middle": "?sok=høringssvar&etter={middle}",
    "one person": "?sok={one}",
    "in all, and one person": "?sok=høringssvar+{one}",
    "nobody": "?sok=finnesikke",
    "all, without all": "?sok=høringssvar+-nordmann",
    "party": "?part=nordmann",
    "case": "?sak=2026/1",
    "case, and one person of the other": "?sak=2026/1&sok={one}",
    "words of one case, in the other": "?sak=2026/1&sok=%22forslag+1%22",
    "theme and kind": "?tema=Tidlig+innsats+og+forebygging&type=Inngående+dokument",
    "one day": "?fra={day}&til={day}",
}
RUNNING = {
    "newest": "",
    "one person": "?sok={one}",
    "obsolete, of which there is none": "?status=Utgår",
    "not written off, of which there is none": "?restanse=ja",
    "not assessed": "?uvurdert=ja&sok=høringssvar",
    "a case handler who has none": "?saksbehandler=Ingen",
}


def main(sizes):
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"  # nothing need be collected
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": plain}}
    times = {size: measured(size) for size in sizes}
    few, many = min(sizes), max(sizes)
    print(f"{'':<52}" + "".join(f"{size:>14,}" for size in sizes) + f"{'ratio':>8}")
    for what in times[few]:
        each = "".join(f"{times[size][what]:>11.1f} ms" for size in sizes)
        print(f"{what:<52}{each}{times[many][what] / times[few][what]:>8.2f}")


def measured(entries):
    with database_of_its_own():
        started = time.perf_counter()
        at = journal_of(entries, case_files=2)
        print(f"{entries:,} entries filled in {time.perf_counter() - started:.0f} s", flush=True)
        entry = at.entries.get(position=entries // 3)
        values = {"one": entry.position, "middle": entries // 2, "day": entry.journaled_on}
        archivist = factories.official(at, Role.ARCHIVIST)
        clients = {"public": Client(), "running": Client()}
        clients["running"].force_login(archivist)
        places = {"public": "/nb/journal/prove/", "running": "/nb/arkiv/prove/journal/"}
        times = {}
        for journal, asked in (("public", PUBLIC), ("running", RUNNING)):
            for what, query in asked.items():
                address = places[journal] + query.format(**values)
                times[f"{journal}: {what}"] = page_time(clients[journal], address)
        with time_machine.travel(timezone.now() + timedelta(days=500)):
            address = places["public"] + PUBLIC["party"]
            times["public: party, when no name is found"] = page_time(clients["public"], address)
        most = min(entries, 20_000)
        for name, made in (("CSV", csv_of(Asked(at))), ("eInnsyn", json_of(at))):
            print(f"  {name}: {rate(made, most):,.0f} entries/s")
        return times


def rate(pieces, most):
    """Lines a second, of the first so many."""
    started, lines = time.perf_counter(), 0
    for piece in pieces:
        lines += piece.count("\n")
        if lines >= most:
            break
    return lines / (time.perf_counter() - started)


def page_time(client, address):
    def read():
        page = client.get(address)
        assert page.status_code == 200, address

    read()
    times = []
    for _time in range(TIMES):
        started = time.perf_counter()
        read()
        times.append((time.perf_counter() - started) * 1000)
    return min(times)


if __name__ == "__main__":
    main([int(size.replace(",", "")) for size in sys.argv[1:]] or [1_671, 167_100])
