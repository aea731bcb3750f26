"""Stored counters, and the version of the public pages: changed with what they count."""

from collections import Counter

from django.db import connection
from django.db.models import F
from django.utils import timezone

from consultations.models import DailyTally, PublicState, Tally


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


ADD_TO_DAYS = """
INSERT INTO consultations_dailytally (theme_id, day, sender_group, accepted)
SELECT * FROM unnest(%s::bigint[], %s::date[], %s::text[], %s::int[])
ON CONFLICT (theme_id, day, sender_group)
DO UPDATE SET accepted = consultations_dailytally.accepted + excluded.accepted
"""


def count_accepted(responses):
    """Count responses that are accepted now: on their themes, and by day and kind of sender."""
    count_all(responses, "accepted")
    count_days(responses)


def count_days(responses):
    """Count accepted responses on their days and kinds of sender."""
    # Locked in one order by all.
    rows = sorted((*key, number) for key, number in _by_day(responses).items())
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(ADD_TO_DAYS, [list(column) for column in zip(*rows, strict=True)])


def uncount_days(responses):
    """Take them out again, before their kind of sender is changed."""
    for (theme, day, group), number in sorted(_by_day(responses).items()):
        tally = DailyTally.objects.filter(theme=theme, day=day, sender_group=group)
        tally.update(accepted=F("accepted") - number)


def _by_day(responses):
    return Counter(
        (response.theme_id, timezone.localdate(response.received_at), response.sender_group)
        for response in responses
    )


def raise_public_version(consultation):
    """Every cached copy of the consultation's public pages is old from the commit on."""
    PublicState.objects.filter(consultation=consultation).update(version=F("version") + 1)
