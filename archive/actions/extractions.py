"""Asking for an extraction. The making of it is `archive.noark5`."""

from pathlib import Path
from tempfile import TemporaryFile

from celery import current_app
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.case_files import close_series
from archive.models import CaseFile, Extraction, ExtractionStatus, Series
from archive.noark5.documents import ExtractionFailed
from archive.noark5.package import schema_files
from archive.permissions import can_keep_archive
from archive.vocabulary import SeriesStatus

MAKING = "archive.tasks.run_extraction"  # by name, for the tasks call actions


@action
def start_extraction(authority, *, by, folder=None):
    """Close the periods that hold closed case files, and ask for an extraction of them.

    Only closed case files of closed periods go into an extraction (krav 6.4.12), so the
    open ones move on to the next period. With `folder` the caller makes it there itself, at
    once; otherwise a worker does. Raises ActionRefused where no case file is closed, and
    where the package could not be written, for a period that is closed is not opened again.
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
    _refuse_unwritable(Path(settings.EXTRACTIONS_DIR) / (folder or "package"))
    for series in Series.objects.filter(
        status=SeriesStatus.ACTIVE, case_files__in=closed
    ).distinct():
        close_series(series, by=by)
    if folder is not None:
        return Extraction.objects.create(
            authority=authority,
            requested_by=by,
            status=ExtractionStatus.RUNNING,
            seen_at=timezone.now(),
            folder=folder,
        )
    extraction = Extraction.objects.create(authority=authority, requested_by=by)
    current_app.tasks[MAKING].delay_on_commit(extraction.pk)
    return extraction


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
