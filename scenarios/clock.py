"""When people send, and when officials work. All in Norwegian time."""

from bisect import bisect
from datetime import datetime, time, timedelta
from itertools import accumulate
from random import Random

from scenarios.plan import OSLO

# Per hour from midnight: people write in the evening, organisations in office hours.
EVENING = (2, 1, 0, 0, 0, 1, 3, 8, 14, 20, 24, 26, 24, 22, 24, 26, 24, 26, 34, 44, 52, 46, 26, 9)
OFFICE = (0, 0, 0, 0, 0, 0, 1, 8, 40, 60, 66, 60, 52, 66, 70, 48, 18, 7, 6, 7, 6, 4, 2, 1)
OPENS, CLOSES = 8 * 60 + 15, 15 * 60 + 45  # the officials' day, in minutes


def pick(weights, rng: Random) -> int:
    """A place in `weights`, as often as its weight says."""
    sums = list(accumulate(weights))
    return bisect(sums, rng.random() * sums[-1])


def at(day, minutes: int, seconds: int = 0) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60, seconds), OSLO)


def days_between(first: datetime, last: datetime) -> list:
    return [first.date() + timedelta(days=n) for n in range((last.date() - first.date()).days + 1)]


def arrival_weights(days: list, *, is_office: bool) -> list[float]:
    """How busy each day is: a start, a long calm, Christmas, and the rush at the end."""
    weights = []
    for number, day in enumerate(days):
        left = len(days) - 1 - number
        weight = 1 + (3 if number < 8 else 0) + 34 / (left + 1.4)
        if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 2):
            weight *= 0.25
        if day.weekday() >= 5:
            weight *= 0.12 if is_office else 0.8
        weights.append(weight)
    return weights


def arrival(days: list, weights: list[float], *, is_office: bool, rng: Random) -> datetime:
    day = days[pick(weights, rng)]
    hour = pick(OFFICE if is_office else EVENING, rng)
    return at(day, hour * 60 + rng.randrange(60), rng.randrange(60))


def workdays(first: datetime, last: datetime) -> list:
    return [day for day in days_between(first, last) if day.weekday() < 5]


def work_moment(days: list, share: float) -> datetime:
    """The moment when this share, from 0 up to 1, of these workdays is worked."""
    worked = share * len(days)
    day = min(int(worked), len(days) - 1)
    return at(days[day], OPENS + int((worked - day) * (CLOSES - OPENS)))


def next_work_moment(moment: datetime, rng: Random) -> datetime:
    """Some time on the first workday after `moment`."""
    day = moment.astimezone(OSLO).date() + timedelta(days=1)
    while day.weekday() >= 5 or (day.month, day.day) in {(12, 24), (12, 31), (1, 1)}:
        day += timedelta(days=1)
    return at(day, OPENS + rng.randrange(CLOSES - OPENS))
