"""A response: what one sender says of one theme."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from accounts.unseen import without_unseen
from archive.vocabulary import SCREENED_WHOLE
from consultations.models.consultation import Consultation
from consultations.models.submission import SenderGroup, SenderKind, Submission
from consultations.models.theme import Theme


class ResponseStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RECEIVED = "received", _("Received")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Publication(models.TextChoices):
    PENDING = "pending", _("Awaiting publication")
    PUBLISHED = "published", _("Published")
    REDACTED = "redacted", _("Published with redactions")
    WITHHELD = "withheld", _("Withheld from publication")


VISIBLE = (Publication.PUBLISHED, Publication.REDACTED)


class ResponseQuerySet(models.QuerySet):
    def public(self):
        """What everybody may read, whole or redacted."""
        return self.filter(publication__in=VISIBLE)

    def accepted(self):
        return self.filter(status=ResponseStatus.ACCEPTED)

    def sent_with(self, submission):
        """What the same sender sent besides: what this adds to, and what was added."""
        first = submission.adds_to_id or submission.pk
        together = Q(submission=first) | Q(submission__adds_to=first)
        return self.filter(together, submission__submitted_at__isnull=False).exclude(
            submission=submission.pk
        )

    def awaiting_acceptance(self):
        return self.filter(status=ResponseStatus.RECEIVED)

    def awaiting_publication(self):
        return self.filter(status=ResponseStatus.ACCEPTED, publication=Publication.PENDING)

    def awaiting_moderation(self):
        """All that a moderator has left to decide, on either axis."""
        return self.filter(
            Q(status=ResponseStatus.RECEIVED)
            | Q(status=ResponseStatus.ACCEPTED, publication=Publication.PENDING)
        )

    def moderated_by(self, user):
        """Sent responses of the authorities whose moderator the user is."""
        return self.filter(consultation__authority__in=user.authorities_as(Role.MODERATOR)).exclude(
            status=ResponseStatus.DRAFT
        )


class Response(models.Model):
    """Høringssvar. The original text is never edited once it is received: what the
    public sees of a redacted response is `redacted_text`."""

    PERSONAL_FIELDS = ("text", "redacted_text")

    reference = models.CharField(max_length=18, unique=True)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="responses")
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="responses"
    )
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="responses")
    sender_group = models.CharField(
        max_length=12,
        choices=SenderGroup.choices,
        default=SenderGroup.PERSON,
        help_text="Of the submission, from when it is sent: the public lists are filtered by it.",
    )
    text = models.TextField(_("response"), blank=True)
    has_no_remarks = models.BooleanField(_("no remarks"), default=False)
    status = models.CharField(
        max_length=9, choices=ResponseStatus.choices, default=ResponseStatus.DRAFT
    )
    publication = models.CharField(
        max_length=9, choices=Publication.choices, default=Publication.PENDING
    )
    redacted_text = models.TextField(blank=True)
    is_name_hidden = models.BooleanField(default=False)
    legal_ground = models.CharField(
        max_length=20, blank=True, help_text="moderation.Ground of a withholding or redaction."
    )
    received_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rejected_at = models.DateTimeField(null=True)
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    redacted_at = models.DateTimeField(null=True)
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withheld_at = models.DateTimeField(null=True)
    withheld_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        indexes = [
            # The public lists: one theme, newest first, by key.
            models.Index(
                fields=["theme", "-received_at", "-id"],
                condition=Q(publication__in=VISIBLE),
                name="response_public_by_theme",
            ),
            models.Index(
                fields=["theme", "sender_group", "-received_at", "-id"],
                condition=Q(publication__in=VISIBLE),
                name="response_public_by_sender",
            ),
            # The feed of a theme: what was published or redacted last.
            models.Index(
                "theme",
                Greatest("published_at", "redacted_at").desc(),
                models.F("id").desc(),
                condition=Q(publication__in=VISIBLE),
                name="response_public_by_change",
            ),
            # How many of a theme are withheld, for each ground.
            models.Index(
                fields=["theme", "legal_ground"],
                condition=Q(publication=Publication.WITHHELD),
                name="response_withheld_by_ground",
            ),
            # The moderation queue: oldest first.
            models.Index(
                fields=["consultation", "received_at", "id"],
                condition=Q(status="received") | Q(status="accepted", publication="pending"),
                name="response_awaiting_moderation",
            ),
            models.Index(fields=["consultation", "status"], name="response_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "theme"], name="consultations_response_is_one_for_a_theme"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ResponseStatus.values),
                name="consultations_response_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(sender_group__in=SenderGroup.values),
                name="consultations_response_sender_group_is_known",
            ),
            models.CheckConstraint(
                condition=Q(publication__in=Publication.values),
                name="consultations_response_publication_is_known",
            ),
            models.CheckConstraint(
                condition=Q(publication=Publication.PENDING) | Q(status=ResponseStatus.ACCEPTED),
                name="consultations_response_public_is_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(publication__in=[Publication.REDACTED, Publication.WITHHELD])
                | ~Q(legal_ground=""),
                name="consultations_response_kept_back_has_a_ground",
            ),
            models.CheckConstraint(
                condition=Q(publication=Publication.REDACTED) | Q(redacted_text=""),
                name="consultations_response_only_redacted_has_redacted_text",
            ),
            models.CheckConstraint(
                condition=Q(status=ResponseStatus.DRAFT) | Q(received_at__isnull=False),
                name="consultations_response_sent_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=ResponseStatus.ACCEPTED) | Q(accepted_at__isnull=False),
                name="consultations_response_accepted_has_a_time",
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def public_text(self):
        """What everybody may read, without what would turn the page around; empty for what is
        not public."""
        is_whole = self.publication == Publication.PUBLISHED
        return without_unseen(self.text if is_whole else self.redacted_text)

    @property
    def has_public_name(self):
        """`submission` must be fetched."""
        return not self.is_name_hidden and self.submission.sender_kind != SenderKind.ANONYMOUS

    @property
    def public_sender(self):
        """The name on the public pages; `submission` must be fetched."""
        if self.submission.sender_kind == SenderKind.ANONYMOUS:
            return _("Anonymous")
        if self.is_name_hidden:
            return _("Name withheld")
        return self.submission.sender_name

    @property
    def is_name_told_of(self):
        """Whether its sender is told what was decided about the name; `submission` must be
        fetched."""
        is_read = self.publication in VISIBLE
        return is_read and (self.is_name_hidden or self.submission.hide_name)

    @property
    def is_name_shown_against_wish(self):
        """Whether the name stands there although the sender asked that it should not."""
        return self.is_name_told_of and not self.is_name_hidden

    def tells_what_is_screened(self, state):
        """Whether it would show, when public, what its entry in the journal (with that `state`)
        keeps back. What is published a moderator decides, what is screened an archivist."""
        is_named = state.is_sender_screened and not self.is_name_hidden
        return is_named or state.screened_document == SCREENED_WHOLE

    def refusal(self, axis, new):
        if axis == "status":
            return _("Response %(reference)s is “%(now)s” and can not become “%(new)s”.") % {
                "reference": self.reference,
                "now": self.get_status_display(),
                "new": ResponseStatus(new).label,
            }
        return _("Response %(reference)s is “%(now)s” and can not become “%(new)s”.") % {
            "reference": self.reference,
            "now": self.get_publication_display(),
            "new": Publication(new).label,
        }
