"""What waits for a moderator: oldest first, read by key, whatever the number.

The index of what waits begins with the consultation, so the first rows are found in each
consultation and then put together.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef
from django.db.models.functions import Left

from accounts.paging import PAGE_SIZE, beyond, cut_page
from accounts.roles import Role
from consultations.models import Consultation, Response
from moderation.models import Screening

ORDER = ("received_at", "id")
BEGINNING = 200  # characters of a response that the queue shows


def consultations_of(user):
    """The consultations whose responses the user moderates."""
    return (
        Consultation.objects.public()
        .filter(authority__in=user.authorities_as(Role.MODERATOR))
        .order_by("-opens_at", "pk")
    )


def read_queue(consultations, *, flag="", after="", size=PAGE_SIZE):
    """One page of what waits in these consultations, with what a row of the queue shows."""
    waiting = _flagged(Response.objects.awaiting_moderation(), flag)
    first = (
        beyond(waiting.filter(consultation=OuterRef("pk")), *ORDER, after=after)
        .order_by(*ORDER)
        .values("pk")[: size + 1]
    )
    found = consultations.annotate(first=ArraySubquery(first)).values_list("first", flat=True)
    rows = (
        Response.objects.filter(pk__in=[pk for pks in found for pk in pks])
        .select_related("consultation", "theme", "submission", "screening")
        .defer("text", "redacted_text")
        .annotate(beginning=Left("text", BEGINNING))
        .order_by(*ORDER)[: size + 1]
    )
    page = cut_page(list(rows), *ORDER, size=size)
    _count_campaigns(page.rows)
    return page


def waiting_in(consultations, flag=""):
    """All that waits in these consultations, unordered."""
    return _flagged(Response.objects.awaiting_moderation(), flag).filter(
        consultation__in=consultations.order_by().values("pk")
    )


def next_waiting(response, consultations, flag=""):
    """The response that comes after this one in the queue, or None."""
    page = read_queue(
        consultations,
        flag=flag,
        after=cut_page([response, response], *ORDER, size=1).next,
        size=1,
    )
    return page.rows[0] if page.rows else None


def _flagged(responses, flag):
    return responses.filter(screening__flags__contains=[flag]) if flag else responses


def _count_campaigns(responses):
    """Give each response the size of its campaign, or None."""
    campaigns = {
        response.pk: response.screening.campaign_id
        for response in responses
        if hasattr(response, "screening")
    }
    sizes = dict(
        Screening.objects.filter(campaign__in=set(campaigns.values()) - {None})
        .values_list("campaign")
        .annotate(Count("pk"))
    )
    for response in responses:
        response.campaign_size = sizes.get(campaigns.get(response.pk))
