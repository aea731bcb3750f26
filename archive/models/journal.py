"""The one row per authority whose lock makes numbers gapless and the chain one chain."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority


class Journal(models.Model):
    """Journal: how many entries an authority has, and the hash of the last of them.

    Whoever journals, or opens or closes a case file, locks this row first. Under that
    lock the next number is the highest given so far and one.
    """

    authority = models.OneToOneField(Authority, on_delete=models.PROTECT, related_name="journal")
    count = models.PositiveBigIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        verbose_name = _("journal")

    def __str__(self):
        return f"{self.authority_id}: {self.count}"
