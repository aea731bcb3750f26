"""What lets anybody prove that the journal is whole."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from archive.models.entry import APPEND_ONLY


class Checkpoint(models.Model):
    """Kontrollpunkt: how far the journal had come at the end of a day. Append-only.

    `merkle_root` is that of the tree over the entries `first` to `last` (see
    `archive.merkle`), and `digest` chains it to the checkpoint before (`archive.chain`).
    `signature` is over the digest, by the key whose other half is `public_key`.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="checkpoints")
    number = models.PositiveIntegerField(help_text="From 1, without gaps.")
    day = models.DateField()
    first = models.PositiveBigIntegerField(help_text="Position of the day's first entry.")
    last = models.PositiveBigIntegerField(help_text="Position of the last, and so the count.")
    head = models.BinaryField(max_length=32, help_text="The hash of the last entry.")
    merkle_root = models.BinaryField(max_length=32)
    previous_digest = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64, blank=True, default=b"", help_text="Ed25519.")
    public_key = models.BinaryField(max_length=32, blank=True, default=b"")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("checkpoint")
        ordering = ["-number"]
        triggers = [APPEND_ONLY]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "number"], name="archive_checkpoint_number_is_one"
            ),
            models.UniqueConstraint(
                fields=["authority", "day"], name="archive_checkpoint_is_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(last__gte=models.F("first")),
                name="archive_checkpoint_covers_something",
            ),
            models.CheckConstraint(
                condition=Q(signature=b"", public_key=b"")
                | (~Q(signature=b"") & ~Q(public_key=b"")),
                name="archive_checkpoint_signature_has_its_key",
            ),
        ]

    def __str__(self):
        return f"{self.authority_id} #{self.number}"


class VerificationQuerySet(models.QuerySet):
    def finished(self):
        return self.filter(finished_at__isnull=False)

    def outstanding(self):
        """Waiting, or left by a process that died: none takes an hour."""
        stale = timezone.now() - timedelta(hours=1)
        waiting = self.filter(finished_at=None)
        return waiting.filter(Q(started_at=None) | Q(started_at__lt=stale)).order_by("pk")


class Verification(models.Model):
    """Etterprøving: whether the numbers and the chain of a journal held, and when it was tried.

    Made each night, and when an archivist asks. The breaches are lines of `archive.verify`,
    which name entries by number and nobody by name; only the first are kept.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="verifications")
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    entries = models.PositiveBigIntegerField(default=0)
    breach_count = models.PositiveBigIntegerField(default=0)
    breaches = models.JSONField(default=list)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("verification")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority"],
                condition=Q(finished_at=None),
                name="archive_verification_waits_once",
            )
        ]

    def __str__(self):
        return f"{self.authority_id} #{self.pk}"
