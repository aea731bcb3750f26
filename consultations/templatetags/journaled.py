"""Where everybody may read what the journal has an entry of."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from archive.actions.entries import origin
from archive.vocabulary import EntryStatus
from consultations.models import Consultation, Response

register = template.Library()


@register.inclusion_tag("consultations/_published_here.html")
def published_here(entry):
    """A link to the published response or the consultation that the entry is of."""
    if entry.state.status == EntryStatus.OBSOLETE:
        return {}
    source = origin(entry.source)
    response = (
        Response.objects.public().filter(reference=source).select_related("consultation").first()
    )
    if response and response.tells_what_is_screened(entry.state):
        return {}
    if response:
        address = reverse(
            "consultations:response-show", args=[response.consultation.slug, response.reference]
        )
        return {"address": address, "label": _("Read the response as it is published")}
    consultation = Consultation.objects.public().filter(case_file=entry.case_file_id).first()
    if consultation and source == f"{consultation.source}-letter":
        address = reverse("consultations:consultation-show", args=[consultation.slug])
        return {"address": address, "label": _("Read the consultation")}
    return {}


@register.inclusion_tag("consultations/_screened_but_public.html")
def screened_but_public(entry):
    """What an archivist must have a moderator see to: the consultation's pages tell it still."""
    if entry.state.status == EntryStatus.OBSOLETE or not entry.state.legal_basis:
        return {}
    response = Response.objects.public().filter(reference=origin(entry.source)).first()
    return {"is_told": response is not None and response.tells_what_is_screened(entry.state)}
