"""The editor's pages: to publish a consultation, and to lead it to its end."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.rules import require
from consultations.actions import (
    close_consultation,
    conclude_consultation,
    open_consultation,
    publish_consultation,
    start_treatment,
)
from consultations.lifecycle import NEXT
from consultations.models import Consultation, ConsultationStatus
from consultations.permissions import can_edit

# After publication: the action that leads to a status, what it is called, what it means.
STEPS = {
    ConsultationStatus.OPEN: (
        open_consultation,
        gettext_lazy("Open now"),
        gettext_lazy(
            "It is opened by itself at the time that is set. If you open it now, everybody can "
            "answer at once."
        ),
        gettext_lazy("The consultation is open. Everybody who may can answer until the deadline."),
    ),
    ConsultationStatus.CLOSED: (
        close_consultation,
        gettext_lazy("Close now"),
        gettext_lazy(
            "It is closed by itself at the deadline. What comes after it is closed is still "
            "received, and marked as late. It can not be opened again."
        ),
        gettext_lazy("The consultation is closed. What comes from now on is marked as late."),
    ),
    ConsultationStatus.UNDER_TREATMENT: (
        start_treatment,
        gettext_lazy("Begin the treatment"),
        gettext_lazy("Everybody can see that the authority is working on what came in."),
        gettext_lazy("The treatment has begun, and everybody can see so."),
    ),
    ConsultationStatus.CONCLUDED: (
        conclude_consultation,
        gettext_lazy("Conclude"),
        gettext_lazy(
            "Every response must be decided on by a moderator and handled by its case handler, and "
            "the assessments published: afterwards none can be. The case file is then closed and "
            "goes into the next extraction, and nothing more is received. That can not be undone."
        ),
        gettext_lazy("The consultation is concluded, and its case file is closed."),
    ),
}


@login_required
@require_http_methods(["GET", "POST"])
def consultation_publish(request, slug):
    """What publishing does, and the button that does it."""
    consultation = fetch(request.user, slug)
    if request.method == "POST":
        publish_consultation(consultation, by=request.user)
        messages.success(
            request,
            _(
                "“%(title)s” is published. Its case file is opened, the letter is journaled as the "
                "first entry and sent to the invited bodies. It opens at the time that is set."
            )
            % {"title": consultation.title},
        )
        return redirect("consultations:consultation-edit", slug)
    return render(
        request,
        "consultations/publication_editor.html",
        {
            "consultation": consultation,
            "themes": consultation.themes.filter(is_whole=False),
            "consultees": consultation.consultees.count(),
            "documents": consultation.documents.all(),
            "is_draft": consultation.status == ConsultationStatus.DRAFT,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def consultation_advance(request, slug):
    """What the next step does, and the button that takes it."""
    consultation = fetch(request.user, slug)
    if request.method == "POST":
        # The step that the editor read about: a colleague may have taken it meanwhile.
        step = STEPS.get(request.POST.get("step"))
        if step is None:
            raise Http404
        advance, _label, _meaning, said = step
        advance(consultation, by=request.user)
        messages.success(request, said)
        return redirect("consultations:consultation-edit", slug)
    return render(
        request,
        "consultations/advance_editor.html",
        {"consultation": consultation, **next_step(consultation)},
    )


def fetch(user, slug):
    """What the user sees of the authority's consultations and may edit."""
    consultation = get_object_or_404(
        Consultation.objects.visible_to(user).select_related("authority", "responsible"), slug=slug
    )
    require(can_edit(user, consultation.authority_id))
    return consultation


def next_step(consultation):
    """The status that may follow, and what the step to it is called and means."""
    following = next(iter(NEXT[ConsultationStatus][consultation.status]), None)
    if following not in STEPS:
        return {"step": None}
    _advance, label, meaning, _said = STEPS[following]
    return {"step": following, "step_label": label, "step_meaning": meaning}
