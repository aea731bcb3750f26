"""Erasing what a court or the law says must go, after which everything still verifies.

An entry, its documents and its parties keep what the chain covers: numbers, digests, sizes. A
document loses its bytes, a party its text and its salt. One archivist asks, another approves.
"""

import pgtrigger
from celery import current_app
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.case_files import lock_journal
from archive.actions.entries import origin
from archive.actions.remnants import note_remnants
from archive.chain import NO_SALT
from archive.lifecycle import advance
from archive.models import (
    ArchivedDocument,
    Change,
    Correspondent,
    Erasure,
    ErasureStatus,
    JournalEntry,
    PreparedDocument,
)
from archive.permissions import can_approve_erasure, can_request_erasure
from archive.signature import signature
from archive.vocabulary import ERASED

DELETING = "archive.tasks.delete_erased_files"
ASLEEP = ("archive.ArchivedDocument:append_only", "archive.Correspondent:append_only")


@action
def request_erasure(entry, *, documents=(), parties=(), legal_basis, reason, by):
    """Ask that documents (their system_ids) and parties (their positions) of an entry go.

    Nothing is erased before another archivist approves it. Raises ActionRefused where
    nothing is named, or something that is not there to be erased, and while another
    erasure of the entry waits.
    """
    lock_journal(entry.authority_id)
    require(can_request_erasure(by, entry.authority_id))
    if entry.erasures.requested().exists():
        raise ActionRefused(_("An erasure of this entry waits already. Decide on that one first."))
    there = set(entry.documents.filter(erasure=None).values_list("system_id", flat=True))
    there |= set(entry.parties.filter(erasure=None).values_list("position", flat=True))
    named = {*documents, *parties}
    if not named or not named <= there:
        raise ActionRefused(_("Choose what is to be erased, among what is not erased already."))
    return Erasure.objects.create(
        authority_id=entry.authority_id,
        entry=entry,
        documents=list(documents),
        parties=list(parties),
        legal_basis=legal_basis,
        reason=reason,
        requested_by=by,
    )


@action
def approve_erasure(erasure, *, by):
    """Erase in the record what was asked for, and whatever else holds the same: every variant,
    conversion and copy of a document, and the same name in the entry's corrections.

    Call `moderation.actions.approve_erasure`, which blanks the copies outside the record too.
    The bytes go after the commit. Raises ActionRefused where it was decided on already, and
    while something that is not yet journaled has the same file.
    """
    lock_journal(erasure.authority_id)  # nobody corrects an entry, and so copies it, meanwhile
    erasure = _locked(erasure)
    require(can_approve_erasure(by, erasure))
    advance(erasure, ErasureStatus.APPROVED, by=by)
    documents, parties = _same_documents(erasure), _same_parties(erasure)
    if PreparedDocument.objects.filter(path__in={each.path for each in documents}).exists():
        raise ActionRefused(
            _(
                "Another response with the same attachment waits to be accepted. "
                "Decide on it first, then approve the erasure."
            )
        )
    # The triggers that keep the record append-only sleep for these two statements alone.
    with pgtrigger.ignore(*ASLEEP):
        ArchivedDocument.objects.filter(pk__in=[each.pk for each in documents]).update(
            erasure=erasure
        )
        Correspondent.objects.filter(pk__in=[each.pk for each in parties]).update(
            erasure=erasure, name=ERASED, contact_person="", email="", salt=NO_SALT
        )
    _log(documents, parties, by=by)
    note_remnants(erasure)
    current_app.tasks[DELETING].delay_on_commit(erasure.pk)
    return erasure


@action
def refuse_erasure(erasure, *, by):
    """Say no to what was asked for; whoever asked may do so too. Nothing is erased."""
    erasure = _locked(erasure)
    require(can_request_erasure(by, erasure.authority_id))
    advance(erasure, ErasureStatus.REFUSED, by=by)
    return erasure


@action
def delete_erased_files(erasure):
    """Delete the bytes of what an approved erasure took. Twice does no harm."""
    erasure = _locked(erasure)
    if erasure.status != ErasureStatus.APPROVED:
        return
    for path in set(erasure.erased_documents.values_list("path", flat=True)):
        default_storage.delete(path)
    erasure.files_deleted_at = timezone.now()
    erasure.save(update_fields=["files_deleted_at"])


def _locked(erasure):
    return Erasure.objects.select_for_update().get(pk=erasure.pk)


def _same_documents(erasure):
    """What was named, and all in the case file that are the same document or the same file."""
    documents = ArchivedDocument.objects.filter(
        entry__case_file__entries=erasure.entry_id, erasure=None
    ).select_related("entry")
    same, found = Q(system_id__in=erasure.documents), []
    while len(rows := list(documents.filter(same).order_by("pk"))) > len(found):
        found = rows
        same |= Q(description_id__in={each.description_id for each in found})
        same |= Q(path__in={each.path for each in found})
    return found


def _same_parties(erasure):
    """Those that were named, and those of the same name among the entry's corrections."""
    source = origin(erasure.entry.source)
    entries = JournalEntry.objects.filter(
        Q(source=source) | Q(source__startswith=f"{source}+"), authority=erasure.authority_id
    )
    named = erasure.entry.parties.filter(position__in=erasure.parties)
    return list(
        Correspondent.objects.filter(
            entry__in=entries, name__in=named.values_list("name", flat=True), erasure=None
        ).select_related("entry")
    )


def _log(documents, parties, *, by):
    """A row of the change log for each. It says what went, and nothing of what that was.

    Of a file, the row is about its description, which an extraction still holds (N5.62).
    """
    gone = [(each.entry, each.description_id, "dokumentobjekt", each.sha256) for each in documents]
    gone += [
        (each.entry, each.entry.system_id, "korrespondansepartNavn", each.kind) for each in parties
    ]
    Change.objects.bulk_create(
        Change(
            case_file_id=entry.case_file_id,
            entry=entry,
            unit=unit,
            element=element,
            old_value=old_value,
            new_value=ERASED,
            changed_by=signature(by),
        )
        for entry, unit, element, old_value in gone
    )
