"""How many entries a second are verified, and put into a checkpoint?
`python tests/bench/bench_chain.py [entries]`."""
# ruff: noqa: T201

import resource
import sys
import time
from io import StringIO

from django.core.management import call_command
from synthetic_journal import database_of_its_own, journal_of

from archive.actions import make_checkpoint
from archive.moment import one_moment
from archive.proofs import proofs_of
from archive.verify import verify_entries


def measure(what, check, entries):
    started, used = time.perf_counter(), time.process_time()
    breaches = sum(1 for _ in check())
    seconds, used = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{what}: {entries / seconds:.0f} entries/s ({entries / used:.0f} per second of "
        f"processor), {breaches} breaches, peak memory {peak} MB"
    )


def _checkpoints(authority):
    """What is counted are breaches: there are none."""
    while make_checkpoint(authority):
        pass
    return []


def _proof(entry):
    return [] if proofs_of([entry]) else ["the first entry has no proof"]


def _breaches_told():
    """By the command, with the parties, the documents and the checkpoints."""
    told = StringIO()
    call_command("verify_journal", stdout=told, stderr=StringIO())
    return told.getvalue().splitlines()


if __name__ == "__main__":
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with database_of_its_own():
        authority = journal_of(entries)
        with one_moment():
            measure("The chain alone", lambda: verify_entries(authority), entries)
        measure("Checkpoints of them all", lambda: _checkpoints(authority), entries)
        first = authority.entries.get(position=1)
        measure("The proof of one", lambda: _proof(first), authority.checkpoints.last().last)
        measure("verify_journal", _breaches_told, entries)
