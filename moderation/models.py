"""The gate: what screening found, what was decided, and why."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from archive.vocabulary import LegalBasis
from consultations.models import Consultation, DiscussionPost, Response


class RejectionGround(models.TextChoices):
    """Why something is not a response in the case at all."""

    SPAM = "spam", _("Spam or advertising")
    EMPTY = "empty", _("No content")
    TEST = "test", _("A test")
    DUPLICATE = "duplicate", _("Sent twice by the same sender")
    NOT_A_RESPONSE = "not_a_response", _("Not about this consultation")


class PublicationGround(models.TextChoices):
    """Why a response, or a part of it, is kept from publication.

    The first three are exempt from public access too, and are screened in the journal
    with the legal basis of `LEGAL_BASIS`; the others break the terms of publication, and
    whoever asks for access gets them.
    """

    SECRECY = "secrecy", _("Confidential personal affairs (offl. § 13, fvl. § 13)")
    TRADE_SECRET = "trade_secret", _("Trade secret (offl. § 13, fvl. § 13)")
    NATIONAL_ID = "national_id", _("National identity number (offl. § 26)")
    PERSONAL_DATA = "personal_data", _("Personal data about the sender or others")
    HATEFUL = "hateful", _("Hateful or discriminating")
    DEFAMATORY = "defamatory", _("Defamatory")
    COPYRIGHT = "copyright", _("Somebody else's work")


LEGAL_BASIS = {
    PublicationGround.SECRECY: LegalBasis.OFFL_13,
    PublicationGround.TRADE_SECRET: LegalBasis.OFFL_13_BUSINESS,
    PublicationGround.NATIONAL_ID: LegalBasis.OFFL_26,
}


class CampaignGroup(models.Model):
    """Kampanje: responses to one consultation with the same, or nearly the same, text."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="campaigns"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("campaign")

    def __str__(self):
        return f"#{self.pk}"


class Flag(models.TextChoices):
    """What screening noticed. A flag discards nothing: a person looks."""

    EMPTY = "empty", _("Almost no text")
    DUPLICATE = "duplicate", _("Same sender, same text")
    LINKS = "links", _("Many links")
    UNCONFIRMED = "unconfirmed", _("E-mail address not confirmed")
    UNINVITED = "uninvited", _("Sender not invited")
    PERSONAL_DATA = "personal_data", _("Personal data in the text")
    HIDE_NAME = "hide_name", _("Asks that the name be withheld")
    ATTACHMENT = "attachment", _("Has attachments")
    INFECTED = "infected", _("Infected attachment")


NOT_A_RESPONSE = {Flag.EMPTY, Flag.DUPLICATE, Flag.LINKS, Flag.UNCONFIRMED, Flag.UNINVITED}
NOT_FOR_ALL = {Flag.PERSONAL_DATA, Flag.HIDE_NAME, Flag.ATTACHMENT, Flag.INFECTED}


class ScreeningQuerySet(models.QuerySet):
    def outstanding(self):
        """Waiting for the machine, and due for the next attempt."""
        return self.filter(screened_at=None, due_at__lte=timezone.now()).order_by("due_at")


class Screening(models.Model):
    """Siling: what the machine noticed about a response before anybody decides.

    `findings` are the places of personal data: kind, start, end, never the words.
    """

    response = models.OneToOneField(
        Response, on_delete=models.CASCADE, primary_key=True, related_name="screening"
    )
    flags = ArrayField(models.CharField(max_length=20, choices=Flag.choices), default=list)
    findings = models.JSONField(default=list)
    text_digest = models.BinaryField(max_length=32, null=True)
    bands = ArrayField(models.BigIntegerField(), default=list)
    campaign = models.ForeignKey(
        CampaignGroup, null=True, on_delete=models.SET_NULL, related_name="screenings"
    )
    screened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("screening")
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(screened_at=None), name="moderation_to_be_screened"
            ),
            GinIndex(fields=["bands"], name="moderation_screening_bands"),
            models.Index(fields=["text_digest"], name="moderation_screening_same_text"),
        ]

    def __str__(self):
        return f"{self.response_id}"


class Decision(models.Model):
    """Avgjørelse: what was decided about a response, by whom, and why. Append-only."""

    PERSONAL_FIELDS = ("reason",)

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")
        PUBLISHED = "published", _("Published")
        REDACTED = "redacted", _("Published with redactions")
        WITHHELD = "withheld", _("Withheld from publication")

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    ground = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="decisions"
    )

    class Meta:
        verbose_name = _("decision")
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["accepted", "published"], ground="")
                | Q(outcome="rejected", ground__in=RejectionGround.values)
                | Q(outcome__in=["redacted", "withheld"], ground__in=PublicationGround.values),
                name="moderation_decision_has_its_ground",
            )
        ]

    def __str__(self):
        return f"{self.response_id}: {self.outcome}"

    def get_ground_display(self):
        grounds = dict(RejectionGround.choices) | dict(PublicationGround.choices)
        return grounds.get(self.ground, "")


class Redaction(models.Model):
    """Sladding: one passage of the original text that the public does not see."""

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="redactions")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="redactions")
    start = models.PositiveIntegerField(help_text="Characters from the beginning.")
    end = models.PositiveIntegerField(help_text="Characters from the beginning, exclusive.")

    class Meta:
        verbose_name = _("redaction")
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")), name="moderation_redaction_is_not_empty"
            )
        ]

    def __str__(self):
        return f"{self.response_id}: {self.start}–{self.end}"


class ReportQuerySet(models.QuerySet):
    def outstanding(self):
        """Not settled."""
        return self.filter(settled_at=None)

    def moderated_by(self, user):
        at = user.authorities_as(Role.MODERATOR)
        return self.filter(
            Q(response__consultation__authority__in=at)
            | Q(post__theme__consultation__authority__in=at)
        )


class Report(models.Model):
    """Melding: a reader's complaint about something that is published."""

    PERSONAL_FIELDS = ("text", "email")

    response = models.ForeignKey(
        Response, null=True, on_delete=models.CASCADE, related_name="reports"
    )
    post = models.ForeignKey(
        DiscussionPost, null=True, on_delete=models.CASCADE, related_name="reports"
    )
    text = models.TextField(_("what is wrong"))
    email = models.EmailField(_("e-mail address"), blank=True)
    reported_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        indexes = [
            models.Index(
                fields=["reported_at", "id"],
                condition=Q(settled_at=None),
                name="moderation_report_outstanding",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(response=None) ^ Q(post=None), name="moderation_report_is_of_one_thing"
            )
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def thing(self):
        """The response or the post that is reported."""
        return self.response or self.post
