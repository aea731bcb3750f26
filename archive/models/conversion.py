"""Files that must get an archive format beside them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.document import ArchivedDocument


class ConversionStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting to be converted")
    DONE = "done", _("Converted")
    FAILED = "failed", _("Can not be converted")
    SETTLED = "settled", _("Settled by an archivist")


class ConversionQuerySet(models.QuerySet):
    def outstanding(self):
        """Waiting, and due for the next attempt."""
        return self.filter(status=ConversionStatus.WAITING, due_at__lte=timezone.now()).order_by(
            "due_at"
        )


class Conversion(models.Model):
    """Konvertering: an archived file that waits for its copy in an archive format.

    The copy is an ArchivedDocument of its own that names the original (`converted_from`).
    What can not be converted waits until an archivist has settled it; the entry stands.
    """

    document = models.OneToOneField(
        ArchivedDocument, on_delete=models.PROTECT, primary_key=True, related_name="conversion"
    )
    status = models.CharField(
        max_length=8, choices=ConversionStatus.choices, default=ConversionStatus.WAITING
    )
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_note = models.TextField(_("what was done about it"), blank=True)

    objects = ConversionQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversion")
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(status="waiting"), name="archive_to_be_converted"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ConversionStatus.values),
                name="archive_conversion_status_is_known",
            )
        ]

    def __str__(self):
        return f"{self.document_id}: {self.status}"
