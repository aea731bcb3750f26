"""Makes an extraction: claims its row, writes the package, and says how it went.

The package grows under a name that ends in `.part`, and gets its own when it is whole. What
was interrupted stays there, and the next run goes on with it.
"""

import fcntl
import logging
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import action
from archive.models import Extraction, ExtractionStatus, Stage
from archive.moment import one_moment
from archive.noark5.documents import ExtractionFailed
from archive.noark5.package import Contents, write_package
from archive.noark5.progress import ClaimLost, Progress
from archive.noark5.tar import keep_tar

logger = logging.getLogger(__name__)
OUTAGES = (DatabaseError, psycopg.OperationalError, psycopg.InterfaceError)


class Interrupted(Exception):
    """The database went away. What is made is kept; whoever runs the extraction again goes on."""


def run_extraction(extraction):
    """Make the package of an Extraction that waits, or whose process has died.

    Twice does no harm: what is done, or in the hands of another process, is left alone.
    What fails is said in `error`; nothing that looks whole is left behind.
    """
    extraction = _claim(extraction.pk)
    if extraction is not None:
        try:
            make_package(extraction)
        except Interrupted:
            logger.warning("The database went away from extraction %s.", extraction.pk)


def make_package(extraction):
    """Make the package of an Extraction that this process has claimed. Raises Interrupted."""
    folder = folder_of(extraction)
    progress = Progress(extraction)
    try:
        with _alone_at(folder), progress:
            if not is_whole(folder):
                _grow(extraction, folder, progress)
            if extraction.is_packed:
                progress.begin(Stage.PACKING)
                keep_tar(extraction, folder, progress)
    except ClaimLost:
        logger.warning("Extraction %s was taken over by another process.", extraction.pk)
    except OUTAGES as error:
        connection.close()
        raise Interrupted from error
    except BaseException as error:
        with suppress(OSError):
            growing_of(folder).rmdir()  # where nothing is made, nothing is kept
        _finish(extraction, progress, ExtractionStatus.FAILED, _words_for(error))
        if not isinstance(error, (ExtractionFailed, OSError)):
            raise
    else:
        _finish(extraction, progress, ExtractionStatus.DONE, "")
        _remove_remains(extraction)


def take_over(extraction):
    """Let this process go on with an extraction that failed, or whose process has died.

    Raises ClaimLost where that lives, for then it is at work in the same folder.
    """
    with _alone_at(folder_of(extraction)):
        return _claim_anew(extraction.pk)


def folder_of(extraction):
    """Where the package of an extraction is, or will be."""
    return Path(settings.EXTRACTIONS_DIR) / extraction.folder


def growing_of(folder):
    """Where a package is until it is whole."""
    return folder.with_name(f"{folder.name}.part")


def is_whole(folder):
    return (folder / "arkivuttrekk.xml").is_file()


def _grow(extraction, folder, progress):
    with one_moment():
        contents = Contents(extraction.authority, has_notes=extraction.has_notes)
        extraction.case_files = contents.case_file_count
        write_package(growing_of(folder), contents, progress)
    os.sync()
    growing_of(folder).rename(folder)


@contextmanager
def _alone_at(folder):
    """Keep other processes from a package as long as this one lives. Raises ClaimLost."""
    place = folder if is_whole(folder) else growing_of(folder)
    place.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ClaimLost from error
    finally:
        os.close(descriptor)


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
        extraction.folder = extraction.folder or _free_name(extraction)
        extraction.save(update_fields=["status", "seen_at", "folder"])
    return extraction


def _free_name(extraction):
    """Of the folder: one that nothing there has, for a database that was restored gives the
    numbers once more that packages have already."""
    stem = f"{extraction.authority.slug}-{extraction.pk}"
    taken = {
        path.name.removesuffix(".part").removesuffix(".tar")
        for path in Path(settings.EXTRACTIONS_DIR).glob(f"{stem}*")
    }
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


@action
def _claim_anew(pk):
    extraction = Extraction.objects.select_for_update(of=("self",)).get(pk=pk)
    extraction.status, extraction.error = ExtractionStatus.RUNNING, ""
    extraction.seen_at, extraction.finished_at = timezone.now(), None
    extraction.save(update_fields=["status", "error", "seen_at", "finished_at"])
    return extraction


def _finish(extraction, progress, status, error):
    extraction.status, extraction.error = status, error
    extraction.seen_at = extraction.finished_at = timezone.now()
    counts = progress.counts()
    if progress.documents is None:  # it was only packed; what was counted before stands
        counts = {name: counts[name] for name in ("stage", "stage_done", "stage_total")}
    for name, value in counts.items():
        setattr(extraction, name, value)
    extraction.save(
        update_fields=[
            "status",
            "error",
            "seen_at",
            "finished_at",
            "case_files",
            "archive_name",
            "archive_size",
            "archive_sha256",
            *counts,
        ]
    )


def _remove_remains(extraction):
    """What failed and was never gone on with is of no use when a later one is done."""
    earlier = Extraction.objects.filter(
        authority=extraction.authority_id, status=ExtractionStatus.FAILED, pk__lt=extraction.pk
    )
    for failed in earlier.exclude(folder=""):
        shutil.rmtree(growing_of(folder_of(failed)), ignore_errors=True)


def _words_for(error):
    if isinstance(error, ExtractionFailed):
        return str(error)
    if isinstance(error, OSError):
        return _(
            "The package could not be written: %(reason)s. Nothing was delivered, and what is "
            "made is kept. Make room or give access, then let the extraction go on."
        ) % {"reason": error.strerror or error}
    return _(
        "The extraction stopped because of a fault in the program (%(kind)s). Nothing was "
        "delivered. The log says more."
    ) % {"kind": type(error).__name__}
