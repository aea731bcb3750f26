"""What becomes of an extraction: delivered, approved by its receiver, and disposed of here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.case_file import CaseFile
from archive.models.extraction import Extraction


class Delivery(models.Model):
    """Avlevering: an extraction that was handed to an archive institution."""

    extraction = models.OneToOneField(
        Extraction, on_delete=models.PROTECT, primary_key=True, related_name="delivery"
    )
    receiver = models.CharField(_("receiver"), max_length=200)
    reference = models.CharField(_("the receiver's reference"), max_length=100, blank=True)
    delivered_at = models.DateTimeField(default=timezone.now)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approval = models.TextField(
        _("the receiver's approval"), blank=True, help_text=_("Who approved it, when, and where.")
    )

    class Meta:
        verbose_name = _("delivery")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None) | ~Q(approval=""),
                name="archive_delivery_approval_is_told",
            )
        ]

    def __str__(self):
        return f"{self.extraction_id}"


class Disposal(models.Model):
    """Kassasjon: the documents of a case file were destroyed here. The metadata stay."""

    case_file = models.OneToOneField(
        CaseFile, on_delete=models.PROTECT, primary_key=True, related_name="disposal"
    )
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.PROTECT, related_name="disposals"
    )
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    disposed_at = models.DateTimeField(default=timezone.now)
    disposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    documents = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("disposal")

    def __str__(self):
        return f"{self.case_file_id}"
