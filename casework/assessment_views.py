"""Where the authority writes what it makes of a theme, and publishes it.

Whoever saves last, wins, but not without having seen what stands there.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.roles import Role
from accounts.rules import require
from casework.actions import SavedMeanwhile, publish_assessment, write_assessment
from casework.forms import AssessmentForm
from casework.models import Assessment
from casework.permissions import can_assess
from consultations.models import ConsultationStatus, Theme


@login_required
@require_GET
def assessment_list(request):
    """The themes that the signed-in person assesses: as their case handler, or in charge."""
    person = request.user
    themes = _visible_to(person).filter(
        Q(theme_handler__handler=person) | Q(consultation__responsible=person)
    )
    return render(request, "casework/assessments_handler.html", {"themes": themes})


@login_required
@require_http_methods(["GET", "POST"])
def assessment_write(request, slug, theme):
    """The text and what it cites, until it is published; then how it stands."""
    theme = _fetch(request.user, slug, theme)
    assessment = getattr(theme, "assessment", None) or Assessment(theme=theme)
    form = AssessmentForm(request.POST or None, assessment=assessment)
    if form.is_valid():
        try:
            write_assessment(theme, **form.cleaned_data, by=request.user)
        except SavedMeanwhile as refused:
            assessment = Assessment.objects.get(theme=theme)
            form.refuse(str(refused), standing=assessment)
        else:
            messages.success(
                request, _("Saved. Nobody but you and your colleagues can read it yet.")
            )
            return _back_to(theme)
    status = theme.consultation.status
    return render(
        request,
        "casework/assessment_handler.html",
        {
            "theme": theme,
            "consultation": theme.consultation,
            "assessment": assessment,
            "form": form,
            "can_publish": assessment.text.strip() and status == ConsultationStatus.UNDER_TREATMENT,
            "is_concluded": status == ConsultationStatus.CONCLUDED,
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def assessment_publish(request, slug, theme):
    """Show it to everybody. It stands from then on."""
    theme = _fetch(request.user, slug, theme)
    publish_assessment(theme, by=request.user)
    messages.success(
        request,
        _(
            "Published. Who follows the consultation is told, and each sender sees it on the "
            "receipt."
        ),
    )
    return _back_to(theme)


def _visible_to(person):
    """The themes of the authorities where one is a case handler."""
    return (
        Theme.objects.filter(consultation__authority__in=person.authorities_as(Role.CASE_HANDLER))
        .exclude(consultation__status=ConsultationStatus.DRAFT)
        .select_related("consultation", "theme_handler", "assessment")
        .order_by("-consultation__opens_at", "consultation", "is_whole", "position")
    )


def _fetch(person, slug, theme):
    found = get_object_or_404(_visible_to(person), consultation__slug=slug, slug=theme)
    require(can_assess(person, found))
    return found


def _back_to(theme):
    return redirect("casework:assessment-write", theme.consultation.slug, theme.slug)
