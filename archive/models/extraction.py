"""An extraction, and how far it has come."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority


class ExtractionStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ExtractionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the authorities whose archivist the user is."""
        return self.filter(authority__in=user.authorities_as("archivist"))

    def outstanding(self):
        """Waiting, or left running by a process that died (no sign for ten minutes)."""
        stale = timezone.now() - timedelta(minutes=10)
        return self.filter(
            models.Q(status=ExtractionStatus.WAITING)
            | models.Q(status=ExtractionStatus.RUNNING, seen_at__lt=stale)
        )


class Extraction(models.Model):
    """Arkivuttrekk: one Noark 5 package of one authority's journal."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="extractions")
    status = models.CharField(
        max_length=10, choices=ExtractionStatus.choices, default=ExtractionStatus.WAITING
    )
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    seen_at = models.DateTimeField(null=True, help_text="The last sign of life of its process.")
    finished_at = models.DateTimeField(null=True)
    entries_total = models.PositiveBigIntegerField(default=0)
    entries_done = models.PositiveBigIntegerField(default=0)
    documents = models.PositiveBigIntegerField(default=0)
    case_files = models.PositiveIntegerField(default=0)
    has_notes = models.BooleanField(
        _("internal notes go along"), default=False, help_text="On request of the receiver."
    )
    left_out = models.JSONField(default=list, help_text="What is not in it, and why.")
    archive_name = models.CharField(max_length=255, blank=True, help_text="The tar file.")
    archive_size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    archive_sha256 = models.CharField(max_length=64, blank=True)
    folder = models.CharField(max_length=255, blank=True)
    error = models.TextField(blank=True)

    objects = ExtractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extraction")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.authority_id} #{self.pk}"
