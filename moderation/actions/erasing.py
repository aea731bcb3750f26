"""Erasing what the law says must go, in the record and in every copy that we keep outside it.

What colleagues wrote of a response themselves, in notes, assessments and decisions, is theirs
and stays: whoever approves reads it.
"""

from django.db.models import Q

from accounts.models import Notice
from accounts.rules import action
from archive import actions as record
from archive.actions.entries import origin
from archive.vocabulary import ERASED
from casework.models import Excerpt
from consultations.actions import raise_public_version
from consultations.models import Attachment, Publication, Response, SenderKind, Submission
from moderation.models import Redaction, Screening


@action
def approve_erasure(erasure, *, by):
    """Erase in the record (see `archive.actions.approve_erasure`), and blank the same words in
    responses, submissions, attachments, excerpts, mails and the search.

    A redaction made meanwhile would print what is erased once more, so the responses are
    locked first, as every decision about them does.
    """
    named = origin(erasure.entry.source)
    list(_responses([named]).select_for_update(of=("self",)))
    party_names = list(
        erasure.entry.parties.filter(position__in=erasure.parties).values_list("name", flat=True)
    )
    erasure = record.approve_erasure(erasure, by=by)
    documents = erasure.erased_documents.select_related("entry")
    texts = {origin(each.entry.source) for each in documents if each.number == 1}
    _blank_texts(_responses(texts))
    Attachment.objects.filter(path__in=[each.path for each in documents]).delete()
    of_parties = {origin(each.entry.source) for each in erasure.erased_parties.all()}
    for submission in Submission.objects.filter(responses__in=_responses(of_parties)).distinct():
        if submission.sender_name in party_names:
            _blank_sender(submission)
    concerned = {named, *texts, *(origin(each.entry.source) for each in documents)}
    for response in _responses(concerned):
        Notice.objects.filter(_mails_about(response)).delete()
        raise_public_version(response.consultation)
    return erasure


def _responses(references):
    return Response.objects.filter(reference__in=references).select_related("consultation")


def _blank_texts(responses):
    """The search follows by itself, by its trigger. What pointed into the text points nowhere."""
    Excerpt.objects.filter(response__in=responses).delete()
    Redaction.objects.filter(response__in=responses).delete()
    Screening.objects.filter(response__in=responses).update(
        findings=[], text_digest=None, bands=[], campaign=None
    )
    responses.update(text=ERASED)
    responses.filter(publication=Publication.REDACTED).update(redacted_text=ERASED)


def _blank_sender(submission):
    """Cut it off from the account too. The secret link still shows what is left."""
    if submission.sender_kind == SenderKind.ANONYMOUS:
        return
    submission.name = ERASED
    submission.organisation_name = ERASED if submission.organisation_name else ""
    submission.organisation_number = submission.email = submission.hide_name_reason = ""
    submission.sender = submission.organisation = None
    submission.save()


def _mails_about(response):
    """The mails that told what was sent, or to whom."""
    keys = [f"{what}-{response.submission_id}" for what in ("receipt", "confirm", "withdrawn")]
    keys += [f"decision-{pk}" for pk in response.decisions.values_list("pk", flat=True)]
    return Q(key__in=keys)
