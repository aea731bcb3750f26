"""Which responses say what another has said: the same sender's again, or a campaign's.

Looks up many at once, in the database and among themselves; writes only new groups.
"""

from collections import defaultdict

from consultations.models import ResponseStatus, SenderKind
from moderation.models import CampaignGroup, Screening
from moderation.similarity import is_near

MAX_CANDIDATES = 20  # for each response; a group's first member stands for all of it


def sent_before(responses):
    """Those whose sender has sent the same words on the same theme. The oldest is none."""
    digests = [
        response.screening.text_digest for response in responses if response.screening.text_digest
    ]
    earlier = (
        Screening.objects.filter(text_digest__in=digests)
        .exclude(response__in=responses)
        .exclude(response__status__in=[ResponseStatus.REJECTED, ResponseStatus.WITHDRAWN])
        .values_list(
            "text_digest",
            "response__theme_id",
            "response__submission__sender_id",
            "response__submission__email",
        )
    )
    said = {
        (bytes(digest), theme, sender or email.lower()) for digest, theme, sender, email in earlier
    }
    repeated = set()
    for response in responses:
        submission, digest = response.submission, response.screening.text_digest
        if digest is None or submission.sender_kind == SenderKind.ANONYMOUS:
            continue
        what = (
            bytes(digest),
            response.theme_id,
            submission.sender_id or submission.email.lower(),
        )
        if what in said:
            repeated.add(response)
        said.add(what)
    return repeated


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


def _candidates(responses):
    """Screenings in the database that share a band with one of these, the oldest first."""
    bands = {band for response in responses for band in response.screening.bands}
    consultations = {response.consultation_id for response in responses}
    if not bands:
        return []
    return (
        Screening.objects.filter(
            response__consultation__in=consultations, bands__overlap=sorted(bands)
        )
        .exclude(response__in=responses)
        .select_related("response", "campaign")
        .order_by("response_id")[: MAX_CANDIDATES * len(responses)]
    )


def _is_alike(screening, response):
    return not set(screening.bands).isdisjoint(response.screening.bands) and is_near(
        screening.response.text, response.text
    )
