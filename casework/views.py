"""The case handler's pages: the inbox, and one response to deal with; and who handles what."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models.functions import Left
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.paging import count_some, read_page
from accounts.roles import Role
from accounts.rules import require
from archive.actions import current_entry
from casework.actions import (
    appoint_handlers,
    handle_assignment,
    reassign_assignment,
    write_note,
)
from casework.forms import HandleForm, HandlersForm, InboxForm, NoteForm, ReassignForm
from casework.models import Assignment, AssignmentStatus, ThemeHandler
from casework.permissions import can_appoint, can_handle, can_reassign
from consultations.models import Consultation, ConsultationStatus, Theme

BEGINNING = 200  # characters of a response that the inbox shows


@login_required
@require_GET
def inbox_show(request):
    """What the signed-in case handler has to handle, oldest first; or what is handled."""
    form = InboxForm(request.GET, themes=_themes(request.user))
    theme, is_handled = form.chosen
    mine = Assignment.objects.visible_to(request.user).filter(handler=request.user)
    if theme:
        mine = mine.filter(response__theme=theme)
    waiting, handled = mine.to_be_handled(), mine.filter(status=AssignmentStatus.HANDLED)
    page = read_page(
        _rows(handled if is_handled else waiting),
        *(("-handled_at", "-id") if is_handled else ("assigned_at", "id")),
        after=request.GET.get("etter", ""),
    )
    return render(
        request,
        "casework/inbox_handler.html",
        {
            "form": form,
            "assignments": page.rows,
            "is_handled": is_handled,
            "is_narrowed": bool(theme),
            "waiting": count_some(waiting),
            "handled": count_some(handled),
            "first_url": _address(request, "") if request.GET.get("etter") else "",
            "next_url": _address(request, page.next) if page.next else "",
        },
    )


@login_required
@require_GET
def assignment_show(request, reference):
    """One response as it was sent, and what may be done with it."""
    return _show(request, _fetch(request.user, reference))


@login_required
@require_POST
def assignment_handle(request, reference):
    """Say that it is dealt with, and go on to the next in the inbox."""
    assignment = _fetch(request.user, reference)
    form = HandleForm(request.POST)
    if not form.is_valid():
        return _show(request, assignment, handle=form)
    handle_assignment(assignment, by=request.user, **form.cleaned_data)
    messages.success(
        request,
        _("%(reference)s is handled, and journal entry %(entry)s is written off: %(manner)s.")
        % {
            "reference": reference,
            "entry": assignment.entry.identifier,
            "manner": form.cleaned_data["write_off"].lower(),
        },
    )
    mine = Assignment.objects.visible_to(request.user).filter(handler=request.user)
    following = mine.to_be_handled().order_by("assigned_at", "id").select_related("response")
    after = following.filter(assigned_at__gte=assignment.assigned_at).first()
    if after is None:
        return redirect("casework:inbox-show")
    return redirect("casework:assignment-show", after.response.reference)


@login_required
@require_POST
def assignment_reassign(request, reference):
    """Give it to a colleague; the page stays, for one may still read it."""
    assignment = _fetch(request.user, reference)
    form = ReassignForm(request.POST, assignment=assignment)
    if not form.is_valid():
        return _show(request, assignment, reassign=form)
    handler = form.cleaned_data["handler"]
    reassign_assignment(assignment, handler, by=request.user)
    messages.success(
        request,
        _("%(reference)s is now with %(name)s, and stands in that inbox. The journal says so too.")
        % {"reference": reference, "name": handler},
    )
    return redirect("casework:assignment-show", reference)


@login_required
@require_POST
def note_write(request, reference):
    """Write a note for colleagues."""
    assignment = _fetch(request.user, reference)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _show(request, assignment, note=form)
    write_note(assignment, form.cleaned_data["text"], by=request.user)
    messages.success(request, _("Your note is saved. Your colleagues can read it here."))
    return redirect(reverse("casework:assignment-show", args=[reference]) + "#notes")


@login_required
@require_http_methods(["GET", "POST"])
def handlers_edit(request, slug):
    """Who gets the responses to each theme from now on."""
    consultation = get_object_or_404(
        Consultation.objects.visible_to(request.user).select_related("responsible"), slug=slug
    )
    require(can_appoint(request.user, consultation.authority_id))
    appointed = dict(
        ThemeHandler.objects.filter(theme__consultation=consultation).values_list(
            "theme_id", "handler_id"
        )
    )
    form = HandlersForm(request.POST or None, consultation=consultation, appointed=appointed)
    if form.is_valid():
        appoint_handlers(consultation, form.handlers, by=request.user)
        messages.success(
            request,
            _(
                "Saved. Responses that come in from now on go to those you have chosen; "
                "what is assigned already stays where it is."
            ),
        )
        return redirect("casework:handlers-edit", slug)
    return render(
        request,
        "casework/handlers_editor.html",
        {"consultation": consultation, "form": form},
        status=422 if form.errors else 200,
    )


def _show(request, assignment, **bound):
    """The page of one assignment; `bound` are the forms that were refused."""
    response = assignment.response
    entry = current_entry(assignment.entry)
    is_waiting = assignment.status == AssignmentStatus.ASSIGNED
    forms = {"note": NoteForm()}
    if is_waiting and can_handle(request.user, assignment):
        forms["handle"] = HandleForm()
    if is_waiting and can_reassign(request.user, assignment):
        forms["reassign"] = ReassignForm(assignment=assignment)
    return render(
        request,
        "casework/assignment_handler.html",
        {
            "assignment": assignment,
            "response": response,
            "submission": response.submission,
            "entry": entry,
            "documents": entry.documents.order_by("number", "version"),
            "notes": response.notes.select_related("written_by"),
            "is_mine": assignment.handler_id == request.user.pk,
            "forms": forms | bound,
            "failed": next(iter(bound.values()), None),
        },
        status=422 if bound else 200,
    )


def _fetch(user, reference):
    return get_object_or_404(
        Assignment.objects.visible_to(user).select_related(
            "handler",
            "entry__case_file",
            "response__submission__sender",
            "response__theme",
            "response__consultation",
        ),
        response__reference=reference,
    )


def _rows(assignments):
    return (
        assignments.select_related(
            "entry", "response__submission", "response__theme", "response__consultation"
        )
        .defer("response__text", "response__redacted_text")
        .annotate(beginning=Left("response__text", BEGINNING))
    )


def _themes(user):
    """The themes that a case handler may have something of in the inbox."""
    return (
        Theme.objects.filter(
            consultation__authority__in=user.authorities_as(Role.CASE_HANDLER),
        )
        .exclude(consultation__status=ConsultationStatus.DRAFT)
        .select_related("consultation")
        .order_by("-consultation__opens_at", "consultation", "is_whole", "position")
    )


def _address(request, key):
    kept = request.GET.copy()
    kept.pop("etter", None)
    if key:
        kept["etter"] = key
    return f"{request.path}?{kept.urlencode()}" if kept else request.path
