"""The steps of a play: who does what, at which moment."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial

from scenarios.plan import OSLO


@dataclass(frozen=True)
class Step:
    """One thing that somebody does at one moment."""

    at: datetime
    order: int
    act: object  # called without arguments

    def __lt__(self, other):
        return (self.at, self.order) < (other.at, other.order)


def together(order, press, done):
    """A step for what each official does in a day, at the last moment of it: `press` is called
    with who it is and with what. `done` is (when, by whom, what)."""
    days = defaultdict(list)
    for at, by, what in done:
        days[at.astimezone(OSLO).date(), by].append((at, what))
    for (_day, by), moments in days.items():
        last = max(at for at, _what in moments)
        yield Step(last, order, partial(press, by, [what for _at, what in moments]))


def evening(day):
    """A quarter to midnight, Norwegian time: the withdrawals of the day are in."""
    return datetime.combine(day, time(23, 45), tzinfo=OSLO)
