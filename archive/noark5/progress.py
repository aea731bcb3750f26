"""How far an extraction has come, told to its row while the package grows."""

import logging
import threading

from django.db import DatabaseError, connection
from django.utils import timezone

from archive.models import Extraction, ExtractionStatus

logger = logging.getLogger(__name__)


class ClaimLost(Exception):
    """Another process has taken the extraction, because this one gave no sign of life."""


class Progress:
    """Counts and, each second, writes the counts and a sign of life to the row.

    From a thread of its own: the transaction that reads the archive sees one moment only,
    and one large document may take longer than a reader's patience.
    """

    def __init__(self, extraction, *, every=1.0):
        self.total = self.done = 0  # entries
        self.stage, self.stage_total, self.stage_done = "", 0, 0
        self.documents = None  # a DocumentCopier, which counts by itself
        self._extraction = extraction
        self._every = every  # seconds
        self._seen_at = extraction.seen_at
        self._is_lost = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._report, daemon=True)

    def begin(self, stage, total=0, done=0):
        """Say what is done from now on, and of how much."""
        self.stage, self.stage_total, self.stage_done = stage, total, done
        self.look()

    def advance(self):
        """One entry more is written. Raises ClaimLost."""
        self.done += 1
        self.look(self.done)

    def look(self, done=None):
        """So much of the stage is done. Raises ClaimLost."""
        if done is not None:
            self.stage_done = done
        if self._is_lost:
            raise ClaimLost

    def counts(self):
        """The columns of the row that tell how far it has come."""
        copied = {}
        if self.documents is not None:
            copied = {"documents": self.documents.count, "bytes_done": self.documents.size}
        return copied | {
            "entries_done": self.done,
            "entries_total": self.total,
            "stage": self.stage,
            "stage_done": self.stage_done,
            "stage_total": self.stage_total,
        }

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, kind, *_):
        self._over.set()
        self._thread.join()
        if kind is None:
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
            seen_at=now, **self.counts()
        )
        if is_mine:
            self._seen_at = now
        else:
            self._is_lost = rows.exists()
