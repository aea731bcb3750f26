"""Answering a consultation: write, look over, send. Whoever holds the token of a submission
without an account may change it; that of an account, only the account.

A draft is saved before it is judged, so that no error loses what was typed. Whoever saves
last, wins; who then wrote over something else is told.
"""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.abuse import stop
from accounts.register import is_on
from accounts.rules import ActionRefused
from consultations.actions import submit
from consultations.actions.adding import stands
from consultations.forms.answering import ANSWER, MAX_TEXT_LENGTH, SubmissionForm, saved_form
from consultations.models import Consultation, SenderKind, Submission
from consultations.permissions import can_answer
from consultations.personal_data import find_personal_data
from consultations.redaction import passages
from consultations.uploads import MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, MAX_TOTAL_BYTES, MEGABYTE
from consultations.views.saving import OVER_OTHER, PRESSES, is_over_other, save
from consultations.views.secret import HELD_BACK, by_token, log_in_first

NOT_SAVED = "wrong in the draft"  # (fields as they were typed, messages about files) by address
TIMED = "draft that a person took time to write"  # its token
LIMITS = {
    "max_text_length": MAX_TEXT_LENGTH,
    "max_attachments": MAX_ATTACHMENTS,
    "max_attachment_megabytes": MAX_ATTACHMENT_BYTES // MEGABYTE,
    "max_total_megabytes": MAX_TOTAL_BYTES // MEGABYTE,
}


@require_http_methods(["GET", "POST"])
def draft_start(request, slug):
    """Begin to answer. Nothing is saved until a button is pressed."""
    consultation = get_object_or_404(
        Consultation.objects.public().select_related("authority"), slug=slug
    )
    if not consultation.takes_responses:
        return render(
            request,
            "consultations/closed_sender.html",
            {"consultation": consultation, "typed": _texts_typed(request.POST)},
            status=409,
        )
    if not can_answer(request.user, consultation):
        return log_in_first(request, request.path)
    return _write(request, consultation)


@require_http_methods(["GET", "POST"])
@by_token("consultations:draft-edit")
def draft_edit(request, submission):
    """Go on with a draft. With `?check` it says what is missing before it can be sent.

    What is written in one window while it is sent from another is handed back.
    """
    if submission.is_draft:
        try:
            return _write(request, submission.consultation, submission)
        except ActionRefused:
            submission.refresh_from_db()
            if submission.is_draft:
                raise
    sent = [response.text.split() for response in submission.responses.all()]
    typed = [text for text in _texts_typed(request.POST) if text.split() not in sent]
    if not typed:
        return redirect("consultations:receipt-show", submission.token)
    return render(
        request,
        "consultations/sent_meanwhile_sender.html",
        {"submission": submission, "typed": typed},
        status=409,
    )


@require_GET
@by_token()
def draft_check(request, submission):
    """Everything once more, as it will be sent."""
    if not submission.is_draft:
        return redirect("consultations:receipt-show", submission.token)
    if not saved_form(submission).is_valid():
        return redirect(_what_is_missing(submission))
    responses = submission.responses.select_related("theme")
    answers = [_answer(each) for each in responses.order_by("theme__is_whole", "theme__position")]
    return render(
        request,
        "consultations/check_sender.html",
        {
            "submission": submission,
            "consultation": submission.consultation,
            "answers": answers,
            "attachments": submission.attachments.all(),
            "is_anonymous": submission.sender_kind == SenderKind.ANONYMOUS,
            "has_personal_data": any(answer["findings"] for answer in answers),
        },
    )


@require_POST
@by_token()
def draft_send(request, submission):
    """Send it. Pressed twice, the second press shows the receipt of the first."""
    if submission.is_draft:
        if not saved_form(submission).is_valid():
            return redirect(_what_is_missing(submission))
        if stopped := stop(request, "answer", is_timed=False):  # the form was timed
            messages.error(request, stopped)
            return redirect("consultations:draft-check", submission.token)
        try:
            submit(submission, by=submission.sender)
        except ActionRefused as refused:
            submission.refresh_from_db()
            if submission.is_draft:
                messages.error(request, str(refused))
                return redirect("consultations:draft-check", submission.token)
    return redirect("consultations:receipt-show", submission.token)


def _write(request, consultation, submission=None):
    """The form; what is posted is saved as it stands, and judged at the draft's own address."""
    is_final = "check" in (request.POST if request.method == "POST" else request.GET)
    of = {
        "consultation": consultation,
        "user": request.user,
        "submission": submission,
        "is_final": is_final,
    }
    if request.method == "POST":
        form = SubmissionForm(request.POST, request.FILES, **of)
        form.full_clean()
        if submission or not form.is_empty:
            return _go_on(request, form, submission)
        form.ask_for_an_answer()
    elif typed := request.session.pop(HELD_BACK, {}).get(request.path):
        form = SubmissionForm(QueryDict(typed), **of)
        messages.warning(
            request,
            _(
                "You had been logged out. What you wrote is here again, but it is not saved yet, "
                "and attachments must be chosen again."
            ),
        )
    elif submission:
        wrong, refused = request.session.pop(NOT_SAVED, {}).get(request.path, ((), ()))
        form = saved_form(submission, is_final=is_final, typed=wrong)
        for message in refused:
            form.add_error("attachments", message)
    else:
        form = SubmissionForm(**of)
    return render(
        request,
        "consultations/draft_sender.html",
        {
            "form": form,
            "consultation": consultation,
            "submission": submission,
            "can_look_up": is_on(),
            **(_of_draft(request, submission) if submission else _of_start(form)),
            **LIMITS,
        },
        status=422 if request.method == "POST" else 200,
    )


def _of_start(form):
    """What the account has begun before, and for which bodies it can say "no remarks"."""
    if not form.sender:
        return {}
    drafts = Submission.objects.of_sender(form.sender).drafts()
    begun = drafts.filter(consultation=form.consultation).order_by("-changed_at").first()
    return {"begun": begun, "bodies": form.consultation.invited_bodies_of(form.sender)}


def _of_draft(request, submission):
    """The link by which colleagues read the draft, and what they say of it; and what it adds
    to, where that is not withdrawn."""
    token, added_to = submission.reading_token, submission.adds_to
    link = reverse("consultations:shared-draft-show", args=[token]) if token else ""
    return {
        "reading_link": link and request.build_absolute_uri(link),
        "comments": submission.draft_comments.all(),
        "added_to": added_to if added_to and stands(added_to.responses.all()) else None,
    }


def _go_on(request, form, submission):
    """Save, and go to the check page or to the draft's own page, which tells what is wrong.

    So what one reloads, or comes back to, is never a page that was an answer to a press.
    """
    if is_over_other(request, submission):
        messages.warning(request, OVER_OTHER)
    submission, refused = save(form, submission)
    is_timed = request.session.get(TIMED) != submission.token
    if stopped := stop(request, "draft", is_timed=is_timed, begun_at=submission.created_at):
        messages.error(request, stopped)
    elif form.is_final and form.is_valid() and not refused:
        return redirect("consultations:draft-check", submission.token)
    elif is_timed:
        request.session[TIMED] = submission.token  # what is wrong may be mended in a second
    messages.success(request, _("The draft is saved."))
    place = reverse("consultations:draft-edit", args=[submission.token])
    wrong = form.wrong_as_typed()
    if wrong or refused:
        request.session[NOT_SAVED] = {place: (wrong, refused)}
    if form.is_final:
        return redirect(place + "?check")
    for press, (do, part) in PRESSES.items():
        if press in request.POST and not stopped:
            do(request, submission)
            return redirect(place + part)
    return redirect(place)


def _texts_typed(posted):
    """The answers in a form that came too late to be kept: the sender gets them back."""
    return [text for name, text in posted.items() if name.startswith(ANSWER) and text.strip()]


def _answer(response):
    """What the check page shows of a response: its text, with what looks like personal data
    marked, and that in words."""
    findings = find_personal_data(response.text)
    return {
        "response": response,
        "passages": passages(response.text, [(each.start, each.end) for each in findings]),
        "findings": findings,
    }


def _what_is_missing(submission):
    return reverse("consultations:draft-edit", args=[submission.token]) + "?check"
