"""Which responses say what another has said: the same sender's again, or a campaign's.

Looks up many at once, in the database and among themselves; writes only new groups.
"""

from collections import defaultdict

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower

from consultations.models import ResponseStatus
from moderation.models import CampaignGroup, Screening
from moderation.similarity import is_near

MAX_CANDIDATES = 20  # for each response; a group's first member stands for all of it


def sent_before(responses):
    """Those whose sender has sent the same words on the same theme earlier.

    Nobody knows whether two without an account and an address are the same.
    """
    digests = [
        response.screening.text_digest for response in responses if response.screening.text_digest
    ]
    accounts = {response.submission.sender_id for response in responses} - {None}
    addresses = {response.submission.email.lower() for response in responses} - {""}
    others = (
        Screening.objects.annotate(address=Lower("response__submission__email"))
        .filter(Q(response__submission__sender__in=accounts) | Q(address__in=addresses))
        .filter(text_digest__in=digests)
        .exclude(response__in=responses)
        .exclude(response__status__in=[ResponseStatus.REJECTED, ResponseStatus.WITHDRAWN])
        .select_related("response__submission")
        .only(
            "text_digest",
            "response__theme_id",
            "response__received_at",
            "response__submission__sender_id",
            "response__submission__email",
        )
    )
    said = defaultdict(list)
    for screening in [*others, *(response.screening for response in responses)]:
        said[_said_by_whom(screening)].append(screening.response)
    return {
        again
        for what, alike in said.items()
        if what is not None
        for again in sorted(alike, key=lambda each: (each.received_at, each.pk))[1:]
    }


def _said_by_whom(screening):
    """The words, the theme and the sender; None where one of them is not known."""
    submission = screening.response.submission
    sender = submission.sender_id or submission.email.lower()
    if not sender or screening.text_digest is None:
        return None
    return bytes(screening.text_digest), screening.response.theme_id, sender


def group_campaigns(responses):
    """Put each response with those that say the same, or nearly; the second makes the group.

    The first of a group keeps its fingerprint and so is found; the others' are emptied.
    """
    known = defaultdict(list)
    for screening in _candidates(responses):
        known[screening.response.consultation_id].append(screening)
    for response in responses:
        screening = response.screening
        if not screening.bands:
            continue
        among = known[response.consultation_id]
        first = next((each for each in among if _is_alike(each, response)), None)
        if first is None:
            among.append(screening)
            continue
        if first.campaign is None:
            first.campaign = CampaignGroup.objects.create(consultation=response.consultation)
            if not first._state.adding:
                first.save(update_fields=["campaign"])
        screening.campaign, screening.bands = first.campaign, []


# One band after the other: asked for all at once, the planner thinks it cheaper to compare
# them with every row.
SHARE_A_BAND = """
SELECT DISTINCT response_id FROM unnest(%s::bigint[]) band
JOIN moderation_screening ON bands @> ARRAY[band]
"""


def _candidates(responses):
    """Screenings in the database that share a band with one of these, the oldest first."""
    bands = {band for response in responses for band in response.screening.bands}
    with connection.cursor() as cursor:
        cursor.execute(SHARE_A_BAND, [sorted(bands)])
        sharing = {pk for (pk,) in cursor}
    return (
        Screening.objects.filter(
            pk__in=sharing - {response.pk for response in responses},
            response__consultation__in={response.consultation_id for response in responses},
        )
        .select_related("response", "campaign")
        .order_by("response_id")[: MAX_CANDIDATES * len(responses)]
    )


def _is_alike(screening, response):
    return not set(screening.bands).isdisjoint(response.screening.bands) and is_near(
        screening.response.text, response.text
    )
