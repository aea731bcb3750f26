"""Periods of years, as retention and screening count them."""


def years_after(day, years):
    """The same day that many years later; from 29 February, 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=3, day=1)
