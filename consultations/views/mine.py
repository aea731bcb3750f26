"""What the signed-in person has written and sent, and the end of the account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.paging import read_page
from accounts.rules import ActionRefused
from consultations.actions import close_account, delete_draft
from consultations.forms.closing import CloseAccountForm
from consultations.models import Response, Submission
from consultations.views.secret import by_token

PER_PAGE = 25


@require_GET
def submission_list(request):
    """Drafts first, and then what was sent; of each the newest first."""
    after = request.GET.get("after", "")
    rows = Submission.objects.of_sender(request.user).select_related("consultation", "adds_to")
    responses = Response.objects.select_related("theme").defer("text", "redacted_text")
    responses = responses.order_by("theme__is_whole", "theme__position")
    rows = rows.prefetch_related(Prefetch("responses", responses), "attachments")
    page = read_page(rows.submitted(), "-created_at", "-id", after=after, size=PER_PAGE)
    return render(
        request,
        "consultations/submissions_sender.html",
        {
            "drafts": [] if after else rows.drafts().order_by("-changed_at"),
            "submissions": page.rows,
            "is_first_page": not after,
            "first_url": request.path if after else "",
            "next_url": f"?after={page.next}" if page.next else "",
        },
    )


@require_http_methods(["GET", "POST"])
@by_token("consultations:draft-edit")
def draft_delete(request, submission):
    """Ask once more, and delete a draft with its files."""
    if not submission.is_draft:
        raise Http404
    if request.method == "POST":
        delete_draft(submission, by=submission.sender)
        messages.success(request, _("The draft is deleted."))
        if submission.sender_id:
            return redirect("consultations:submission-list")
        return redirect("consultations:consultation-show", submission.consultation.slug)
    return render(
        request,
        "consultations/delete_sender.html",
        {"submission": submission, "consultation": submission.consultation},
    )


@require_http_methods(["GET", "POST"])
def account_close(request):
    """Close the account: what that means, the password once more, and then what stays."""
    form = CloseAccountForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            close_account(request.user, by=request.user)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            logout(request)
            return render(request, "accounts/closed_user.html")
    sent = Submission.objects.of_sender(request.user).submitted()
    return render(
        request,
        "accounts/close_user.html",
        {
            "form": form,
            "sent": sent.count(),
            "drafts": Submission.objects.of_sender(request.user).drafts().count(),
        },
        status=422 if form.errors else 200,
    )
