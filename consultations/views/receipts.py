"""After sending: the receipt, where one follows one's response, and what one may still do."""

from django.contrib import messages
from django.core import signing
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.secret import secret_page
from archive.models import JournalEntry
from archive.proofs import proof_file, proofs_of
from archive.vocabulary import UNASSIGNED
from consultations.actions import add_to, confirm_email, withdraw
from consultations.actions.adding import why_not_add_to
from consultations.letters import original_text
from consultations.models import ResponseStatus, ScanStatus, Submission
from consultations.receipts import CONFIRMATION_SALT, receipt_link, receipt_pdf
from consultations.views.secret import by_token


@require_GET
@by_token()
def receipt_show(request, submission):
    """What was sent and how far each response has come."""
    if submission.is_draft:
        return redirect("consultations:draft-edit", submission.token)
    responses = list(
        submission.responses.select_related("theme")
        .prefetch_related("decisions", "cited_in__theme")
        .order_by("theme__is_whole", "theme__position")
    )
    entries = {
        entry.source: entry
        for entry in JournalEntry.objects.filter(
            authority=submission.consultation.authority_id,
            source__in=[response.reference for response in responses],
        ).select_related("state")
    }
    proofs = proofs_of(entries.values())
    steps = [_how_far(each, entries.get(each.reference), proofs) for each in responses]
    return render(
        request,
        "consultations/receipt_sender.html",
        {
            "submission": submission,
            "consultation": submission.consultation,
            "link": receipt_link(submission),
            "steps": steps,
            "can_object": any(
                each["is_kept_back"] or each["response"].is_name_shown_against_wish
                for each in steps
            ),
            "is_withdrawn": _are_withdrawn(responses),
            "attachments": submission.attachments.all(),
            "additions": submission.additions.order_by("created_at"),
            "awaits_confirmation": submission.contact_email and not submission.is_identified,
            "can_withdraw": any(each.status == ResponseStatus.RECEIVED for each in responses),
            "can_add": not why_not_add_to(submission, responses),
        },
    )


def _how_far(response, entry, proofs):
    """A response, its journal entry and the proof of it, who handles it, where it is used, and
    why it is not in the case, if so."""
    handler = entry.state.case_handler if entry else UNASSIGNED
    rejections = [each for each in response.decisions.all() if each.outcome == "rejected"]
    return {
        "response": response,
        "entry": entry,
        "hash": bytes(entry.hash).hex() if entry else "",
        "proof": proofs.get(entry.pk) if entry else None,
        "handler": "" if handler == UNASSIGNED else handler,
        "handled_on": entry.state.written_off_on if entry else None,
        "rejection": rejections[-1] if rejections else None,
        "is_kept_back": bool(response.legal_ground),
        "used_in": [each.theme for each in response.cited_in.all() if each.published_at],
    }


@require_GET
@by_token()
def receipt_download(_request, submission):
    """The receipt as a PDF: what was sent, and the link by which it is followed."""
    if submission.is_draft:
        raise Http404
    page = HttpResponse(receipt_pdf(submission), content_type="application/pdf")
    page.headers["Content-Disposition"] = (
        f'attachment; filename="kvittering-{submission.reference}.pdf"'
    )
    return page


@require_GET
@by_token()
def proof_download(_request, submission, reference):
    """The file that proves, with a checkpoint, that the response stands in the journal."""
    response = get_object_or_404(submission.responses, reference=reference)
    entry = get_object_or_404(
        JournalEntry.objects.select_related("case_file__series__fonds", "corrects"),
        authority=submission.consultation.authority_id,
        source=response.reference,
    )
    proof = proofs_of([entry]).get(entry.pk)
    if proof is None:
        raise Http404
    page = JsonResponse(
        proof_file(entry, proof), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    page.headers["Content-Disposition"] = f'attachment; filename="bevis-{reference}.json"'
    return page


@require_GET
@by_token()
def sent_text_download(_request, submission, reference):
    """The text of a response in the very bytes whose digest is journaled."""
    if submission.is_draft:
        raise Http404
    response = get_object_or_404(submission.responses, reference=reference)
    response.submission = submission
    page = HttpResponse(original_text(response).encode(), content_type="text/plain; charset=utf-8")
    page.headers["Content-Disposition"] = f'attachment; filename="svar-{reference}.txt"'
    return page


@require_GET
@by_token()
def sent_attachment_download(_request, submission, pk):
    """A file that the sender attached, as it was sent. What is infected is not handed out."""
    attachment = get_object_or_404(
        submission.attachments.exclude(scan_status=ScanStatus.INFECTED), pk=pk
    )
    return FileResponse(
        default_storage.open(attachment.path),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )


@require_http_methods(["GET", "POST"])
@by_token()
def submission_withdraw(request, submission):
    """Ask once more, and take back what has not been accepted.

    Who presses twice, or comes back afterwards, is shown that it is done.
    """
    if submission.is_draft:
        raise Http404
    responses = list(submission.responses.select_related("theme").order_by("theme__position"))
    if _are_withdrawn(responses):
        return redirect("consultations:receipt-show", submission.token)
    if request.method == "POST":
        withdraw(submission, by=submission.sender)
        messages.success(request, _("Your response is withdrawn. Nobody will handle it."))
        return redirect("consultations:receipt-show", submission.token)
    return render(
        request,
        "consultations/withdraw_sender.html",
        {
            "submission": submission,
            "consultation": submission.consultation,
            "waiting": [each for each in responses if each.status == ResponseStatus.RECEIVED],
            "kept": [each for each in responses if each.status == ResponseStatus.ACCEPTED],
            "added": submission.additions.submitted()
            .filter(responses__status=ResponseStatus.RECEIVED)
            .distinct(),
        },
    )


def _are_withdrawn(responses):
    return all(each.status == ResponseStatus.WITHDRAWN for each in responses)


@require_POST
@by_token()
def submission_add_to(_request, submission):
    """Begin to add to what was sent, or go on with what was begun."""
    addition = add_to(submission, by=submission.sender)
    return redirect("consultations:draft-edit", addition.token)


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
    return secret_page(
        render(
            request,
            "consultations/email_sender.html",
            {"is_confirmed": request.method == "POST"},
        )
    )
