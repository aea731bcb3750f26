"""The search over all that is public: the same answer for everybody who asks the same."""

from urllib.parse import urlencode

from django.db.models import Case, Count, Sum, When
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Authority
from accounts.public_pages import public_page
from accounts.search_words import LONGEST
from consultations.models import Consultation, PublicState
from consultations.search import find

KINDS = {
    "": _("Everything"),
    "horinger": _("Consultations"),
    "temaer": _("Themes"),
    "svar": _("Responses"),
}
MOST_CHOICES = 200  # consultations that one can choose between; a link may name any other


@require_safe
def search_show(request):
    """What was found, best first, 20 at a time."""
    published = Consultation.objects.public()
    state = PublicState.objects.filter(consultation__in=published).aggregate(
        Sum("version"), Count("pk")
    )

    def page():
        query, kind, at, within, after = (
            request.GET.get(name, "").replace("\0", "").strip()
            for name in ("q", "type", "virksomhet", "horing", "etter")
        )
        query, kind = query[:LONGEST], kind if kind in KINDS else ""
        authorities = list(
            Authority.objects.filter(pk__in=published.values("authority")).order_by("name")
        )
        authority = _chosen(authorities, at)
        consultations = _choices(published, authority, within)
        consultation = _chosen(consultations, within)
        found = find(query, kind=kind, authority=authority, consultation=consultation, after=after)
        chosen = {
            "q": query,
            "type": kind,
            "virksomhet": authority.slug if authority else "",
            "horing": consultation.slug if consultation else "",
        }
        context = {
            "kinds": KINDS.items(),
            "authorities": authorities,
            "consultations": consultations,
            "chosen": chosen,
            "found": found,
            "is_first_page": not after,
            "address": "?" + urlencode({name: value for name, value in chosen.items() if value}),
        }
        return render(request, "consultations/search_public.html", context)

    return public_page(request, state, timezone.localdate(), page=page)


def _choices(published, authority, slug):
    """The newest consultations of the authority, or of all; the one of that slug first."""
    rows = published.filter(authority=authority) if authority else published
    is_asked_for = Case(When(slug=slug, then=0), default=1)
    return list(rows.only("slug", "title", "language").order_by(is_asked_for, "-pk")[:MOST_CHOICES])


def _chosen(things, slug):
    return next((thing for thing in things if thing.slug == slug), None)
