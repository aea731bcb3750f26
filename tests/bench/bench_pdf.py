"""How many PDF/A a second, and does memory stay flat?

Run it as `python tests/bench/bench_pdf.py [documents]`.
"""

import random
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from archive.pdf import Page, render_pdf

PROSE = (
    "helsetjenesten kommunen pasienten skal fastlegen vi mener at og i på som ikke må få "
    "ansvar for tilbudet nærmere sykehuset samhandling forebygging rehabilitering"
)


def response(number):
    """A response of about 1,500 characters, unlike every other."""
    choose = random.Random(number)
    paragraphs = (
        " ".join(choose.choices(PROSE.split(), k=52)).capitalize() + "." for _ in range(4)
    )
    return Page(
        title="Høringssvar: Fremtidens helsetjeneste",
        language="nb",
        created_at=datetime(2010, 10, 18, tzinfo=UTC) + timedelta(minutes=number),
        facts=(
            ("Fra", f"Kari Nordmann {number}"),
            ("Tema", "Tidlig innsats og forebygging"),
            ("Mottatt", "18. oktober 2010 kl. 09.00"),
            ("Referanse", f"2010-{number}"),
        ),
        body="\n\n".join(paragraphs),
        footer=f"Helse- og omsorgsdepartementet · 2010-{number}",
    )


def measure(threads, numbers):
    started, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        size = sum(
            len(pdf) for pdf in pool.map(lambda number: render_pdf(response(number)), numbers)
        )
    seconds, used = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(  # noqa: T201
        f"{threads} thread(s): {len(numbers) / seconds:.0f} documents/s "
        f"({len(numbers) / used:.0f} per second of processor), "
        f"{size // len(numbers)} bytes each, peak memory {peak} MB"
    )


if __name__ == "__main__":
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    render_pdf(response(0))
    measure(1, range(documents))
    measure(2, range(documents, 2 * documents))
    measure(1, range(2 * documents, 3 * documents))
