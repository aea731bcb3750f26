"""What everybody reads of casework: what the responses led to. The same bytes for all."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.public_pages import public_page
from casework.models import Assessment
from consultations.models import Consultation


@require_safe
def outcome_show(request, slug):
    """Theme by theme, what the authority made of the responses, and which ones it cites."""
    consultation = get_object_or_404(
        Consultation.objects.public().select_related("authority", "public_state"), slug=slug
    )

    def page():
        published = Assessment.objects.published().filter(theme__consultation=consultation)
        assessments = {each.theme_id: each for each in published.with_citations()}
        themes = [
            (theme, assessments.get(theme.pk))
            for theme in consultation.themes.all()
            if not theme.is_whole or theme.pk in assessments
        ]
        context = {
            "consultation": consultation,
            "authority": consultation.authority,
            "themes": themes,
            "has_assessments": bool(assessments),
            "has_unassessed": len(assessments) < len(themes),
        }
        return render(request, "casework/outcome_public.html", context)

    return public_page(request, consultation.public_version, consultation.authority.name, page=page)
