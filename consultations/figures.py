"""The public figures of a consultation: over time, by theme, by kind of sender.

Counted from `DailyTally`: every response in the case, withheld ones too. Day, theme and kind
of sender are told each by itself and never crossed: each alone tells no more than the public
journal does, where every response stands with its day, but "one business, on theme 4, on the
3rd" could point at somebody whose response is withheld or whose name is hidden.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consultations.models import DailyTally, SenderGroup

MOST_BARS = 62  # of days, else of weeks, else of months


@dataclass(frozen=True)
class Row:
    label: str
    number: int
    url: str = ""
    short: str = ""  # the label, where a line of them has room for a few letters
    in_file: str = ""  # the label as every program reads it, where that is another


@dataclass(frozen=True)
class Figure:
    """One count: its name in the address of its file, what its rows are of, and the rows."""

    name: str
    heading: str
    of: str
    rows: list
    is_time: bool = False
    language: str = ""  # of the labels, where they are not the interface's
    each: str = ""  # what a row counts, in words before its label, where the label is not all

    @property
    def most(self):
        return max(self.rows, key=lambda row: row.number)

    @property
    def most_in_words(self):
        return f"{self.each} {self.most.label}".strip()


def figures_of(consultation):
    """The figures of a consultation that has responses."""
    tallies = DailyTally.objects.filter(theme__consultation=consultation, accepted__gt=0)
    return [
        _over_time(_counted(tallies, "day")),
        _by_theme(_counted(tallies, "theme"), consultation),
        _by_sender(_counted(tallies, "sender_group")),
    ]


def _counted(tallies, by):
    return dict(tallies.values_list(by).annotate(Sum("accepted")).order_by(by))


def _over_time(days):
    """By the shortest of day, week and month that gives no more bars than one can read;
    those in which nothing came are there too."""
    spread = [
        (_("Day"), "", _spread(days, lambda day: day)),
        (
            _("Week from"),
            _("the week from"),
            _spread(days, lambda day: day - timedelta(days=day.weekday())),
        ),
        (_("Month from"), _("the month from"), _spread(days, lambda day: day.replace(day=1))),
    ]
    of, each, numbers = next((one for one in spread if len(one[2]) <= MOST_BARS), spread[-1])
    # Translators: a day and a month in few letters, by Django's format of dates.
    short = _("j M")
    rows = [
        Row(
            date_format(day, "DATE_FORMAT"),
            number,
            short=date_format(day, short),
            in_file=day.isoformat(),
        )
        for day, number in numbers.items()
    ]
    return Figure("tid", _("Responses over time"), of, rows, is_time=True, each=each)


def _spread(days, first_of):
    numbers = Counter()
    for number in range((max(days) - min(days)).days + 1):
        day = min(days) + timedelta(days=number)
        numbers[first_of(day)] += days.get(day, 0)
    return numbers


def _by_theme(themes, consultation):
    rows = [
        Row(
            theme.title,
            themes.get(theme.pk, 0),
            reverse("consultations:theme-show", args=[consultation.slug, theme.slug]),
        )
        for theme in consultation.themes.all()
    ]
    heading, of = _("Responses by theme"), _("Theme")
    return Figure("tema", heading, of, rows, language=consultation.language)


def _by_sender(groups):
    rows = [Row(str(group.label), groups.get(group.value, 0)) for group in SenderGroup]
    return Figure("avsender", _("Responses by kind of sender"), _("Kind of sender"), rows)
