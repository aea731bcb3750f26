"""Copies in an archive format: asked for when an entry is journaled, made by a worker, and
settled by an archivist where no program can make one.

Whoever writes a copy holds the journal's lock, and so do those who correct an entry, erase or
close: none of them sees half of it. A copy comes after its entry, and is no part of the chain.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.case_files import lock_journal
from archive.lifecycle import advance_conversion
from archive.models import (
    ArchivedDocument,
    Conversion,
    ConversionFault,
    ConversionStatus,
    InfectedFile,
    UnscannedFile,
)
from archive.permissions import can_keep_archive, can_settle_conversion
from archive.signature import signature
from archive.vocabulary import Variant

CONVERTING = "archive.tasks.convert_document"  # by name, for the tasks call actions
MOST_ATTEMPTS = 3
PATIENCE = timedelta(minutes=15)  # with a server that lacks what it needs, which counts for nothing
SAME_DOCUMENT = ("entry_id", "description_id", "number", "role", "title", "document_type")


@dataclass(frozen=True)
class StoredCopy:
    """A copy in an archive format that is stored already: what the record says of it."""

    stored: object  # archive.files.StoredFile
    format: str
    format_details: str
    tool: str = ""
    comment: str = ""


def await_conversions(documents):
    """Ask for a copy of those saved documents that are in no archive format."""
    waiting = [Conversion(document=each) for each in documents if not each.is_archive_format]
    Conversion.objects.bulk_create(waiting)
    for each in waiting:
        current_app.tasks[CONVERTING].delay_on_commit(each.pk)


def carry_over(originals):
    """Let the corrections' documents be as far as those they stand for: old → new, both saved."""
    of_new = Conversion.objects.in_bulk([new.pk for new in originals.values()])
    for old in Conversion.objects.filter(document__in=originals):
        new = of_new[originals[old.document].pk]
        for name in ("status", "error", "settled_at", "settled_by_id", "settled_note"):
            setattr(new, name, getattr(old, name))
        new.save()


@action
def claim_conversion(conversion):
    """Begin an attempt, and return the Conversion with its document; None where there is nothing
    to do, or another worker is at it. Who dies at it loses it when the attempt is long over."""
    claimed = (
        Conversion.objects.outstanding()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("document__entry")
        .filter(pk=conversion.pk)
        .first()
    )
    if claimed is None:
        return None
    if InfectedFile.objects.filter(sha256=claimed.document.sha256).exists():
        _fail(claimed, ConversionFault.INFECTED)
        return None
    if claimed.attempts >= MOST_ATTEMPTS:  # each ended with its worker
        _fail(claimed, ConversionFault.STOPPED)
        return None
    claimed.attempts += 1
    claimed.due_at = timezone.now() + timedelta(seconds=2 * settings.CONVERSION_SECONDS + 60)
    claimed.save(update_fields=["attempts", "due_at"])
    return claimed


@action
def record_conversion(claimed, copy):
    """Keep the StoredCopy that an attempt made; none, where the file is as it must be already.

    Where the document was settled, erased or corrected meanwhile, the copy is thrown away.
    """
    lock_journal(claimed.document.entry.authority_id)
    conversion = _still_claimed(claimed)
    if conversion is None:
        if copy:
            transaction.on_commit(lambda: default_storage.delete(copy.stored.path))
        return
    if copy:
        _keep(conversion.document, copy, by=None)
    advance_conversion(conversion, ConversionStatus.DONE, by=None)


@action
def fail_conversion(claimed, fault):
    """It can not be converted: a person must settle it."""
    conversion = _still_claimed(claimed)
    if conversion:
        _fail(conversion, fault)


@action
def postpone_conversion(claimed, fault, *, counts=True):
    """It could not be converted now: again after 1, 2, 4 … minutes, a few times. What `counts`
    for nothing, because the server lacks something, is tried for as long as it takes."""
    conversion = _still_claimed(claimed)
    if conversion is None:
        return
    if counts and conversion.attempts >= MOST_ATTEMPTS:
        _fail(conversion, fault)
        return
    if not counts:
        conversion.attempts -= 1
    delay = timedelta(minutes=2 ** (conversion.attempts - 1)) if counts else PATIENCE
    conversion.error, conversion.due_at = fault, timezone.now() + delay
    conversion.save(update_fields=["attempts", "error", "due_at"])


@action
def retry_conversion(conversion, *, by):
    """Try again at once, from the beginning. Raises ActionRefused for what is done or settled."""
    conversion = _locked(conversion)
    require(can_keep_archive(by, conversion.document.entry.authority_id))
    if conversion.status != ConversionStatus.WAITING:
        advance_conversion(conversion, ConversionStatus.WAITING, by=by)
    conversion.attempts, conversion.due_at = 0, timezone.now()
    conversion.save(update_fields=["attempts", "due_at"])
    current_app.tasks[CONVERTING].delay_on_commit(conversion.pk)
    return conversion


@action
def settle_conversion(conversion, note, *, copy=None, by):
    """Say what was done about a file that was not converted: keep the StoredCopy that somebody
    made by hand, or without one deliver the original as it is. The note goes along.

    Raises ActionRefused for what is done or settled already, and for an original with a virus.
    """
    lock_journal(conversion.document.entry.authority_id)
    conversion = _locked(conversion)
    require(can_settle_conversion(by, conversion))
    if not note.strip():
        raise ActionRefused(_("Write what was done about it: the note goes along with the file."))
    if copy is None and InfectedFile.objects.filter(sha256=conversion.document.sha256).exists():
        raise ActionRefused(
            _(
                "The original carries a virus and can not be delivered. Upload a copy in its "
                "place: a clean one from the sender, or a page that says what it was."
            )
        )
    conversion.settled_note = note.strip()
    advance_conversion(conversion, ConversionStatus.SETTLED, by=by, also=["settled_note"])
    if copy:
        _keep(conversion.document, replace(copy, comment=conversion.settled_note), by=by)
    return conversion


@action
def hold_file(sha256):
    """From now on a file with this digest waits for the virus scanner before it is opened."""
    UnscannedFile.objects.get_or_create(sha256=sha256)


@action
def release_file(sha256):
    """The virus scanner has looked at it. Twice does no harm."""
    UnscannedFile.objects.filter(sha256=sha256).delete()


def _locked(conversion):
    return (
        Conversion.objects.select_for_update(of=("self",))
        .select_related("document__entry")
        .get(pk=conversion.pk)
    )


def _still_claimed(claimed):
    """The locked row; None where this attempt has been overtaken by another, or by a person."""
    return (
        Conversion.objects.waiting()
        .select_for_update(of=("self",))
        .select_related("document__entry")
        .filter(pk=claimed.pk, attempts=claimed.attempts)
        .first()
    )


def _fail(conversion, fault):
    conversion.error = fault
    advance_conversion(conversion, ConversionStatus.FAILED, by=None, also=["error"])


def _keep(original, copy, *, by):
    """Write the copy as a document of its own beside the original."""
    versions = ArchivedDocument.objects.filter(
        entry=original.entry_id, number=original.number, variant=Variant.ARCHIVE
    )
    return ArchivedDocument.objects.create(
        converted_from=original,
        variant=Variant.ARCHIVE,
        version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
        path=copy.stored.path,
        sha256=copy.stored.sha256,
        size=copy.stored.size,
        format=copy.format,
        format_details=copy.format_details,
        conversion_tool=copy.tool,
        conversion_comment=copy.comment,
        created_by=signature(by),
        **{name: getattr(original, name) for name in SAME_DOCUMENT},
    )
