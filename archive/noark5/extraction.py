"""Makes an extraction: claims its row, writes the package, and says how it went.

The package grows under a name that ends in `.part`, and gets its own when it is whole.
"""

import logging
import os
import shutil
import threading
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import action
from archive.models import Extraction, ExtractionStatus
from archive.moment import one_moment
from archive.noark5.documents import ExtractionFailed
from archive.noark5.package import Contents, write_package

logger = logging.getLogger(__name__)


def run_extraction(extraction):
    """Make the package of an Extraction that waits, or whose process has died.

    Twice does no harm: what is done, or in the hands of another process, is left alone.
    What fails is said in `error`; nothing that looks whole is left behind.
    """
    extraction = _claim(extraction.pk)
    if extraction is not None:
        make_package(extraction)


def make_package(extraction):
    """Make the package of an Extraction that this process has claimed."""
    folder = folder_of(extraction)
    growing = folder.with_name(f"{folder.name}.part")
    progress = Progress(extraction)
    try:
        shutil.rmtree(growing, ignore_errors=True)
        with progress, one_moment():
            contents = Contents(extraction.authority)
            progress.total = contents.entry_count
            extraction.documents = write_package(growing, contents, progress)
            extraction.case_files = contents.case_file_count
        os.sync()
        growing.rename(folder)
    except ClaimLost:
        logger.warning("Extraction %s was taken over by another process.", extraction.pk)
    except BaseException as error:
        shutil.rmtree(growing, ignore_errors=True)
        _finish(extraction, progress, ExtractionStatus.FAILED, _words_for(error))
        if not isinstance(error, (ExtractionFailed, OSError)):
            raise
    else:
        _finish(extraction, progress, ExtractionStatus.DONE, _incompleteness())


def folder_of(extraction):
    """Where the package of an extraction is, or will be."""
    return Path(settings.EXTRACTIONS_DIR) / extraction.folder


class ClaimLost(Exception):
    """Another process has taken the extraction, because this one gave no sign of life."""


class Progress:
    """Counts the entries and, each second, writes the count and a sign of life to the row.

    From a thread of its own: the transaction that reads the archive sees one moment only,
    and one large document may take longer than a reader's patience.
    """

    def __init__(self, extraction, *, every=1.0):
        self.total = self.done = 0
        self._extraction = extraction
        self._every = every  # seconds
        self._seen_at = extraction.seen_at
        self._is_lost = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._report, daemon=True)

    def advance(self):
        """One entry more is written. Raises ClaimLost."""
        self.done += 1
        self.look()

    def look(self):
        if self._is_lost:
            raise ClaimLost

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        self.look()

    def _report(self):
        while not self._over.wait(self._every):
            try:
                self._write()
            except DatabaseError:
                logger.warning(
                    "No sign of life from extraction %s: the database is away.", self._extraction.pk
                )
            finally:
                connection.close()

    def _write(self):
        rows = Extraction.objects.filter(pk=self._extraction.pk)
        now = timezone.now()
        is_mine = rows.filter(status=ExtractionStatus.RUNNING, seen_at=self._seen_at).update(
            seen_at=now, entries_done=self.done, entries_total=self.total
        )
        if is_mine:
            self._seen_at = now
        else:
            self._is_lost = rows.exists()


@action
def _claim(pk):
    """The extraction, now this process's own; None where there is nothing to do."""
    extraction = (
        Extraction.objects.outstanding()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("authority")
        .filter(pk=pk)
        .first()
    )
    if extraction is not None:
        extraction.status, extraction.seen_at = ExtractionStatus.RUNNING, timezone.now()
        extraction.folder = extraction.folder or f"{extraction.authority.slug}-{extraction.pk}"
        extraction.save(update_fields=["status", "seen_at", "folder"])
    return extraction


def _finish(extraction, progress, status, error):
    extraction.status, extraction.error = status, error
    extraction.seen_at = extraction.finished_at = timezone.now()
    extraction.entries_done, extraction.entries_total = progress.done, progress.total
    extraction.save(
        update_fields=[
            "status",
            "error",
            "seen_at",
            "finished_at",
            "entries_done",
            "entries_total",
            "documents",
            "case_files",
        ]
    )


def _incompleteness():
    """What the package lacks though it is done; empty where it lacks nothing."""
    if settings.NOARK5_SCHEMAS:
        return ""
    return _(
        "The package is incomplete: the official schemas are not in it. Set NOARK5_SCHEMAS to "
        "the folder that holds them, then start a new extraction."
    )


def _words_for(error):
    if isinstance(error, ExtractionFailed):
        return str(error)
    if isinstance(error, OSError):
        return _(
            "The package could not be written: %(reason)s. Nothing was delivered. Make room or "
            "give access, then start a new extraction."
        ) % {"reason": error.strerror or error}
    return _(
        "The extraction stopped because of a fault in the program (%(kind)s). Nothing was "
        "delivered. The log says more."
    ) % {"kind": type(error).__name__}
