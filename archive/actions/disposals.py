"""Disposing of documents here, once their receiver has said that it holds them.

The metadata stay, and the digests with them: the chain and the proofs still verify, and a
later extraction tells what was disposed of (krav 6.4.27). What goes is the bytes.
"""

from celery import current_app
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.case_files import lock_journal, log_case_change
from archive.models import (
    ArchivedDocument,
    CaseFile,
    Delivery,
    Disposal,
    PreparedDocument,
    RequestedEntry,
)
from archive.models.rules import NOTHING
from archive.permissions import can_answer_for_archive
from archive.signature import signature
from archive.vocabulary import CaseStatus, DisposalDecision

DELETING = "archive.tasks.delete_disposed_files"


@action
def dispose_case_file(case_file, *, by):
    """Destroy the documents of a case file here. It can not be undone.

    Call `moderation.actions.dispose_case_file`, which takes the copies outside the record too.
    The bytes go after the commit. Raises ActionRefused for the reason that `why_kept` tells.
    """
    lock_journal(case_file.authority)
    require(can_answer_for_archive(by, case_file.authority_id))
    case_file = (
        CaseFile.objects.select_for_update(of=("self",))
        .select_related("classification", "series")
        .get(pk=case_file.pk)
    )
    reason = why_kept(case_file)
    if reason:
        raise ActionRefused(reason)
    delivery = approved_delivery(case_file)
    disposal = Disposal.objects.create(
        case_file=case_file,
        delivery=delivery,
        legal_basis=basis_of_disposal(case_file, delivery),
        disposed_by=signature(by),
        documents=documents_of(case_file).count(),
    )
    day = timezone.localdate(disposal.disposed_at)
    log_case_change(case_file, "utfoertKassasjon", NOTHING, day, by=by)
    current_app.tasks[DELETING].delay_on_commit(disposal.pk)
    return disposal


@action
def delete_disposed_files(disposal):
    """Delete the bytes of what was disposed of. Twice does no harm.

    A file that something else still holds is left: another case file's, or what waits to be
    journaled.
    """
    disposal = Disposal.objects.select_for_update().get(pk=disposal.pk)
    elsewhere = ArchivedDocument.objects.filter(
        path=OuterRef("path"), erasure=None, entry__case_file__disposal=None
    )
    prepared = PreparedDocument.objects.filter(path=OuterRef("path"))
    documents = ArchivedDocument.objects.filter(entry__case_file=disposal.case_file_id)
    paths = documents.filter(~Exists(elsewhere), ~Exists(prepared)).values_list("path", flat=True)
    for path in set(paths):
        default_storage.delete(path)
    disposal.files_deleted_at = timezone.now()
    disposal.save(update_fields=["files_deleted_at"])


def why_kept(case_file):
    """Why a case file may not be disposed of now, and what to do; empty where it may be.

    `classification` and `series` must be fetched.
    """
    names = {"id": case_file.identifier, "code": case_file.classification.code}
    due = case_file.disposal_due_on
    reasons = (
        (
            lambda: Disposal.objects.filter(case_file=case_file).exists(),
            _("The documents of case file %(id)s are disposed of already."),
        ),
        (
            lambda: case_file.status != CaseStatus.CLOSED,
            _("The case file %(id)s is still open."),
        ),
        (
            lambda: not Delivery.objects.covering(case_file).exists(),
            _(
                "The case file %(id)s is in no extraction that was delivered. Make one, deliver "
                "it, and record the delivery."
            ),
        ),
        (
            lambda: approved_delivery(case_file) is None,
            _(
                "The receiver has not approved what was delivered of case file %(id)s. Record the "
                "approval when it has come. Until then nothing may be disposed of."
            ),
        ),
        (
            lambda: case_file.classification.disposal == DisposalDecision.ASSESSED_LATER,
            _(
                "The class %(code)s is to be assessed later. Decide first what becomes of it, in "
                "the filing plan."
            ),
        ),
        (
            lambda: due and due > timezone.localdate(),
            _("The case file %(id)s is kept here until %(day)s."),
        ),
        (
            lambda: RequestedEntry.objects.filter(
                entry__case_file=case_file, request__answered_at=None
            ).exists(),
            _("Somebody has asked for access to documents of case file %(id)s. Answer first."),
        ),
    )
    names["day"] = date_format(due, "SHORT_DATE_FORMAT") if due else ""
    return next((words % names for holds, words in reasons if holds()), "")


def approved_delivery(case_file):
    """The latest delivery with the case file in it that its receiver has approved, or None."""
    deliveries = Delivery.objects.approved().covering(case_file)
    return deliveries.select_related("extraction").order_by("approved_at").last()


def basis_of_disposal(case_file, delivery):
    """By which decision: that of the class, or that another archive holds it now."""
    klass = case_file.classification
    if klass.disposal == DisposalDecision.DISPOSED:
        return klass.disposal_basis
    receiver = " ".join(filter(None, [delivery.receiver, delivery.reference]))
    return f"Avlevert til {receiver}"[:200]


def documents_of(case_file):
    """Those whose bytes are here."""
    return ArchivedDocument.objects.filter(entry__case_file=case_file, erasure=None)
