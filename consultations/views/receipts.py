"""After sending: the receipt, where one follows one's response, and what one may still do."""

from django.contrib import messages
from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from archive.models import JournalEntry
from archive.vocabulary import UNASSIGNED
from consultations.actions import confirm_email, withdraw
from consultations.models import ResponseStatus, Submission
from consultations.receipts import CONFIRMATION_SALT
from consultations.views.secret import by_token


@require_GET
@by_token()
def receipt_show(request, submission):
    """What was sent and how far each response has come."""
    if submission.is_draft:
        return redirect("consultations:draft-edit", submission.token)
    responses = list(
        submission.responses.select_related("theme")
        .prefetch_related("decisions")
        .order_by("theme__is_whole", "theme__position")
    )
    entries = {
        entry.source: entry
        for entry in JournalEntry.objects.filter(
            authority=submission.consultation.authority_id,
            source__in=[response.reference for response in responses],
        ).select_related("state")
    }
    return render(
        request,
        "consultations/receipt_sender.html",
        {
            "submission": submission,
            "consultation": submission.consultation,
            "steps": [_how_far(each, entries.get(each.reference)) for each in responses],
            "attachments": submission.attachments.all(),
            "awaits_confirmation": submission.contact_email and not submission.is_identified,
            "can_withdraw": any(each.status == ResponseStatus.RECEIVED for each in responses),
        },
    )


def _how_far(response, entry):
    """A response, its journal entry, who handles it, and why it is not in the case, if so."""
    handler = entry.state.case_handler if entry else UNASSIGNED
    rejections = [each for each in response.decisions.all() if each.outcome == "rejected"]
    return {
        "response": response,
        "entry": entry,
        "handler": "" if handler == UNASSIGNED else handler,
        "handled_on": entry.state.written_off_on if entry else None,
        "rejection": rejections[-1] if rejections else None,
    }


@require_POST
@by_token()
def submission_withdraw(request, submission):
    """Take back what has not been accepted."""
    withdraw(submission, by=submission.sender)
    messages.success(request, _("Your response is withdrawn. Nobody will handle it."))
    return redirect("consultations:receipt-show", submission.token)


@require_http_methods(["GET", "POST"])
def email_confirm(request, signed):
    """The link in the mail. A button confirms, for mail programs open links by themselves.

    It shows nothing of the response: the mail may have gone to somebody else.
    """
    try:
        pk = signing.loads(signed, salt=CONFIRMATION_SALT)
    except signing.BadSignature:
        raise Http404 from None
    submission = get_object_or_404(Submission.objects.submitted(), pk=pk)
    if request.method == "POST":
        confirm_email(submission)
    page = render(
        request,
        "consultations/email_sender.html",
        {"is_confirmed": request.method == "POST"},
    )
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page
