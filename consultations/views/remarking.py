"""“No remarks” in one press.

It is sent at once and leads to the receipt, for there is nothing to look over: the button says
what is sent and for whom. It can be withdrawn, and who has no account confirms the address
before it counts.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.abuse import stop
from accounts.rules import ActionRefused
from consultations.actions import send_no_remarks
from consultations.forms.remarking import NoRemarksForm
from consultations.models import Consultation
from consultations.permissions import can_answer
from consultations.views.secret import log_in_first


@require_http_methods(["GET", "POST"])
def no_remarks_send(request, slug):
    """A button for each invited body that the account speaks for; for others a short form."""
    consultation = get_object_or_404(
        Consultation.objects.public().select_related("authority"), slug=slug
    )
    if not consultation.takes_responses:
        return render(
            request, "consultations/closed_sender.html", {"consultation": consultation}, status=409
        )
    pressed = request.method == "POST" and request.POST.get("organisation")
    if not can_answer(request.user, consultation) or (
        pressed and not request.user.is_authenticated
    ):
        return log_in_first(request, request.path)
    if pressed:
        for body in consultation.invited_bodies_of(request.user):
            if str(body.pk) == pressed:
                return _send(request, consultation, organisation=body, by=request.user)
        raise Http404
    form = NoRemarksForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if stopped := stop(request, "answer"):
            form.add_error(None, stopped)
        else:
            by = request.user if request.user.is_authenticated else None
            known = {"name": by.name} if by else {}
            return _send(request, consultation, by=by, **known, **form.cleaned_data)
    return _page(request, consultation, form)


def _send(request, consultation, *, by, **who):
    try:
        submission = send_no_remarks(consultation, by=by, **who)
    except ActionRefused as refused:
        form = NoRemarksForm(request.POST, user=request.user)
        form.add_error(None, ValidationError(str(refused)))
        return _page(request, consultation, form)
    messages.success(
        request,
        _("Sent: %(organisation)s has no remarks.") % {"organisation": submission.sender_name},
    )
    return redirect("consultations:receipt-show", submission.token)


def _page(request, consultation, form):
    is_known = request.user.is_authenticated
    return render(
        request,
        "consultations/no_remarks_sender.html",
        {
            "consultation": consultation,
            "form": form,
            "bodies": consultation.invited_bodies_of(request.user) if is_known else [],
        },
        status=422 if form.errors else 200,
    )
