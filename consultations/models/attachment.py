"""A file that a sender attaches."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.submission import Submission


class ScanStatus(models.TextChoices):
    UNSCANNED = "unscanned", _("Not scanned")
    WAITING = "waiting", _("Waiting to be scanned")
    CLEAN = "clean", _("Clean")
    INFECTED = "infected", _("Infected")


HANDED_OUT = (ScanStatus.UNSCANNED, ScanStatus.CLEAN)


class AttachmentQuerySet(models.QuerySet):
    def to_be_scanned(self):
        """Waiting for the scanner, and due for the next attempt."""
        return self.filter(
            scan_status=ScanStatus.WAITING, scan_due_at__lte=timezone.now()
        ).order_by("scan_due_at", "pk")


class Attachment(models.Model):
    """Vedlegg: kept byte for byte as it was sent, and journaled with every response of its
    submission. Public only where a moderator has decided so for this very file."""

    PERSONAL_FIELDS = ("name",)

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=150)
    path = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    scan_status = models.CharField(
        max_length=9, choices=ScanStatus.choices, default=ScanStatus.UNSCANNED
    )
    scanned_at = models.DateTimeField(null=True, blank=True)
    scan_due_at = models.DateTimeField(default=timezone.now)
    scan_attempts = models.PositiveSmallIntegerField(default=0)
    is_public = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["scan_due_at"],
                condition=Q(scan_status="waiting"),
                name="consultations_to_be_scanned",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_public=False)
                | Q(scan_status__in=[ScanStatus.UNSCANNED, ScanStatus.CLEAN]),
                name="consultations_attachment_public_is_not_infected",
            )
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def is_handed_out(self):
        """True unless it is infected, or might be: it waits to be scanned."""
        return self.scan_status in HANDED_OUT

    @property
    def extension(self):
        return self.name.rsplit(".", 1)[-1].lower()
