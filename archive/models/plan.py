"""The frame that case files stand in: fonds, series, filing plan.

Noark 5 chapter 2: arkiv > arkivdel > klassifikasjonssystem > klasse > mappe. Every
unit's systemID is made with its row and is never made again at export (krav 6.4.26).
"""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from archive.models import rules
from archive.vocabulary import DisposalDecision, SeriesStatus


class Unit(models.Model):
    """What every unit of the archive has."""

    system_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=250)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=150)

    class Meta:
        abstract = True

    def __str__(self):
        return self.title


class Fonds(Unit):
    """Arkiv: the one archive of an authority."""

    authority = models.OneToOneField(Authority, on_delete=models.PROTECT, related_name="fonds")

    class Meta:
        verbose_name = _("fonds")
        triggers = [rules.IS_KEPT, rules.IDENTITY_IS_FIXED]
        constraints = rules.can_be_written("fonds", "title", "created_by")


class Series(Unit):
    """Arkivdel: the part of the archive that holds the case files of one period.

    A period is a calendar year, or what is left of one after an extraction has closed
    its first part. When a period is closed, the case files that are still open move on
    to `successor` (referanseArvtaker, M203).
    """

    fonds = models.ForeignKey(Fonds, on_delete=models.PROTECT, related_name="series")
    year = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=20, choices=SeriesStatus.choices, default=SeriesStatus.ACTIVE
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)
    successor = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="predecessor"
    )

    class Meta:
        verbose_name = _("series")
        triggers = rules.SERIES
        constraints = [
            models.UniqueConstraint(
                fields=["fonds", "year"],
                condition=models.Q(status=SeriesStatus.ACTIVE),
                name="archive_series_active_is_one_for_a_year",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by="")
                & ~models.Q(status=SeriesStatus.CLOSED)
                | models.Q(status=SeriesStatus.CLOSED, closed_at__gte=models.F("created_at"))
                & ~models.Q(closed_by=""),
                name="archive_series_closed_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=SeriesStatus.values),
                name="archive_series_status_is_known",
            ),
            *rules.can_be_written("series", "title", "created_by", optional=["closed_by"]),
        ]


class ClassificationSystem(Unit):
    """Klassifikasjonssystem: the filing plan of a fonds, by function."""

    fonds = models.OneToOneField(Fonds, on_delete=models.PROTECT, related_name="filing_plan")

    class Meta:
        verbose_name = _("filing plan")
        triggers = [rules.IS_KEPT, rules.IDENTITY_IS_FIXED]
        constraints = rules.can_be_written("classificationsystem", "title", "created_by")


class Classification(Unit):
    """Klasse: one function in the filing plan; case files stand on the lowest level."""

    plan = models.ForeignKey(ClassificationSystem, on_delete=models.PROTECT, related_name="classes")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField(max_length=20)
    disposal = models.CharField(
        _("retention"),
        max_length=20,
        choices=DisposalDecision.choices,
        default=DisposalDecision.KEPT,
    )
    disposal_basis = models.CharField(
        _("legal basis of disposal"), max_length=200, blank=True, help_text="M453"
    )
    retention_years = models.PositiveSmallIntegerField(
        _("kept for"), null=True, blank=True, help_text=_("Years after the case file was closed.")
    )

    class Meta:
        verbose_name = _("class of the filing plan")
        ordering = ["code"]
        triggers = rules.CLASSIFICATION
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(disposal=DisposalDecision.DISPOSED)
                | (models.Q(retention_years__isnull=False) & ~models.Q(disposal_basis="")),
                name="archive_classification_disposal_has_its_basis",
            ),
            models.CheckConstraint(
                condition=models.Q(disposal__in=DisposalDecision.values),
                name="archive_classification_disposal_is_known",
            ),
            *rules.can_be_written(
                "classification", "title", "code", "created_by", optional=["disposal_basis"]
            ),
            models.UniqueConstraint(
                fields=["plan", "code"], name="archive_classification_code_is_one"
            ),
        ]
