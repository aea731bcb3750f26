"""Packages made before an erasure, which still hold what was erased in the record.

They are named to those who decide on it, and stand on the archivist's desk until somebody has
seen to each. What was handed over or downloaded is out of our reach: a person must ask for it.
"""

import shutil

from celery import current_app
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.deliveries import held_by
from archive.actions.entries import origin
from archive.models import Delivery, Extraction, ExtractionStatus, JournalEntry, Remnant
from archive.noark5.extraction import folder_of, growing_of
from archive.noark5.tar import delete_tar
from archive.permissions import can_answer_for_archive

DELETING = "archive.tasks.delete_undelivered_package"
AT_WORK = {ExtractionStatus.WAITING, ExtractionStatus.RUNNING}


def packages_holding(entry, *, names):
    """The extractions whose packages hold an entry, begun ones too: what those see of the record
    may be of the moment before.

    The journals of a package name the parties of every entry of its days, those of open case
    files too: with `names` such a package holds what is asked for.
    """
    entries = list(
        JournalEntry.objects.filter(
            Q(source=origin(entry.source)) | Q(source__startswith=f"{origin(entry.source)}+"),
            authority=entry.authority_id,
        )
    )
    extractions = (
        Extraction.objects.filter(authority=entry.authority_id, discarded_at=None)
        .exclude(~Q(status__in=AT_WORK), folder="")
        .select_related("delivery")
        .prefetch_related("downloads__downloaded_by")
    )
    return [each for each in extractions if _holds(each, entry.case_file_id, entries, names)]


def _holds(extraction, case_file, entries, names):
    held = held_by(extraction)
    if case_file in held or not names:
        return case_file in held
    days = JournalEntry.objects.filter(case_file__in=held).values_list("journaled_on", flat=True)
    first, last = days.order_by("journaled_on").first(), days.order_by("journaled_on").last()
    made_at = extraction.finished_at or timezone.now()
    return first is not None and any(
        first <= entry.journaled_on <= last and entry.created_at <= made_at for entry in entries
    )


def note_remnants(erasure):
    """Write down the packages that hold what an erasure takes."""
    found = packages_holding(erasure.entry, names=bool(erasure.parties))
    Remnant.objects.bulk_create(Remnant(erasure=erasure, extraction=each) for each in found)


@action
def settle_remnant(remnant, *, remedy, by):
    """Record what was done about a package that holds what was erased: once, and for good.

    Raises ActionRefused where it is not said, and where it was settled already.
    """
    remnant = Remnant.objects.select_for_update().select_related("erasure").get(pk=remnant.pk)
    require(can_answer_for_archive(by, remnant.erasure.authority_id))
    if remnant.settled_at:
        raise ActionRefused(_("Somebody has marked it as dealt with already."))
    if not remedy.strip():
        raise ActionRefused(
            _("Say what was done about the package: who was told, and what they answered.")
        )
    remnant.remedy, remnant.settled_at, remnant.settled_by = remedy.strip(), timezone.now(), by
    remnant.save(update_fields=["remedy", "settled_at", "settled_by"])
    return remnant


@action
def discard_undelivered_package(extraction, *, by):
    """Give up a package that holds what was erased, and that was never handed over.

    What is erased in the record is not in the next one. The bytes go after the commit. Raises
    ActionRefused while it is being made, where it was delivered or given up, and where nothing
    that it holds was erased.
    """
    extraction = Extraction.objects.select_for_update(of=("self",)).get(pk=extraction.pk)
    require(can_answer_for_archive(by, extraction.authority_id))
    if Delivery.objects.filter(extraction=extraction).exists():
        raise ActionRefused(
            _("The package is delivered. It is deleted here when its receiver has approved it.")
        )
    if extraction.status in AT_WORK:
        raise ActionRefused(_("The package is being made. Wait until it is done."))
    if extraction.discarded_at:
        raise ActionRefused(_("The package here is deleted already."))
    if not extraction.remnants.exists():
        raise ActionRefused(_("Nothing that the package holds is erased, so it is kept."))
    extraction.discarded_at, extraction.discarded_by = timezone.now(), by
    extraction.save(update_fields=["discarded_at", "discarded_by"])
    current_app.tasks[DELETING].delay_on_commit(extraction.pk)
    return extraction


@action
def delete_undelivered_package(extraction):
    """Delete what is there of a package that was given up. Twice does no harm."""
    extraction = Extraction.objects.select_for_update(of=("self",)).get(pk=extraction.pk)
    if extraction.discarded_at is None:
        return
    folders = folder_of(extraction), growing_of(folder_of(extraction))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    delete_tar(extraction)
    extraction.archive_name = ""
    if not any(folder.exists() for folder in folders):
        extraction.package_deleted_at = timezone.now()
    extraction.save(update_fields=["archive_name", "package_deleted_at"])
