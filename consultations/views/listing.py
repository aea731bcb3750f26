"""The front page: every consultation that is public, where it belongs."""

from django.db.models import OuterRef, Subquery, Sum
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.filters import query
from accounts.paging import PAGE_SIZE, read_page
from accounts.public_pages import public_page
from consultations.filters import (
    chips,
    chosen_of,
    consultation_filters,
    facets,
    matching_rows,
    narrowed,
)
from consultations.models import Consultation, ConsultationStatus, Tally

LATEST_DEADLINE_FIRST = ("-deadline_at", "-id")
# Where a consultation stands in the list, by its status; in this order.
PLACES = {
    "open": {ConsultationStatus.OPEN},
    "coming": {ConsultationStatus.PUBLISHED},
    "treated": {ConsultationStatus.CLOSED, ConsultationStatus.UNDER_TREATMENT},
    "concluded": {ConsultationStatus.CONCLUDED},
}


@require_safe
def consultation_list(request):
    """All that is open, coming or being treated, and the concluded ones paged by key."""
    rows = facets(Consultation.objects.public())
    chosen = chosen_of(rows, request.GET)
    after = request.GET.get("etter", "")

    def page():
        shown = narrowed(Consultation.objects.public(), chosen)
        shown = shown.select_related("authority").annotate(published=_published_responses())
        now = list(shown.exclude(status=ConsultationStatus.CONCLUDED).order_by("deadline_at", "pk"))
        concluded = read_page(
            shown.filter(status=ConsultationStatus.CONCLUDED),
            *LATEST_DEADLINE_FIRST,
            after=after,
            size=PAGE_SIZE,
        )
        filters = consultation_filters(rows, chosen)
        context = {
            "open": _placed(now, "open"),
            "coming": sorted(_placed(now, "coming"), key=lambda each: each.opens_at),
            "treated": _placed(now, "treated"),
            "concluded": concluded,
            "concluded_next": concluded.next and query(chosen, etter=concluded.next),
            "counts": _counts(matching_rows(rows, chosen)),
            "filters": filters,
            "chips": chips(filters, chosen),
            "narrowed": query(chosen),
            "is_first_page": not after,
        }
        return render(request, "consultations/consultation_list_public.html", context)

    return public_page(request, rows, chosen, after, timezone.localdate(), page=page)


def _placed(consultations, place):
    return [each for each in consultations if each.status in PLACES[place]]


def _counts(rows):
    """How many there are in each place, and in all."""
    counts = {
        place: sum(row["number"] for row in rows if row["status"] in statuses)
        for place, statuses in PLACES.items()
    }
    return counts | {"all": sum(counts.values())}


def _published_responses():
    """How many responses to a consultation are published: the sum of its themes' tallies."""
    tallies = Tally.objects.filter(theme__consultation=OuterRef("pk")).order_by()
    summed = tallies.values("theme__consultation").annotate(summed=Sum("published"))
    return Subquery(summed.values("summed"))
