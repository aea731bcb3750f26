"""What becomes of an extraction: delivered, approved by its receiver, and disposed of here."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.case_file import CaseFile
from archive.models.document import SHA256_HEX
from archive.models.extraction import Extraction


class DeliveryQuerySet(models.QuerySet):
    def approved(self):
        return self.filter(approved_at__isnull=False)

    def outstanding(self):
        """Whose package here was given up, and is not known to be gone."""
        return self.filter(discarded_at__isnull=False, package_deleted_at=None)

    def covering(self, case_file):
        """Those whose extraction holds the case file."""
        return self.filter(case_files__contains=[case_file.pk])

    def kept_here(self):
        """The case files in these deliveries that are not disposed of."""
        holding = self.filter(case_files__contains=[models.OuterRef("pk")])
        return CaseFile.objects.filter(models.Exists(holding), disposal=None)


class Delivery(models.Model):
    """Avlevering: an extraction that was handed to an archive institution.

    What was in it is written here too: the package itself may be deleted later.
    """

    extraction = models.OneToOneField(
        Extraction, on_delete=models.PROTECT, primary_key=True, related_name="delivery"
    )
    receiver = models.CharField(_("receiver"), max_length=200)
    reference = models.CharField(_("the receiver's reference"), max_length=100, blank=True)
    package = models.CharField(max_length=255, help_text="The name of the package.")
    manifest_sha256 = models.CharField(max_length=64, help_text="SHA-256 of arkivuttrekk.xml.")
    case_files = ArrayField(models.BigIntegerField(), help_text="The pks of those in it.")
    first_day = models.DateField(help_text="The first day of the journal that it holds.")
    last_day = models.DateField()
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

    discarded_at = models.DateTimeField(null=True, help_text="When our copy was given up.")
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    package_deleted_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        constraints = [
            models.CheckConstraint(
                condition=Q(manifest_sha256__regex=SHA256_HEX),
                name="archive_delivery_has_the_digest_of_its_manifest",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None) | ~Q(approval=""),
                name="archive_delivery_approval_is_told",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None) | Q(approved_at__isnull=False),
                name="archive_delivery_discarded_is_approved",
            ),
        ]

    def __str__(self):
        return f"{self.extraction_id}"


class DisposalQuerySet(models.QuerySet):
    def outstanding(self):
        """Decided, while the bytes are not known to be gone."""
        return self.filter(files_deleted_at=None)


class Disposal(models.Model):
    """Kassasjon: the documents of a case file were destroyed here. The metadata stay.

    `disposed_by` is a name in text, as all that an extraction tells of people.
    """

    case_file = models.OneToOneField(
        CaseFile, on_delete=models.PROTECT, primary_key=True, related_name="disposal"
    )
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.PROTECT, related_name="disposals"
    )
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    disposed_at = models.DateTimeField(default=timezone.now)
    disposed_by = models.CharField(max_length=150)
    documents = models.PositiveIntegerField(default=0)
    files_deleted_at = models.DateTimeField(null=True)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("disposal")

    def __str__(self):
        return f"{self.case_file_id}"
