"""Journal entries, their parties, and what is remarked on them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from archive.models import rules
from archive.models.case_file import CaseFile
from archive.models.rules import APPEND_ONLY, can_be_written
from archive.public_title import screened_words
from archive.vocabulary import EntryKind, PartyKind


class JournalEntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The running journal of the authorities whose archivist the user is."""
        return self.filter(authority__in=user.authorities_as("archivist"))

    def in_order(self):
        return self.order_by("authority", "position")


class JournalEntry(models.Model):
    """Journalpost: a document that came in or went out, with its number.

    Append-only: the database refuses UPDATE and DELETE. What changes while the entry
    lives is an `EntryState` and the rows of `Change` behind it. `hash` chains it to the
    entry before (see `archive.chain`).
    """

    system_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="entries")
    case_file = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveBigIntegerField(help_text="Place in the authority's chain, from 1.")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(help_text="Journalsekvensnummer, from 1 each year.")
    case_number = models.PositiveIntegerField(help_text="Journalpostnummer, from 1 in the case.")
    kind = models.CharField(max_length=40, choices=EntryKind.choices)
    source = models.CharField(max_length=100, help_text="What was journaled, once.")
    title = models.CharField(max_length=250)
    keywords = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    journaled_on = models.DateField()
    document_date = models.DateField()
    received_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=150)
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    parties_digest = models.BinaryField(max_length=32)
    documents_digest = models.BinaryField(max_length=32)
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        triggers = rules.ENTRY
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "position"], name="archive_journalentry_position_is_one"
            ),
            models.UniqueConstraint(
                fields=["authority", "year", "number"], name="archive_journalentry_number_is_one"
            ),
            models.UniqueConstraint(
                fields=["case_file", "case_number"],
                name="archive_journalentry_case_number_is_one",
            ),
            models.UniqueConstraint(
                fields=["authority", "source"], name="archive_journalentry_source_is_one"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values), name="archive_journalentry_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=EntryKind.INCOMING) | Q(received_at__isnull=False),
                name="archive_journalentry_incoming_was_received",
            ),
            *can_be_written("journalentry", "title", "source", "created_by", optional=["keywords"]),
        ]

    def __str__(self):
        return self.identifier

    @property
    def identifier(self):
        """Løpenummer as people write it: number and year."""
        return f"{self.number}/{self.year}"

    @property
    def public_title(self):
        """offentligTittel, M025: what everybody may read; `state` must be fetched."""
        return self.state.public_title or self.title

    @property
    def screened_words(self):
        """The words of the title that are kept from the public; `state` must be fetched."""
        return screened_words(self.title, self.state.public_title)

    @property
    def registration_id(self):
        """registreringsID, M004; `case_file` must be fetched."""
        return f"{self.case_file.identifier}-{self.case_number}"


class Correspondent(models.Model):
    """Korrespondansepart: who sent an entry's document, or whom it was sent to.

    Text that the law may one day require to be erased, so the chain covers `digest`: a
    salted SHA-256 of name, contact person and address. Append-only, but for an `erasure`.
    """

    PERSONAL_FIELDS = ("name", "contact_person", "email")

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="parties")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=PartyKind.choices)
    name = models.CharField(max_length=250)
    contact_person = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    is_person = models.BooleanField(default=False)
    salt = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=32)
    erasure = models.ForeignKey(
        "archive.Erasure",
        null=True,
        on_delete=models.PROTECT,
        related_name="erased_parties",
        help_text="By which the text is gone, and the salt with it.",
    )

    class Meta:
        verbose_name = _("correspondent")
        ordering = ["entry_id", "position"]
        triggers = rules.PARTY
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "position"], name="archive_correspondent_position_is_one"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PartyKind.values), name="archive_correspondent_kind_is_known"
            ),
            *can_be_written("correspondent", "name", optional=["contact_person", "email"]),
        ]

    def __str__(self):
        return f"{self.kind} #{self.pk}"


class Remark(models.Model):
    """Merknad: an internal note on an entry, which goes along in an extraction on request.

    Append-only.
    """

    PERSONAL_FIELDS = ("text", "written_by")

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="remarks")
    source = models.CharField(max_length=100, unique=True, help_text="What was noted, once.")
    kind = models.CharField(max_length=60, help_text="merknadstype, M084")
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("remark")
        ordering = ["entry_id", "written_at", "pk"]
        triggers = [APPEND_ONLY]
        constraints = can_be_written("remark", "text", "kind", "written_by")

    def __str__(self):
        return f"#{self.pk}"
