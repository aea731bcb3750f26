"""The case file that a consultation's papers stand in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from archive.models import rules
from archive.models.plan import Classification, Series, Unit
from archive.periods import years_after
from archive.vocabulary import CaseStatus, DisposalDecision, EntryKind, EntryStatus


class CaseFileQuerySet(models.QuerySet):
    def closed(self):
        """Ready for an extraction: krav 6.4.12 takes closed case files only."""
        return self.filter(status=CaseStatus.CLOSED)

    def visible_to(self, user):
        """Those of the authorities whose archivist the user is."""
        return self.filter(authority__in=user.authorities_as("archivist"))

    def ready_to_close(self):
        """Open, and no incoming entry waits to be written off."""
        waiting = models.Q(
            entries__kind=EntryKind.INCOMING,
            entries__state__written_off_on=None,
            entries__state__status__in=[EntryStatus.JOURNALED, EntryStatus.DISPATCHED],
        )
        unfinished = self.model.objects.filter(waiting, pk=models.OuterRef("pk"))
        return self.filter(~models.Exists(unfinished), status=CaseStatus.OPEN)


class CaseFile(Unit):
    """Saksmappe: opened when a consultation is published, closed when it is concluded.

    `responsible` and `unit` are names in text (saksansvarlig, administrativEnhet): the
    record must read the same when the people are gone.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="case_files")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="case_files")
    classification = models.ForeignKey(
        Classification, on_delete=models.PROTECT, related_name="case_files"
    )
    source = models.CharField(max_length=100, help_text="What it was opened for, once.")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    opened_on = models.DateField()
    description = models.TextField(blank=True)
    keywords = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    responsible = models.CharField(max_length=150)
    unit = models.CharField(max_length=150)
    status = models.CharField(max_length=20, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)

    objects = CaseFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("case file")
        triggers = rules.CASE_FILE
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "year", "number"], name="archive_casefile_number_is_one"
            ),
            models.UniqueConstraint(
                fields=["authority", "source"], name="archive_casefile_source_is_one"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by="")
                & ~models.Q(status=CaseStatus.CLOSED)
                | models.Q(status=CaseStatus.CLOSED, closed_at__gte=models.F("created_at"))
                & ~models.Q(closed_by=""),
                name="archive_casefile_closed_has_who_and_when",
            ),
            *rules.can_be_written(
                "casefile",
                *("title", "source", "responsible", "unit", "created_by"),
                optional=["description", "keywords", "closed_by"],
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=CaseStatus.values),
                name="archive_casefile_status_is_known",
            ),
        ]

    @property
    def identifier(self):
        """mappeID, M003: year and number."""
        return f"{self.year}/{self.number}"

    @property
    def disposal_due_on(self):
        """kassasjonsdato, M452: from when it may be disposed of by its class; None where it is
        kept, or still open. `classification` must be fetched."""
        klass = self.classification
        if klass.disposal != DisposalDecision.DISPOSED or self.closed_at is None:
            return None
        return years_after(timezone.localdate(self.closed_at), klass.retention_years)
