"""How many responses a second come in? `python tests/bench/bench_intake.py [responses]`.

One worker, batches as the sweep takes them. What is submitted is screened, accepted,
journaled and assigned twice: once with the printing of the archive's documents, on two
processors, and once where these are prepared already.
"""
# ruff: noqa: T201

import random
import sys
import time

from synthetic_journal import database_of_its_own

from archive.actions import prepare_all
from archive.models import JournalEntry
from casework.models import Assignment
from consultations.actions import save_draft, submit
from consultations.models import Response
from moderation.actions.screening import parts_of
from moderation.tasks import BATCH, screen_outstanding
from tests import factories

SYLLABLES = ["ba", "do", "fa", "gi", "ho", "ke", "lo", "mu", "ne", "ri", "sa", "te", "vi", "ør"]
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]


def measure(what, press, count):
    started, used = time.perf_counter(), time.process_time()
    press()
    seconds, used = time.perf_counter() - started, time.process_time() - used
    print(
        f"{what:<50} {count / seconds:>7,.0f} /s"
        f" {1000 * seconds / count:>6.2f} ms {1000 * used / count:>6.2f} ms of Python's CPU"
    )


def send(consultation, themes, count, rng):
    for number in range(count):
        text = " ".join(rng.choices(WORDS, k=220))  # some 1,500 characters
        draft = save_draft(
            consultation,
            texts={rng.choice(themes).pk: text},
            **factories.named(f"Person {number}"),
        )
        submit(draft, registered_by=None)


def prepare():
    waiting = list(
        Response.objects.awaiting_acceptance().select_related("consultation", "theme", "submission")
    )
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        prepare_all({each.reference: parts_of(each) for each in batch})


def main(count):
    rng = random.Random(1)
    with database_of_its_own():
        consultation = factories.open_for_answers(
            themes=[f"Tema {number}" for number in range(1, 9)], acceptance="automatic"
        )
        themes = list(consultation.themes.filter(is_whole=False))
        for what in ("with printing", "prepared"):
            measure("submit", lambda: send(consultation, themes, count, rng), count)
            consultation.submissions.update(email_confirmed_at="2030-01-01T00:00:00Z")
            if what == "prepared":
                measure("print", prepare, count)
            measure(f"screen + accept + journal + assign, {what}", screen_outstanding, count)
        assert Assignment.objects.count() == JournalEntry.objects.count() - 1 == 2 * count


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
