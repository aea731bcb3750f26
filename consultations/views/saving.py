"""Saving a draft: by a button, with its files, or as one types, by the script of the form.

Whoever saves last, wins; who then wrote over something else is told.
"""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.abuse import stop
from accounts.register import RegisterUnreachable, describe, look_up
from consultations.actions import (
    attach_file,
    detach_file,
    save_draft,
    share_draft,
    stop_sharing,
)
from consultations.forms.answering import SEE_ATTACHMENT, SubmissionForm
from consultations.models import Consultation, SenderKind
from consultations.uploads import (
    MAX_ATTACHMENTS,
    MAX_TOTAL_BYTES,
    MEGABYTE,
    UploadRefused,
    check_upload,
)
from consultations.views.secret import by_token, log_in_first

OVER_OTHER = gettext_lazy(
    "The draft had been changed in another window since you opened it here. What stands here "
    "now is what is kept."
)


@require_POST
def draft_keep_first(request, slug):
    """Keep what is being written, from when there is something: for the script of the form.

    Only for who has logged in. Without this, the form is saved by its button.
    """
    consultation = get_object_or_404(Consultation.objects.public(), slug=slug)
    if not request.user.is_authenticated:
        return log_in_first(request, reverse("consultations:draft-start", args=[slug]))
    if not consultation.takes_responses:
        return JsonResponse({}, status=409)
    return _keep(request, consultation)


@require_POST
@by_token("consultations:draft-edit")
def draft_keep(request, submission):
    """Keep what is being written in a draft of an account."""
    if not (submission.is_draft and submission.sender_id):
        return JsonResponse({}, status=409)
    return _keep(request, submission.consultation, submission)


def _keep(request, consultation, submission=None):
    """Save the text as it stands, and say when. Files wait for a button; and nothing is put
    with the name of an account while its owner wants to be anonymous."""
    form = SubmissionForm(
        request.POST, consultation=consultation, user=request.user, submission=submission
    )
    form.full_clean()
    is_anonymous = form.cleaned_data.get("sender_kind") == SenderKind.ANONYMOUS
    if is_anonymous or (submission is None and form.is_empty):
        return JsonResponse({})
    is_over = is_over_other(request, submission)
    submission = save_text(form, submission)
    said = _("The draft is saved at %(time)s.") % {"time": time_format(timezone.localtime())}
    return JsonResponse(
        {
            "message": f"{said} {OVER_OTHER}" if is_over else said,
            "as_of": submission.changed_at.isoformat(),
            "address": reverse("consultations:draft-edit", args=[submission.token]),
            "keep": reverse("consultations:draft-keep", args=[submission.token]),
            "is_late": consultation.is_past_deadline,
        }
    )


def save(form, submission):
    """The text first; then the files, each by itself, so that a bad one takes nothing along.

    Returns the draft, and a message for each file that was refused.
    """
    refusals = []
    submission = save_text(form, submission)
    by = submission.sender
    for attachment, is_removed in form.kept_attachments:
        if is_removed:
            detach_file(attachment, by=by)
    kept = list(submission.attachments.all())
    for upload in form.files.getlist("attachments"):
        try:
            checked = check_upload(upload)
            if any((checked.name, checked.sha256) == (each.name, each.sha256) for each in kept):
                continue  # the same press once more
            _refuse_too_much(checked, kept)
        except UploadRefused as refused:
            refusals += refused.messages
        else:
            kept.append(attach_file(submission, checked, upload, by=by))
    if form.is_final and form.says_nothing and kept:
        texts = {form.whole.pk: SEE_ATTACHMENT[submission.language]}
        save_draft(form.consultation, submission, texts=texts, by=by)
    return submission, refusals


def save_text(form, submission):
    written = {"texts": form.texts(), "no_remarks": form.no_remarks_on(), **form.kept()}
    return save_draft(form.consultation, submission, by=form.sender, **written)


def _refuse_too_much(checked, kept):
    if len(kept) >= MAX_ATTACHMENTS:
        message = _("“%(name)s” was not attached: there is room for %(limit)d files.")
        limit = MAX_ATTACHMENTS
    elif checked.size + sum(each.size for each in kept) > MAX_TOTAL_BYTES:
        message = _("“%(name)s” was not attached: together the files are over %(limit)d MB.")
        limit = MAX_TOTAL_BYTES // MEGABYTE
    else:
        return
    raise UploadRefused(message % {"name": checked.name, "limit": limit})


def is_over_other(request, submission):
    """Whether the draft has been saved from elsewhere since this form was shown."""
    as_of = request.POST.get("as_of", "")
    return bool(submission and as_of and as_of != submission.changed_at.isoformat())


def _look_up(request, submission):
    """Take name and kind from Enhetsregisteret, where it answers; say what it says."""
    if stopped := stop(request, "look-up", is_timed=False):
        messages.error(request, stopped)
        return
    try:
        found = look_up(submission.organisation_number)
    except RegisterUnreachable:
        message = _("Enhetsregisteret does not answer just now. Write the name yourself.")
        messages.warning(request, message)
        return
    messages.info(request, describe(found))
    if found:
        known = {"organisation_name": found.name, "organisation_kind": found.kind}
        save_draft(submission.consultation, submission, texts={}, by=submission.sender, **known)


def _share(_request, submission):
    share_draft(submission, by=submission.sender)


def _stop_sharing(request, submission):
    stop_sharing(submission, by=submission.sender)
    messages.success(request, _("The link is taken back. Nobody can read your draft by it."))


# What else a button does when the draft is saved, and which part of the page it concerns.
PRESSES = {
    "look_up": (_look_up, "#id_organisation_name"),
    "share": (_share, "#share"),
    "stop_sharing": (_stop_sharing, "#share"),
}
