"""Erasing what the law says must go."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from archive.models.entry import JournalEntry
from archive.models.extraction import Extraction


class ErasureStatus(models.TextChoices):
    REQUESTED = "requested", _("Waits for a second archivist")
    APPROVED = "approved", _("Erased")
    REFUSED = "refused", _("Refused")


class ErasureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the authorities whose archivist the user is."""
        return self.filter(authority__in=user.authorities_as("archivist"))

    def requested(self):
        """Waiting for a second archivist."""
        return self.filter(status=ErasureStatus.REQUESTED)

    def outstanding(self):
        """Approved, while the bytes are not known to be gone."""
        return self.filter(status=ErasureStatus.APPROVED, files_deleted_at=None)


class Erasure(models.Model):
    """Sletting: personal data in a journaled document that a court or the law orders erased.

    Two people do it: one asks, another approves. The digests stay, so the chain and the
    proofs still hold. What goes is named in `documents` (their system_ids) and `parties`
    (their positions); what else holds the same goes with it.
    """

    PERSONAL_FIELDS = ("reason",)

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="erasures")
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="erasures")
    documents = ArrayField(models.UUIDField(), default=list)
    parties = ArrayField(models.PositiveSmallIntegerField(), default=list)
    legal_basis = models.CharField(
        _("legal basis"), max_length=200, help_text=_("The judgment or the provision.")
    )
    reason = models.TextField(_("reason"))
    status = models.CharField(
        max_length=9, choices=ErasureStatus.choices, default=ErasureStatus.REQUESTED
    )
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    files_deleted_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(status="requested"),
                name="archive_erasure_is_asked_for_once",
            ),
            models.CheckConstraint(
                condition=~Q(documents=[]) | ~Q(parties=[]),
                name="archive_erasure_erases_something",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=ErasureStatus.APPROVED)
                    & Q(approved_at__isnull=False, approved_by__isnull=False)
                )
                | (~Q(status=ErasureStatus.APPROVED) & Q(approved_at=None, approved_by=None)),
                name="archive_erasure_approved_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")),
                name="archive_erasure_takes_two",
            ),
            models.CheckConstraint(
                condition=~Q(legal_basis=""), name="archive_erasure_has_a_legal_basis"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ErasureStatus.values),
                name="archive_erasure_status_is_known",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"

    def refusal(self, _axis, _new):
        return _("This erasure is decided on already: it is “%(now)s”.") % {
            "now": self.get_status_display()
        }


class RemnantQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the authorities whose archivist the user is."""
        return self.filter(erasure__authority__in=user.authorities_as("archivist"))

    def unsettled(self):
        """Those that somebody must still see to. A package that was deleted here before
        anybody had it is seen to; one that somebody has had is not, by that alone."""
        gone = self.model.objects.filter(
            pk=OuterRef("pk"),
            extraction__discarded_at__isnull=False,
            extraction__delivery=None,
            extraction__downloads=None,
        )
        return self.filter(~Exists(gone), settled_at=None)


class Remnant(models.Model):
    """Rest: a package made before an erasure, which holds what was erased.

    What the record has had erased is not gone from it, so a person must see to it: delete the
    package, or have those who got it delete theirs, and say so in `remedy`.
    """

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="remnants")
    extraction = models.ForeignKey(Extraction, on_delete=models.PROTECT, related_name="remnants")
    remedy = models.TextField(blank=True, help_text="What was done about it.")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RemnantQuerySet.as_manager()

    class Meta:
        verbose_name = _("package that holds what was erased")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["erasure", "extraction"], name="archive_remnant_is_told_of_once"
            ),
            models.CheckConstraint(
                condition=Q(remedy="", settled_at=None, settled_by=None)
                | (~Q(remedy="") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="archive_remnant_settled_has_who_when_and_how",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"
