"""Files that must get an archive format beside them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.document import ArchivedDocument
from archive.models.infected import UnscannedFile
from archive.vocabulary import EntryStatus


class ConversionStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting to be converted")
    DONE = "done", _("Converted")
    FAILED = "failed", _("Can not be converted")
    SETTLED = "settled", _("Settled by an archivist")


class ConversionFault(models.TextChoices):
    """Why it was not converted the last time it was tried."""

    PROGRAM_MISSING = (
        "program_missing",
        _("The program that converts it is not installed on the server. It is tried again."),
    )
    SANDBOX_MISSING = (
        "sandbox_missing",
        _("The server can not shield the program that converts it. It is tried again."),
    )
    UNREADABLE = "unreadable", _("The stored file could not be read, or the disk is full.")
    TIMED_OUT = "timed_out", _("It took too long to convert.")
    STOPPED = "stopped", _("It took more memory or disk than it may have.")
    ENCRYPTED = "encrypted", _("It is protected with a password.")
    BROKEN = "broken", _("It is damaged, or is not what its name says.")
    NOT_ARCHIVABLE = "not_archivable", _("What came out of it was not whole, or not PDF/A.")
    UNKNOWN = "unknown", _("No program here converts files of this type.")
    INFECTED = "infected", _("It carries a virus.")


class ConversionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the authorities whose archivist the user is."""
        return self.filter(document__entry__authority__in=user.authorities_as("archivist"))

    def unsettled(self):
        """Waiting or failed, of what still has to be kept: not what is obsolete or erased. While
        there is one, its case file is not closed (krav 3.2.8)."""
        return self.filter(
            status__in=[ConversionStatus.WAITING, ConversionStatus.FAILED],
            document__erasure=None,
        ).exclude(document__entry__state__status=EntryStatus.OBSOLETE)

    def waiting(self):
        return self.unsettled().filter(status=ConversionStatus.WAITING)

    def failed(self):
        """Those that only a person can do something about."""
        return self.unsettled().filter(status=ConversionStatus.FAILED)

    def unscanned(self):
        """Those whose file the virus scanner has not looked at yet."""
        return self.filter(document__sha256__in=UnscannedFile.objects.values("sha256"))

    def outstanding(self):
        """Waiting for the machine, and due for the next attempt."""
        unscanned = UnscannedFile.objects.values("sha256")
        return (
            self.waiting()
            .filter(due_at__lte=timezone.now())
            .exclude(document__sha256__in=unscanned)
            .order_by("due_at", "pk")
        )


class Conversion(models.Model):
    """Konvertering: an archived file that waits for its copy in an archive format.

    The copy is an ArchivedDocument of its own that names the original (`converted_from`).
    What can not be converted waits until an archivist has settled it; the entry stands.
    """

    document = models.OneToOneField(
        ArchivedDocument, on_delete=models.PROTECT, primary_key=True, related_name="conversion"
    )
    status = models.CharField(
        max_length=8, choices=ConversionStatus.choices, default=ConversionStatus.WAITING
    )
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=20, choices=ConversionFault.choices, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_note = models.TextField(_("what was done about it"), blank=True)

    objects = ConversionQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversion")
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(status="waiting"), name="archive_to_be_converted"
            ),
            models.Index(
                fields=["document"],
                condition=Q(status__in=["waiting", "failed"]),
                name="archive_conversion_unsettled",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ConversionStatus.values),
                name="archive_conversion_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status=ConversionStatus.FAILED) | ~Q(error=""),
                name="archive_conversion_failed_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(status=ConversionStatus.SETTLED)
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(settled_note="")),
                name="archive_conversion_settled_has_who_when_and_what",
            ),
        ]

    def __str__(self):
        return f"{self.document_id}: {self.status}"

    def refusal(self, _axis, new):
        return _("This conversion is “%(now)s” and can not become “%(new)s”.") % {
            "now": self.get_status_display(),
            "new": ConversionStatus(new).label,
        }
