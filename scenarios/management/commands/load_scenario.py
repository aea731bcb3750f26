"""`manage.py load_scenario NAME [--concluded]`: play an invented consultation."""

import time

from django.core.management.base import BaseCommand, CommandError

from accounts.rules import ActionRefused
from scenarios.loader import is_loaded, load
from scenarios.register import SCENARIOS

WIDTH = 40  # characters of the progress bar


class Command(BaseCommand):
    help = "Play a scenario with invented people through the platform's own actions."

    def add_arguments(self, parser):
        parser.add_argument("name", choices=SCENARIOS)
        parser.add_argument(
            "--concluded", action="store_true", help="go on to the end: handled and concluded"
        )

    def handle(self, *, name, concluded, **options):
        plan = SCENARIOS[name]()
        if concluded and not plan.consultation.concluded_at:
            raise CommandError(f"{name} is of a consultation that is open: it has no end.")
        if is_loaded(plan, concluded=concluded):
            end = ", to its end" if concluded else ""
            self.stdout.write(f"{name} is loaded already{end}.")
            return
        started = time.perf_counter()
        try:
            load(plan, concluded=concluded, progress=self.progress)
        except ActionRefused as refusal:
            raise CommandError(f"{name} could not be played to its end: {refusal}") from refusal
        self.stderr.write("")
        self.stdout.write(f"{name} was played in {time.perf_counter() - started:.0f} s.")

    def progress(self, done, total):
        """One bar that grows on a terminal; in a log a line at each tenth."""
        percent = 100 * done // total
        if percent == 100 * (done - 1) // total:
            return
        if self.stderr.isatty():
            bar = "#" * (WIDTH * done // total)
            self.stderr.write(f"\r  [{bar:<{WIDTH}}] {percent:3} %", ending="")
            self.stderr.flush()
        elif percent % 10 == 0:
            self.stderr.write(f"  {percent} %")
