"""Documents: prepared before they are journaled, archived for good when they are."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.formats import is_archive_format
from archive.models import rules
from archive.models.entry import JournalEntry
from archive.vocabulary import DocumentRole, Variant

SHA256_HEX = r"^[0-9a-f]{64}$"


class File(models.Model):
    """What every stored file has. `path` is a name in the default storage, written once."""

    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    format = models.CharField(max_length=10, help_text="The file's extension (M701, N5.29).")
    format_details = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=250)
    document_type = models.CharField(max_length=60, help_text="dokumenttype, M083")
    source_sha256 = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the text that the file was made of."
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=150)

    class Meta:
        abstract = True

    @property
    def is_archive_format(self):
        return is_archive_format(self.format_details)


class PreparedDocument(File):
    """Klargjort dokument: made before acceptance, so that no number is taken for a
    document that cannot be made. Not yet part of the record, and deleted with what it
    was made for when that is rejected or withdrawn."""

    source = models.CharField(max_length=100)
    number = models.PositiveSmallIntegerField(help_text="1 is the main document.")

    class Meta:
        verbose_name = _("prepared document")
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "number"], name="archive_prepareddocument_is_made_once"
            )
        ]

    def __str__(self):
        return f"{self.source}/{self.number}"


class ArchivedDocument(File):
    """Arkivdokument: one file of one entry (dokumentbeskrivelse with its dokumentobjekt).

    Variants of a document (the redacted one, an original beside its conversion) are rows
    with the same `number` and `description_id`. Append-only, but for an `erasure`.
    """

    system_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    description_id = models.UUIDField(help_text="systemID of the dokumentbeskrivelse.")
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="documents")
    number = models.PositiveSmallIntegerField(help_text="dokumentnummer, from 1.")
    version = models.PositiveSmallIntegerField(default=1)
    variant = models.CharField(max_length=50, choices=Variant.choices, default=Variant.ARCHIVE)
    role = models.CharField(max_length=20, choices=DocumentRole.choices)
    converted_from = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="conversions",
        help_text="The original of a copy in an archive format, which is no part of the chain.",
    )
    conversion_tool = models.CharField(
        max_length=100, blank=True, help_text="konverteringsverktoey, M714"
    )
    conversion_comment = models.TextField(blank=True, help_text="konverteringskommentar, M715")
    erasure = models.ForeignKey(
        "archive.Erasure",
        null=True,
        on_delete=models.PROTECT,
        related_name="erased_documents",
        help_text="By which the bytes at `path` are gone. What is said of them here stays.",
    )

    class Meta:
        verbose_name = _("archived document")
        ordering = ["entry_id", "number", "version"]
        triggers = rules.DOCUMENT
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "number", "variant", "version"],
                name="archive_archiveddocument_version_is_one",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=SHA256_HEX), name="archive_archiveddocument_has_a_digest"
            ),
            models.CheckConstraint(
                condition=Q(role=DocumentRole.MAIN, number=1)
                | Q(role=DocumentRole.ATTACHMENT, number__gt=1),
                name="archive_archiveddocument_main_is_the_first",
            ),
            models.CheckConstraint(
                condition=Q(variant__in=Variant.values),
                name="archive_archiveddocument_variant_is_known",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="archive_archiveddocument_version_counts_from_one"
            ),
            *rules.can_be_written(
                "archiveddocument",
                *("title", "document_type", "path", "format", "created_by"),
                optional=["format_details", "conversion_tool"],
            ),
        ]

    def __str__(self):
        return str(self.system_id)
