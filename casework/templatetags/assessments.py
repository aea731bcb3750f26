"""What other pages tell of the assessments."""

from django import template

from casework.models import Assessment

register = template.Library()


@register.inclusion_tag("casework/_used_in.html")
def used_in(response):
    """Which published assessments cite the response, with links; nothing where none does."""
    citing = (
        Assessment.objects.published().filter(cited=response).select_related("theme__consultation")
    )
    return {"assessments": citing.order_by("theme__is_whole", "theme__position")}
