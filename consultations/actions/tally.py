"""Stored counters, and the version of the public pages: changed with what they count."""

from django.db.models import F

from consultations.models import PublicState, Tally


def count(theme, **changes):
    """Add to a theme's counters: `count(theme, accepted=1, withheld=-1)`."""
    Tally.objects.filter(theme=theme).update(
        **{name: F(name) + change for name, change in changes.items()}
    )


def raise_public_version(consultation):
    """Every cached copy of the consultation's public pages is old from the commit on."""
    PublicState.objects.filter(consultation=consultation).update(version=F("version") + 1)
