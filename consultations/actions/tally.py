"""Stored counters, and the version of the public pages: changed with what they count."""

from collections import Counter

from django.db.models import F

from consultations.models import PublicState, Tally


def count(theme, **changes):
    """Add to a theme's counters: `count(theme, accepted=1, withheld=-1)`."""
    Tally.objects.filter(theme=theme).update(
        **{name: F(name) + change for name, change in changes.items()}
    )


def count_all(responses, name):
    """Add these responses to the counter `name` of their themes, which are locked in the same
    order by all."""
    themes = Counter(response.theme_id for response in responses)
    for theme, number in sorted(themes.items()):
        count(theme, **{name: number})


def raise_public_version(consultation):
    """Every cached copy of the consultation's public pages is old from the commit on."""
    PublicState.objects.filter(consultation=consultation).update(version=F("version") + 1)
