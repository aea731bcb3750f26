"""Asking for an extraction. The making of it is `archive.noark5`."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.case_files import close_series
from archive.models import CaseFile, Extraction, ExtractionStatus, Series
from archive.permissions import can_keep_archive
from archive.tasks import run_extraction
from archive.vocabulary import SeriesStatus


@action
def start_extraction(authority, *, by, folder=None):
    """Close the periods that hold closed case files, and ask for an extraction of them.

    Only closed case files of closed periods go into an extraction (krav 6.4.12), so the
    open ones move on to the next period. With `folder` the caller makes it there itself, at
    once; otherwise a worker does. Raises ActionRefused where no case file is closed.
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
    run_extraction.delay_on_commit(extraction.pk)
    return extraction
