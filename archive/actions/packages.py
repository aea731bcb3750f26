"""Giving up the copy of a package that lies here.

One that was handed over goes when its receiver has approved it; one that never was, when the
archivist has no use for it: another is made of the record. The bytes go after the commit.
"""

import shutil

from celery import current_app
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.models import Delivery, Extraction
from archive.noark5.extraction import folder_of, growing_of
from archive.noark5.tar import delete_tar
from archive.permissions import can_answer_for_archive

DELETING = "archive.tasks.delete_discarded_package"


@action
def discard_package(extraction, *, by):
    """Give up a package. The receipt of one that was delivered stays.

    Raises ActionRefused while it is being made, where it is delivered without its receiver's
    approval, and twice. Returns what it is written on: its delivery, or the extraction.
    """
    extraction, delivery = _locked(extraction)
    require(can_answer_for_archive(by, extraction.authority_id))
    refusal = why_kept_here(extraction, delivery)
    if refusal:
        raise ActionRefused(refusal)
    given_up = delivery or extraction
    given_up.discarded_at, given_up.discarded_by = timezone.now(), by
    given_up.save(update_fields=["discarded_at", "discarded_by"])
    current_app.tasks[DELETING].delay_on_commit(extraction.pk)
    return given_up


def why_kept_here(extraction, delivery):
    """Why the package may not be deleted here, in words; empty where it may."""
    if extraction.is_under_way:
        return _("The package is being made. Wait until it is done.")
    if delivery and not delivery.approved_at:
        return _("The receiver has not approved the package. Until then it is kept here.")
    if extraction.is_discarded:
        return _("The package here is deleted already.")
    return ""


@action
def delete_discarded_package(extraction):
    """Delete what is there of a package that was given up. Twice does no harm."""
    extraction, delivery = _locked(extraction)
    given_up = delivery or extraction
    if given_up.discarded_at is None:
        return
    folders = folder_of(extraction), growing_of(folder_of(extraction))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    delete_tar(extraction)
    extraction.archive_name = ""
    extraction.save(update_fields=["archive_name"])
    if not any(folder.exists() for folder in folders):
        given_up.package_deleted_at = timezone.now()
        given_up.save(update_fields=["package_deleted_at"])


def _locked(extraction):
    """The extraction, and its delivery or None."""
    extraction = Extraction.objects.select_for_update(of=("self",)).get(pk=extraction.pk)
    return extraction, Delivery.objects.select_for_update().filter(extraction=extraction).first()
