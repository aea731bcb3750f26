"""The archivist's side of requests for access: what waits, and the answer to one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Authority
from accounts.paging import count_some, read_page
from accounts.roles import Role
from accounts.rules import ActionRefused, require
from archive.access import given_documents, kept_until, materials
from archive.access_forms import AnswerForm, EntryAnswerForm
from archive.actions import answer_access_request, current_entries
from archive.models import AccessRequest
from archive.permissions import can_answer_access_request

SHOWN = 200  # of those that wait: what is due comes first


@login_required
@require_GET
def access_request_list(request, slug=None):
    """What waits, soonest due first; with `vis=besvart` what is answered, newest first."""
    authorities = Authority.objects.filter(pk__in=request.user.authorities_as(Role.ARCHIVIST))
    if slug is None:
        return redirect("archive:access-request-list", get_object_or_404(authorities[:1]).slug)
    authority = get_object_or_404(authorities, slug=slug)
    asked = (
        AccessRequest.objects.visible_to(request.user)
        .filter(authority=authority)
        .select_related("answered_by")
        .prefetch_related("entries__entry")
    )
    is_answered = request.GET.get("vis") == "besvart"
    after = request.GET.get("etter", "")
    if is_answered:
        page = read_page(asked.answered(), "-answered_at", "-id", after=after)
        rows, key = page.rows, page.next
    else:
        rows, key = asked.unanswered().order_by("due_on", "pk")[:SHOWN], ""
    return render(
        request,
        "archive/access_requests_archivist.html",
        {
            "authority": authority,
            "authorities": authorities,
            "asked": rows,
            "is_answered": is_answered,
            "waiting": count_some(asked.unanswered()),
            "overdue": count_some(asked.overdue()),
            "today": timezone.localdate(),
            "first_url": "?vis=besvart" if after else "",
            "next_url": f"?vis=besvart&etter={key}" if key else "",
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def access_request_answer(request, pk):
    """One request: for each entry what there is to give, and what is decided."""
    asked = get_object_or_404(
        AccessRequest.objects.visible_to(request.user).select_related("authority", "answered_by"),
        pk=pk,
    )
    require(can_answer_access_request(request.user, asked))
    requested = list(asked.entries.select_related("entry__case_file").order_by("pk"))
    if asked.answered_at:
        return _answered(request, asked, requested)
    sent = request.POST if request.method == "POST" else None
    found = materials(current_entries([each.entry for each in requested]))
    for each, material in zip(requested, found, strict=True):
        each.material = material
        each.form = EntryAnswerForm(sent, material=material, prefix=f"post-{each.pk}")
    form = AnswerForm(sent)
    forms = [*(each.form for each in requested), form]
    if sent is not None and all(each.is_valid() for each in forms):
        try:
            answer_access_request(
                asked,
                {each.pk: each.form.answer for each in requested},
                by=request.user,
                **form.cleaned_data,
            )
        except ActionRefused as refused:
            messages.error(request, str(refused))
            return redirect("archive:access-request-answer", pk)
        messages.success(request, _("The request is answered. Whoever asked can read it now."))
        return redirect("archive:access-request-list", asked.authority.slug)
    return render(
        request,
        "archive/access_request_archivist.html",
        {"asked": asked, "requested": requested, "form": form, "forms": forms},
        status=422 if sent is not None else 200,
    )


def _answered(request, asked, requested):
    """What was decided. A press that comes too late is told so."""
    if request.method == "POST":
        messages.error(
            request,
            _("%(who)s has answered this request already. Your answer was not saved.")
            % {"who": asked.answered_by},
        )
        return redirect("archive:access-request-answer", asked.pk)
    there = given_documents(asked)
    for each in requested:
        each.given = [there[system_id] for system_id in each.documents if system_id in there]
    return render(
        request,
        "archive/access_answered_archivist.html",
        {"asked": asked, "requested": requested, "kept_until": kept_until(asked)},
    )
