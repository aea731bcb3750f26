"""What one sender sends in one go."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind
from consultations.models.consultation import Consultation

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks like something else


def new_reference():
    """Twelve characters, such as `7KQ2-M4XW-9BTD`: unique among billions."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def new_token():
    """The secret of a submission's addresses: 32 bytes of chance."""
    return secrets.token_urlsafe(32)


class SenderKind(models.TextChoices):
    PERSON = "person", _("Private person")
    ORGANISATION = "organisation", _("Organisation")
    ANONYMOUS = "anonymous", _("Anonymous")


class SenderGroup(models.TextChoices):
    """The kinds of sender that the public lists and figures tell apart."""

    PERSON = "person", _("Private persons")
    ANONYMOUS = "anonymous", _("Anonymous")
    PUBLIC_BODY = "public_body", _("Public bodies")
    NGO = "ngo", _("Associations and NGOs")
    BUSINESS = "business", _("Businesses")
    OTHER = "other", _("Other organisations")


class Channel(models.TextChoices):
    WEB = "web", _("Web")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    ORAL = "oral", _("Oral")


class SubmissionQuerySet(models.QuerySet):
    def drafts(self):
        return self.filter(submitted_at=None)

    def submitted(self):
        return self.filter(submitted_at__isnull=False)

    def unclassified(self):
        """Sent for an organisation whose number nobody has looked up yet."""
        return (
            self.submitted()
            .filter(sender_kind=SenderKind.ORGANISATION, organisation=None, organisation_kind="")
            .exclude(organisation_number="")
            .order_by("submitted_at")
        )

    def of_sender(self, user):
        """What the signed-in user wrote or sent."""
        return self.filter(sender=user)


class Submission(models.Model):
    """Innsending: one sender's responses to one consultation, sent together.

    A draft until `submitted_at`. `token` is the capability of whoever wrote it: it stands
    in the addresses of the draft and the receipt, and in no log or public page.
    """

    PERSONAL_FIELDS = ("name", "email", "organisation_name", "hide_name_reason")

    reference = models.CharField(max_length=14, unique=True, default=new_reference)
    token = models.CharField(max_length=43, unique=True, default=new_token)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="submissions"
    )
    sender_kind = models.CharField(
        _("who answers"), max_length=12, choices=SenderKind.choices, default=SenderKind.PERSON
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions"
    )
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    organisation_number = models.CharField(_("organisation number"), max_length=9, blank=True)
    organisation_kind = models.CharField(
        _("kind of organisation"), max_length=12, choices=OrganisationKind.choices, blank=True
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    hide_name = models.BooleanField(_("my name should not be published"), default=False)
    hide_name_reason = models.TextField(_("why"), blank=True)
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.WEB)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The official who typed in what came by e-mail, letter or word of mouth.",
    )
    registered_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="nb")
    adds_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="additions",
        help_text="The earlier submission of the same sender that this one adds to.",
    )
    reading_token = models.CharField(
        max_length=43,
        null=True,
        unique=True,
        help_text="The secret by which colleagues read and comment on the draft.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=Q(submitted_at=None),
                name="consultations_draft_age",
            ),
            models.Index(fields=["sender", "-created_at"], name="consultations_of_sender"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sender_kind__in=SenderKind.values),
                name="consultations_submission_sender_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values),
                name="consultations_submission_channel_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(sender_kind=SenderKind.ANONYMOUS)
                | Q(
                    name="",
                    email="",
                    sender=None,
                    organisation=None,
                    organisation_name="",
                    organisation_number="",
                ),
                name="consultations_submission_anonymous_is_nobody",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None)
                | Q(sender_kind=SenderKind.ANONYMOUS)
                | ~Q(name="")
                | ~Q(organisation_name=""),
                name="consultations_submission_sent_has_a_sender",
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_draft(self):
        return self.submitted_at is None

    @property
    def sender_group(self):
        """`organisation` must be fetched where there is one."""
        if self.sender_kind != SenderKind.ORGANISATION:
            return SenderGroup(self.sender_kind)
        kind = self.organisation.kind if self.organisation_id else self.organisation_kind
        return SenderGroup(kind or SenderGroup.OTHER)

    @property
    def sender_name(self):
        """The name that stands in the journal; "Anonym" where there is none."""
        return {
            SenderKind.ORGANISATION: self.organisation_name,
            SenderKind.PERSON: self.name,
            SenderKind.ANONYMOUS: "Anonym",
        }[self.sender_kind]

    @property
    def contact_email(self):
        """Where mails about it go; empty for the anonymous, and when the account is closed."""
        if self.sender_id and self.sender.closed_at:
            return ""
        return self.email or (self.sender.email if self.sender_id else "")

    @property
    def is_identified(self):
        """Known by account, by confirmed address, or by the official who registered it."""
        return bool(self.sender_id or self.email_confirmed_at or self.registered_by_id)

    @property
    def has_own_address(self):
        """Whether mails to it surely reach the sender: the account's address, or a confirmed
        one. An address that was only typed may be anybody's."""
        return bool(self.email_confirmed_at or (self.sender_id and not self.email))


class DraftComment(models.Model):
    """Kommentar til et utkast: what a colleague says of a draft, for whoever writes it.

    Deleted with the draft, and when it is sent: it is no part of the case.
    """

    PERSONAL_FIELDS = ("name", "text")

    submission = models.ForeignKey(
        Submission, on_delete=models.CASCADE, related_name="draft_comments"
    )
    name = models.CharField(_("your name"), max_length=150)
    text = models.TextField(_("comment"))
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("comment on a draft")
        ordering = ["written_at", "pk"]

    def __str__(self):
        return f"#{self.pk}"
