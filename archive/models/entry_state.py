"""The state of a journal entry: what is true of it now."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models import rules
from archive.models.entry import JournalEntry
from archive.models.rules import can_be_written
from archive.vocabulary import UNASSIGNED, EntryKind, EntryStatus, LegalBasis, WriteOff


class EntryStateQuerySet(models.QuerySet):
    def not_written_off(self):
        """Restanser: incoming entries that still wait for their treatment."""
        return self.filter(entry__kind=EntryKind.INCOMING, written_off_on=None).exclude(
            status=EntryStatus.OBSOLETE
        )

    def not_assessed(self):
        """Entries that nobody has judged by the rules of public access yet."""
        return self.filter(assessed_on=None).exclude(status=EntryStatus.OBSOLETE)

    def screened_too_long(self):
        """Those whose period of screening is over. They stay screened until an archivist has
        assessed them anew: what was secret is not made public by a date alone."""
        return self.filter(screening_ends_on__lte=timezone.localdate()).exclude(
            status=EntryStatus.OBSOLETE
        )


class EntryState(models.Model):
    """What is true of an entry now; `Change` holds how it became so.

    Written by `archive.actions` only, which writes the change beside it.
    """

    PERSONAL_FIELDS = ("case_handler",)

    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, primary_key=True, related_name="state"
    )
    status = models.CharField(
        max_length=20, choices=EntryStatus.choices, default=EntryStatus.JOURNALED
    )
    case_handler = models.CharField(max_length=150, default=UNASSIGNED)
    unit = models.CharField(max_length=150, blank=True)
    legal_basis = models.CharField(max_length=60, choices=LegalBasis.choices, blank=True)
    is_sender_screened = models.BooleanField(default=False)
    public_title = models.CharField(
        max_length=750,
        blank=True,
        db_default="",
        help_text="offentligTittel, M025: the title with words masked; empty where none is.",
    )
    screened_document = models.CharField(
        max_length=40, blank=True, help_text="skjermingDokument, M503; empty where none is."
    )
    screening_years = models.PositiveSmallIntegerField(
        null=True, help_text="skjermingsvarighet, M504: from the date of the document."
    )
    screening_ends_on = models.DateField(null=True, help_text="skjermingOpphoererDato, M505")
    assessed_on = models.DateField(null=True, help_text="offentlighetsvurdertDato, M110")
    written_off_on = models.DateField(null=True)
    written_off_by = models.CharField(max_length=150, blank=True)
    write_off = models.CharField(max_length=30, choices=WriteOff.choices, blank=True)
    answered_by = models.ForeignKey(
        JournalEntry, null=True, on_delete=models.PROTECT, related_name="answers"
    )
    archived_at = models.DateTimeField(null=True)
    archived_by = models.CharField(max_length=150, blank=True)
    remark = models.TextField(blank=True, help_text="merknad, M310: why it is obsolete, say.")

    objects = EntryStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of a journal entry")
        triggers = rules.STATE
        indexes = [
            models.Index(
                fields=["entry"],
                condition=Q(written_off_on=None),
                name="archive_entrystate_open",
            ),
            models.Index(
                fields=["entry"],
                condition=Q(assessed_on=None),
                name="archive_entrystate_to_assess",
            ),
            models.Index(
                fields=["screening_ends_on"],
                condition=Q(screening_ends_on__isnull=False),
                name="archive_entrystate_ends",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=EntryStatus.values), name="archive_entrystate_is_known"
            ),
            models.CheckConstraint(
                condition=Q(write_off="", written_off_on=None, written_off_by="")
                | (~Q(write_off="") & Q(written_off_on__isnull=False) & ~Q(written_off_by="")),
                name="archive_entrystate_write_off_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(write_off__in=["", *WriteOff.values]),
                name="archive_entrystate_write_off_is_known",
            ),
            models.CheckConstraint(
                condition=Q(write_off__in=rules.ANSWERS, answered_by__isnull=False)
                | (~Q(write_off__in=rules.ANSWERS) & Q(answered_by=None)),
                name="archive_entrystate_answer_is_named",
            ),
            models.CheckConstraint(
                condition=Q(screened_document__in=rules.SCREENED_DOCUMENTS),
                name="archive_entrystate_screened_document_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    legal_basis="", is_sender_screened=False, screened_document="", public_title=""
                )
                | ~Q(legal_basis=""),
                name="archive_entrystate_screening_has_a_legal_basis",
            ),
            models.CheckConstraint(
                condition=Q(screening_ends_on=None)
                | ~Q(legal_basis="") & Q(screening_years__isnull=False),
                name="archive_entrystate_period_is_of_a_screening",
            ),
            models.CheckConstraint(
                condition=~Q(status=EntryStatus.ARCHIVED)
                | (Q(archived_at__isnull=False) & ~Q(archived_by="")),
                name="archive_entrystate_archived_has_who_and_when",
            ),
            *can_be_written(
                "entrystate",
                optional=[
                    "case_handler",
                    "unit",
                    "public_title",
                    "written_off_by",
                    "archived_by",
                    "remark",
                ],
            ),
        ]

    def __str__(self):
        return f"{self.entry_id}: {self.status}"
