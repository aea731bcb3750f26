"""A draft as a colleague meets it: to be read, and commented on."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.abuse import stop
from accounts.rules import ActionRefused
from accounts.secret import secret_page
from consultations.actions import comment_on_draft
from consultations.forms.sharing import CommentForm
from consultations.models import Submission


@require_http_methods(["GET", "POST"])
def shared_draft_show(request, reading_token):
    """The texts, the names of the files, and a field for a comment.

    Where the link has ended, the page says so, and gives back what was typed.
    """
    shared = Submission.objects.drafts().select_related("consultation__authority", "sender")
    submission = shared.filter(reading_token=reading_token).first()
    form = CommentForm(request.POST if request.method == "POST" else None)
    if submission and request.method == "POST" and form.is_valid():
        if stopped := stop(request, "draft"):
            form.add_error(None, stopped)
        else:
            try:
                comment_on_draft(submission, **form.cleaned_data)
            except ActionRefused:
                submission = None
            else:
                messages.success(request, _("Your comment is with whoever writes the response."))
                return secret_page(redirect(request.path))
    if submission is None:
        typed = request.POST.get("text", "")
        gone = "consultations/shared_draft_gone_reader.html"
        return secret_page(render(request, gone, {"typed": typed}, status=404))
    responses = submission.responses.select_related("theme")
    return secret_page(
        render(
            request,
            "consultations/shared_draft_reader.html",
            {
                "submission": submission,
                "consultation": submission.consultation,
                "responses": responses.order_by("theme__is_whole", "theme__position"),
                "attachments": submission.attachments.all(),
                "form": form,
            },
            status=422 if form.errors else 200,
        )
    )
