"""Erasing what the law says must go."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from archive.models.entry import JournalEntry


class ErasureStatus(models.TextChoices):
    REQUESTED = "requested", _("Waits for a second archivist")
    APPROVED = "approved", _("Erased")
    REFUSED = "refused", _("Refused")


class Erasure(models.Model):
    """Sletting: personal data in a journaled document that a court or the law orders erased.

    Two people do it: one asks, another approves. The digests stay, so the chain and the
    proofs still hold. `targets` names what goes: system_ids of documents, and positions of
    parties.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="erasures")
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="erasures")
    targets = models.JSONField(default=list)
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
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("erasure")
        ordering = ["-pk"]
        constraints = [
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
