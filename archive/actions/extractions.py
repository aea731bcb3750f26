"""Asking for an extraction, letting one go on, taking one out. `archive.noark5` makes it."""

from pathlib import Path
from tempfile import TemporaryFile

from celery import current_app
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.case_files import close_series, lock_journal
from archive.models import CaseFile, Extraction, ExtractionDownload, ExtractionStatus, Series
from archive.noark5.documents import ExtractionFailed
from archive.noark5.package import schema_files
from archive.omissions import left_out, whole_case_files
from archive.permissions import can_keep_archive
from archive.vocabulary import SeriesStatus

MAKING = "archive.tasks.run_extraction"  # by name, for the tasks call actions


@action
def start_extraction(authority, *, by, has_notes=False, folder=None, is_packed=True):
    """Close the periods that hold closed case files, and ask for an extraction of them.

    Only closed case files of closed periods go into an extraction (krav 6.4.12), so the
    open ones move on to the next period; what is left out is kept with the extraction. With
    `has_notes` the internal notes go along. With `folder` the caller makes it there itself,
    at once; otherwise a worker does. Raises ActionRefused where no case file is closed, and
    where the package could not be written whole, for a period that is closed is not opened
    again.
    """
    require(can_keep_archive(by, authority))
    closed = CaseFile.objects.filter(authority=authority).closed()
    if not closed.exists():
        raise ActionRefused(
            _(
                "No case file is closed yet, so there is nothing to extract. "
                "A case file is closed when its consultation is concluded."
            )
        )
    if not whole_case_files().filter(authority=authority).exists():
        raise ActionRefused(
            _(
                "Each closed case file has files without an archive format, so there is nothing "
                "to extract. Convert them or settle them first."
            )
        )
    _refuse_unwritable(Path(settings.EXTRACTIONS_DIR) / (folder or "package"))
    lock_journal(authority)  # an erasure that is under way is seen by it, or knows of it
    for series in Series.objects.filter(
        status=SeriesStatus.ACTIVE, case_files__in=closed
    ).distinct():
        close_series(series, by=by)
    extraction = Extraction(
        authority=authority,
        requested_by=by,
        has_notes=has_notes,
        is_packed=is_packed,
        left_out=left_out(authority),
    )
    if folder is not None:
        extraction.status, extraction.seen_at = ExtractionStatus.RUNNING, timezone.now()
        extraction.folder = folder
    extraction.save()
    if folder is None:
        current_app.tasks[MAKING].delay_on_commit(extraction.pk)
    return extraction


@action
def resume_extraction(extraction, *, by):
    """Let an extraction that failed go on, when what hindered it is mended.

    A worker does, from where it stopped. Raises ActionRefused for one that has not failed.
    """
    extraction = Extraction.objects.select_for_update().get(pk=extraction.pk)
    require(can_keep_archive(by, extraction.authority_id))
    if extraction.status != ExtractionStatus.FAILED:
        raise ActionRefused(
            _("The extraction is “%(status)s”, so there is nothing to go on with.")
            % {"status": extraction.get_status_display()}
        )
    if extraction.discarded_at:
        raise ActionRefused(_("What was made of it is deleted. Make a new extraction."))
    _refuse_unwritable(Path(settings.EXTRACTIONS_DIR) / (extraction.folder or "package"))
    extraction.status, extraction.error = ExtractionStatus.WAITING, ""
    extraction.finished_at = None
    extraction.save(update_fields=["status", "error", "finished_at"])
    current_app.tasks[MAKING].delay_on_commit(extraction.pk)
    return extraction


@action
def note_download(extraction, *, first_byte=0, by):
    """Write down who takes the tar file of an extraction out. Raises ActionRefused without one."""
    require(by is not None and can_keep_archive(by, extraction.authority_id))
    if extraction.status != ExtractionStatus.DONE or not extraction.archive_name:
        raise ActionRefused(
            _("This extraction has no file to download. Make one, and wait until it is done.")
        )
    return ExtractionDownload.objects.create(
        extraction=extraction, first_byte=first_byte, downloaded_by=by
    )


def _refuse_unwritable(folder):
    """Try what can be tried beforehand: a file beside the package, and the schemas."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder.parent):
            schema_files()
    except ExtractionFailed as failed:
        raise ActionRefused(str(failed)) from failed
    except OSError as error:
        raise ActionRefused(
            _(
                "The package can not be written now: %(reason)s. Nothing was closed. Make room "
                "or give access, then try again."
            )
            % {"reason": error.strerror or error}
        ) from error
