"""How many entries a second are verified? `python tests/bench/bench_chain.py [entries]`."""

import resource
import sys
import time

from synthetic_journal import database_of_its_own, journal_of

from archive.verify import verify_chain

if __name__ == "__main__":
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with database_of_its_own():
        authority = journal_of(entries)
        started = time.perf_counter()
        breaches = sum(1 for _ in verify_chain(authority))
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{entries} entries with a party and a document each verified in {seconds:.1f} s: "
        f"{entries / seconds:.0f} entries/s, {breaches} breaches, peak memory {peak} MB"
    )
