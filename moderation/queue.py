"""What waits for a moderator: oldest first, read by key, whatever the number.

The index of what waits begins with the consultation, so the first rows are found in each
consultation and then put together.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery
from django.db.models.functions import Left

from accounts.paging import PAGE_SIZE, beyond, cut_page
from accounts.roles import Role
from consultations.models import Consultation, DiscussionPost, Response
from moderation.models import Report, Screening

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


def to_be_looked_at(user):
    """The keys of the posts that wait for the moderator and of the reports that nobody has
    settled, unordered."""
    posts = DiscussionPost.objects.moderated_by(user).waiting().order_by().values("pk")
    reports = Report.objects.moderated_by(user).outstanding().order_by().values("pk")
    return posts.union(reports, all=True)


def waiting_posts(user):
    """Posts that everybody will see when the moderator lets them, the oldest first."""
    return _posts(user).waiting().order_by("created_at", "pk")


def reported_posts(user):
    """Posts with reports that nobody has settled, those reported first first."""
    outstanding = Report.objects.outstanding().filter(post=OuterRef("pk"))
    return _reported(_posts(user), outstanding)


def reported_responses(user):
    """The same of responses."""
    outstanding = Report.objects.outstanding().filter(response=OuterRef("pk"))
    responses = Response.objects.moderated_by(user).select_related(
        "submission", "theme", "consultation"
    )
    return _reported(responses.defer("text", "redacted_text"), outstanding)


def _posts(user):
    posts = DiscussionPost.objects.moderated_by(user)
    return posts.select_related("theme__consultation", "author", "parent")


def _reported(things, outstanding):
    things = things.filter(Exists(outstanding)).prefetch_related(
        Prefetch("reports", Report.objects.outstanding().order_by("pk"), to_attr="outstanding")
    )
    first = outstanding.order_by("pk").values("pk")[:1]
    return things.annotate(first_report=Subquery(first)).order_by("first_report")


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
