"""The one row per authority whose lock makes numbers gapless and the chain one chain."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority


class Journal(models.Model):
    """Journal: how many entries an authority has, and the hash of the last of them.

    Whoever journals locks this row first; it is the only lock that journaling takes.
    """

    authority = models.OneToOneField(Authority, on_delete=models.PROTECT, related_name="journal")
    count = models.PositiveBigIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        verbose_name = _("journal")

    def __str__(self):
        return f"{self.authority_id}: {self.count}"


class NumberSeries(models.Model):
    """Nummerserie: the last number given in a year, of case files or of journal entries."""

    class Kind(models.TextChoices):
        CASE_FILE = "case_file"
        ENTRY = "entry"

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="series")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number series")
        constraints = [
            models.UniqueConstraint(
                fields=["journal", "kind", "year"], name="archive_numberseries_is_one_for_a_year"
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.year}: {self.last}"
