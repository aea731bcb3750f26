"""Answering: a draft is saved as often as one likes, sent once, and may be withdrawn."""

import re

from celery import current_app
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.notices import owe_notice
from accounts.rules import ActionRefused, action, require
from archive.actions import discard, hold_file
from archive.files import store_file
from consultations.actions.adding import confirmed_before, stands
from consultations.lifecycle import advance, advance_all
from consultations.models import (
    Access,
    Attachment,
    Consultation,
    Response,
    ResponseStatus,
    ScanStatus,
    SenderKind,
    Submission,
    WhoMayAnswer,
)
from consultations.permissions import can_answer, can_change_submission, can_register
from consultations.receipts import confirmation_mail, owe_withdrawal, receipt_mail

ILLEGIBLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
SCREENING = "moderation.tasks.screen_submission"  # the one nudge against the arrows


@action
def save_draft(consultation, submission=None, *, texts, no_remarks=(), by=None, **fields):
    """Keep what has been written so far, as it stands: a draft may be wrong or incomplete.

    `texts` is theme pk → text; a theme that is not named keeps what it had. `no_remarks`
    are the pks of themes answered with "no remarks". `fields` are the submission's own.
    """
    written = {}
    if submission is None:
        require(can_answer(by, consultation))
        submission = Submission(consultation=consultation, sender=by)
    else:
        submission = own_draft(submission, by)
        written = {response.theme_id: response for response in submission.responses.all()}
    for name, value in fields.items():
        setattr(submission, name, value)
    submission.changed_at = timezone.now()
    submission.save()
    new = []
    for pk, position in consultation.themes.filter(pk__in=texts).values_list("pk", "position"):
        response = written.get(pk) or Response(
            submission=submission, consultation=consultation, theme_id=pk
        )
        response.text, response.has_no_remarks = _legible(texts[pk]), pk in no_remarks
        response.reference = f"{submission.reference}-{position}"
        says_something = response.text.strip() or response.has_no_remarks
        if response.pk is None:
            new += [response] if says_something else []
        elif says_something:
            response.save()
        else:
            response.delete()
    Response.objects.bulk_create(new)
    return submission


@action
def attach_file(submission, checked, file, *, by=None):
    """Keep a checked file with a draft (see `consultations.uploads`)."""
    submission = own_draft(submission, by)
    stored = store_file(file, checked.name.rsplit(".", 1)[-1].lower())
    if settings.CLAMAV_URL:
        hold_file(stored.sha256)
    return Attachment.objects.create(
        submission=submission,
        name=checked.name,
        content_type=checked.content_type,
        scan_status=ScanStatus.WAITING if settings.CLAMAV_URL else ScanStatus.UNSCANNED,
        path=stored.path,
        sha256=stored.sha256,
        size=stored.size,
    )


@action
def detach_file(attachment, *, by=None):
    """Take a file out of a draft, and delete it."""
    own_draft(attachment.submission, by)
    attachment.delete()
    transaction.on_commit(lambda: default_storage.delete(attachment.path))


@action
def submit(submission, *, by=None, registered_by=None):
    """Send the draft. After the commit it is received, whatever else is down.

    What comes after the deadline is received and marked as late. An official who types in
    what came otherwise is `registered_by`. Raises ActionRefused where nothing is answered,
    the sender is not told, or the consultation takes no responses. What colleagues said of
    the draft is deleted.
    """
    submission = own_draft(submission, by)
    consultation = _held(submission.consultation_id)
    if registered_by is not None:
        require(can_register(registered_by, consultation.authority))
    _refuse_unanswerable(consultation, submission, by, registered_by)
    now = timezone.now()
    responses = _answered(submission)
    submission.submitted_at = submission.changed_at = now
    submission.is_late = not consultation.is_open or consultation.is_past_deadline
    submission.reading_token = None
    submission.draft_comments.all().delete()
    if registered_by is not None:
        submission.registered_by, submission.registered_at = registered_by, now
    if submission.sender_kind == SenderKind.ANONYMOUS:
        submission.hide_name, submission.hide_name_reason = False, ""
    if submission.adds_to_id:
        submission.email_confirmed_at = confirmed_before(submission)
        if not stands(submission.adds_to.responses.all()):
            submission.adds_to = None  # withdrawn meanwhile: this is a response by itself
    submission.save()
    advance_all(
        responses,
        ResponseStatus.RECEIVED,
        by=by,
        at=now,
        also={"sender_group": submission.sender_group},
    )
    _owe_mails(submission, consultation)
    current_app.tasks[SCREENING].delay_on_commit(submission.pk)
    return submission


@action
def withdraw(submission, *, by=None):
    """Take back what has not been accepted yet. Raises ActionRefused where all has been."""
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    require(can_change_submission(by, submission))
    waiting = list(
        submission.responses.select_related("theme")
        .select_for_update(of=("self",))
        .awaiting_acceptance()
    )
    statuses = set(submission.responses.values_list("status", flat=True))
    if statuses == {ResponseStatus.WITHDRAWN}:
        raise ActionRefused(_("Your response is withdrawn already."))
    if not waiting:
        raise ActionRefused(
            _(
                "Your response has been decided on, so it can not be withdrawn. "
                "What is journaled stays in the archive."
            )
        )
    for response in waiting:
        advance(response, ResponseStatus.WITHDRAWN, by=by)
        discard(response.reference)
    owe_withdrawal(submission, waiting)
    return submission


@action
def confirm_email(submission):
    """The sender has followed the link in the mail. Twice does no harm."""
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.email_confirmed_at is None:
        submission.email_confirmed_at = timezone.now()
        submission.save(update_fields=["email_confirmed_at"])
        _owe_receipt(submission, submission.consultation)
        current_app.tasks[SCREENING].delay_on_commit(submission.pk)
    return submission


@action
def delete_draft(submission, *, by=None):
    """Delete a draft with its files. Raises ActionRefused where it has been sent, or written
    on since the caller read it."""
    changed_at = submission.changed_at
    submission = own_draft(submission, by)
    if submission.changed_at != changed_at:
        raise ActionRefused(_("This has been written on meanwhile and was not deleted."))
    paths = [attachment.path for attachment in submission.attachments.all()]
    submission.delete()
    transaction.on_commit(lambda: [default_storage.delete(path) for path in paths])


def own_draft(submission, by):
    """The draft, held, as it is now. Raises ActionRefused where it has been sent."""
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    require(can_change_submission(by, submission))
    if not submission.is_draft:
        raise ActionRefused(_("This has been sent already and can not be changed."))
    return submission


def _answered(submission):
    """The draft's responses that say something; the empty ones are deleted."""
    responses = list(submission.responses.select_for_update())
    said = [each for each in responses if each.text.strip() or each.has_no_remarks]
    if len(said) < len(responses) and submission.attachments.exists():
        said = responses
    if not said:
        raise ActionRefused(_("Write an answer to at least one theme before you send."))
    for response in responses:
        if response not in said:
            response.delete()
    return said


def _refuse_unanswerable(consultation, submission, by, registered_by):
    if not consultation.takes_responses:
        raise ActionRefused(
            _("“%(title)s” does not take responses now.") % {"title": consultation.title}
        )
    if not (registered_by or can_answer(by, consultation)):
        raise ActionRefused(_("Log in to answer this consultation."))
    if submission.sender_kind == SenderKind.ANONYMOUS:
        if consultation.who_may_answer != WhoMayAnswer.ANONYMOUS:
            raise ActionRefused(_("This consultation does not take anonymous responses."))
    elif not submission.sender_name:
        raise ActionRefused(_("Say who answers before you send."))
    elif not submission.contact_email and registered_by is None:
        raise ActionRefused(_("Give an e-mail address before you send."))
    if consultation.access == Access.INVITED and not _is_invited(consultation, submission):
        raise ActionRefused(_("Only those who are invited can answer this consultation."))


def _is_invited(consultation, submission):
    if submission.organisation_id:
        invited = consultation.consultees.filter(organisation=submission.organisation_id)
        if invited.exists():
            return True
    email = submission.contact_email
    return bool(email) and consultation.consultees.filter(email__iexact=email).exists()


def _owe_mails(submission, consultation):
    email = submission.contact_email
    if not email:
        return
    if submission.is_identified:
        _owe_receipt(submission, consultation)
    else:
        subject, body = confirmation_mail(submission, consultation)
        owe_notice(key=f"confirm-{submission.pk}", email=email, subject=subject, body=body)


def _owe_receipt(submission, consultation):
    subject, body = receipt_mail(submission, consultation)
    owe_notice(
        key=f"receipt-{submission.pk}",
        email=submission.contact_email,
        subject=subject,
        body=body,
        recipient=submission.sender,
    )


def _held(pk):
    """The consultation, held so that it is not concluded meanwhile; others may send too."""
    query = "SELECT * FROM consultations_consultation WHERE id = %s FOR SHARE"
    return Consultation.objects.raw(query, [pk])[0]


def _legible(text):
    """Text as the archive can keep it: no NUL and nothing else that XML 1.0 refuses."""
    return ILLEGIBLE.sub("", text)
