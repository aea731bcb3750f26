"""An extraction, how far it has come, and who took it out."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from archive.models.entry import APPEND_ONLY

SILENCE = timedelta(minutes=1)  # its process gives a sign each second


class ExtractionStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


UNDER_WAY = (ExtractionStatus.WAITING, ExtractionStatus.RUNNING)


class Stage(models.TextChoices):
    """What is done while an extraction runs, in this order."""

    STRUCTURE = "structure", _("Case files are written, and their documents copied")
    CHANGES = "changes", _("The change log is written")
    JOURNALS = "journals", _("The journals are written")
    PACKING = "packing", _("The package is put into one file")


class ExtractionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the authorities whose archivist the user is."""
        return self.filter(authority__in=user.authorities_as("archivist"))

    def outstanding(self):
        """Waiting, or left running by a process that died."""
        stale = timezone.now() - SILENCE
        return self.filter(
            models.Q(status=ExtractionStatus.WAITING)
            | models.Q(status=ExtractionStatus.RUNNING, seen_at__lt=stale)
        )

    def to_be_deleted(self):
        """Whose package was given up, and is not known to be gone."""
        return self.filter(discarded_at__isnull=False, package_deleted_at=None)


class Extraction(models.Model):
    """Arkivuttrekk: one Noark 5 package of one authority's journal."""

    system_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="extractions")
    status = models.CharField(
        max_length=10, choices=ExtractionStatus.choices, default=ExtractionStatus.WAITING
    )
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    seen_at = models.DateTimeField(null=True, help_text="The last sign of life of its process.")
    finished_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    stage_total = models.PositiveBigIntegerField(default=0)
    stage_done = models.PositiveBigIntegerField(default=0)
    entries_total = models.PositiveBigIntegerField(default=0)
    entries_done = models.PositiveBigIntegerField(default=0)
    documents = models.PositiveBigIntegerField(default=0)
    bytes_done = models.PositiveBigIntegerField(default=0, help_text="Of the documents.")
    case_files = models.PositiveIntegerField(default=0)
    has_notes = models.BooleanField(
        _("internal notes go along"), default=False, help_text="On request of the receiver."
    )
    left_out = models.JSONField(default=list, help_text="What is not in it, and why.")
    is_packed = models.BooleanField(default=True, help_text="As one tar file, too.")
    archive_name = models.CharField(max_length=255, blank=True, help_text="The tar file.")
    archive_size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    archive_sha256 = models.CharField(max_length=64, blank=True)
    folder = models.CharField(max_length=255, blank=True)
    error = models.TextField(blank=True)
    discarded_at = models.DateTimeField(
        null=True, help_text="When a package was given up that was never delivered."
    )
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    package_deleted_at = models.DateTimeField(null=True)

    objects = ExtractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extraction")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(discarded_at=None, discarded_by=None)
                | models.Q(discarded_at__isnull=False, discarded_by__isnull=False),
                name="archive_extraction_discarded_has_who_and_when",
            )
        ]

    def __str__(self):
        return f"{self.authority_id} #{self.pk}"

    @property
    def is_under_way(self):
        return self.status in UNDER_WAY

    @property
    def is_discarded(self):
        """Whether the package that lay here was given up, before or after its delivery."""
        delivery = getattr(self, "delivery", None)
        return bool(self.discarded_at or (delivery and delivery.discarded_at))


class ExtractionDownload(models.Model):
    """Nedlasting: somebody took the tar file of an extraction out, or a part of it. Append-only."""

    extraction = models.ForeignKey(Extraction, on_delete=models.PROTECT, related_name="downloads")
    first_byte = models.PositiveBigIntegerField(default=0, help_text="More than 0: gone on with.")
    downloaded_at = models.DateTimeField(default=timezone.now)
    downloaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("download of an extraction")
        ordering = ["-pk"]
        triggers = [APPEND_ONLY]

    def __str__(self):
        return f"{self.extraction_id} #{self.pk}"
