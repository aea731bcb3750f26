"""Requests for access to what stands in the public journal."""

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from archive.models.entry import JournalEntry
from archive.vocabulary import LegalBasis


def new_token():
    """A capability: whoever holds it may read what is answered."""
    return secrets.token_urlsafe(32)


class AccessRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the authorities whose archivist the user is."""
        return self.filter(authority__in=user.authorities_as("archivist"))

    def unanswered(self):
        return self.filter(answered_at=None)

    def answered(self):
        return self.filter(answered_at__isnull=False)

    def due_by(self, day):
        """Those that should be answered on the day, or should have been before it."""
        return self.unanswered().filter(due_on__lte=day)

    def overdue(self):
        return self.unanswered().filter(due_on__lt=timezone.localdate())

    def to_be_forgotten(self, before):
        """Answered so long ago that who asked is no longer our business."""
        return self.filter(answered_at__lt=before, forgotten_at=None)


class AccessRequest(models.Model):
    """Innsynskrav (offl. § 28): somebody asks for documents of the public journal.

    Nobody need say who they are; an address is needed for the answer to reach them
    otherwise than by the secret link, whose secret is `token`. What says who asked is
    kept for a while after the answer, and then forgotten; what was asked for and what was
    decided stay.
    """

    PERSONAL_FIELDS = ("name", "email", "text", "answer")

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="access_requests"
    )
    token = models.CharField(max_length=43, unique=True, default=new_token)
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
    forgotten_at = models.DateTimeField(null=True, help_text="Who asked, and what was written.")

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
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="archive_accessrequest_answered_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("received_at")),
                name="archive_accessrequest_answered_after_it_came",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None)
                | Q(answered_at__isnull=False, name="", email="", text="", answer=""),
                name="archive_accessrequest_forgotten_says_nobody",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def is_overdue(self):
        return self.answered_at is None and self.due_on < timezone.localdate()


class RequestedEntry(models.Model):
    """Ett dokument i et innsynskrav: one entry that is asked for, and what was decided.

    `documents` are the system_ids of the files that are given: fixed when it is answered,
    whatever is screened or added afterwards.
    """

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Access to the whole document")
        PARTLY = "partly", _("Access to the public variant")
        REFUSED = "refused", _("No access")
        OBSOLETE = "obsolete", _("Journaled by mistake: there is no document")

    request = models.ForeignKey(AccessRequest, on_delete=models.PROTECT, related_name="entries")
    entry = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, related_name="access_requests"
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    legal_basis = models.CharField(max_length=60, choices=LegalBasis.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    documents = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        verbose_name = _("requested entry")
        ordering = ["request_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "entry"], name="archive_requestedentry_is_asked_once"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["partly", "refused"]) | ~Q(legal_basis=""),
                name="archive_requestedentry_refused_has_a_legal_basis",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "granted", "partly", "refused", "obsolete"]),
                name="archive_requestedentry_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=(Q(outcome__in=["granted", "partly"]) & ~Q(documents=[]))
                | (~Q(outcome__in=["granted", "partly"]) & Q(documents=[])),
                name="archive_requestedentry_gives_what_it_says",
            ),
        ]

    def __str__(self):
        return f"{self.request_id}: {self.entry_id}"
