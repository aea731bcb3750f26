"""The append-only change log."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models import rules
from archive.models.case_file import CaseFile
from archive.models.entry import JournalEntry


class Change(models.Model):
    """Endring: one element of one unit that got a new value (Noark 5, annex 3).

    `unit` is the system_id of the unit that changed; `element` is Noark's name of what
    changed. Neither value is ever empty (endringslogg.xsd).
    """

    PERSONAL_FIELDS = ("old_value", "new_value", "changed_by")

    case_file = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="changes")
    entry = models.ForeignKey(
        JournalEntry, null=True, on_delete=models.PROTECT, related_name="changes"
    )
    unit = models.UUIDField()
    element = models.CharField(max_length=60)
    old_value = models.TextField()
    new_value = models.TextField()
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("change")
        ordering = ["pk"]
        triggers = rules.CHANGE
        constraints = rules.can_be_written(
            "change", "element", "old_value", "new_value", "changed_by"
        )

    def __str__(self):
        return f"{self.element} {self.unit}"
