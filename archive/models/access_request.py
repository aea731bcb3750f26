"""Requests for access to what stands in the public journal."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from archive.models.entry import JournalEntry
from archive.vocabulary import LegalBasis


class AccessRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the authorities whose archivist the user is."""
        return self.filter(authority__in=user.authorities_as("archivist"))

    def unanswered(self):
        return self.filter(answered_at=None)


class AccessRequest(models.Model):
    """Innsynskrav (offl. § 28): somebody asks for documents of the public journal.

    Nobody need say who they are; an address is needed for the answer to reach them
    otherwise than by the secret link.
    """

    PERSONAL_FIELDS = ("name", "email", "text")

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="access_requests"
    )
    token = models.CharField(max_length=43, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    text = models.TextField(_("message"), blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="nb")
    received_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(help_text="By when it must be answered.")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(_("answer"), blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("access request")
        indexes = [
            models.Index(
                fields=["authority", "due_on"],
                condition=Q(answered_at=None),
                name="archive_access_to_be_answered",
            )
        ]

    def __str__(self):
        return f"#{self.pk}"


class RequestedEntry(models.Model):
    """Ett dokument i et innsynskrav: one entry that is asked for, and what was decided."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Access to the whole document")
        PARTLY = "partly", _("Access to the public variant")
        REFUSED = "refused", _("No access")

    request = models.ForeignKey(AccessRequest, on_delete=models.PROTECT, related_name="entries")
    entry = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, related_name="access_requests"
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    legal_basis = models.CharField(max_length=60, choices=LegalBasis.choices, blank=True)

    class Meta:
        verbose_name = _("requested entry")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "entry"], name="archive_requestedentry_is_asked_once"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["partly", "refused"]) | ~Q(legal_basis=""),
                name="archive_requestedentry_refused_has_a_legal_basis",
            ),
        ]

    def __str__(self):
        return f"{self.request_id}: {self.entry_id}"
