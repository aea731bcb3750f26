"""A consultation: what is asked, of whom, when, and by which rules."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Authority, Organisation
from accounts.roles import Role
from archive.models import CaseFile
from consultations.models.switches import (
    Acceptance,
    Access,
    AuthorityPart,
    DiscussionNames,
    Moderation,
    TopicStarters,
    WhoMayAnswer,
)

NEAR = timedelta(days=3)


class ConsultationStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Coming")
    OPEN = "opened", _("Open")
    CLOSED = "closed", _("Closed")
    UNDER_TREATMENT = "treatment_started", _("Under treatment")
    CONCLUDED = "concluded", _("Concluded")


class Outcome(models.TextChoices):
    """What the consultation will become."""

    PROPOSITION = "proposition", _("Proposition to the Storting")
    WHITE_PAPER = "white_paper", _("White paper")
    REGULATION = "regulation", _("Regulation")
    GUIDELINE = "guideline", _("Guideline")
    PLAN = "plan", _("Plan or strategy")
    OTHER = "other", _("Other")


class Subject(models.TextChoices):
    """What a consultation is about, in words that people look for."""

    HEALTH = "health", _("Health and care")
    FAMILY = "family", _("Family and children")
    EDUCATION = "education", _("School and education")
    WORK = "work", _("Work and welfare")
    TRANSPORT = "transport", _("Transport and roads")
    ENVIRONMENT = "environment", _("Climate and environment")
    ENERGY = "energy", _("Energy")
    BUSINESS = "business", _("Business and industry")
    FARMING = "farming", _("Farming, forestry and fisheries")
    PLANNING = "planning", _("Planning and housing")
    JUSTICE = "justice", _("Law and justice")
    CULTURE = "culture", _("Culture, sport and media")
    DEMOCRACY = "democracy", _("Government and democracy")
    DIGITAL = "digital", _("Digital society")
    ECONOMY = "economy", _("Economy and taxes")
    DEFENCE = "defence", _("Defence and preparedness")
    FOREIGN = "foreign", _("Foreign affairs and immigration")
    OTHER = "other", _("Other subjects")


# What everybody must be told before they are asked.
MANDATORY = ("summary", "purpose", "outcome", "use_of_responses", "letter")


class ConsultationQuerySet(models.QuerySet):
    def public(self):
        """Published, and so for everybody to see."""
        return self.exclude(status=ConsultationStatus.DRAFT)

    def visible_to(self, user):
        """For staff: everything of the authorities where the user has a role."""
        return self.filter(authority__in=user.authorities_as(*Role.values))

    def due_to_open(self):
        return self.filter(status=ConsultationStatus.PUBLISHED, opens_at__lte=timezone.now())

    def due_to_close(self):
        return self.filter(status=ConsultationStatus.OPEN, deadline_at__lte=timezone.now())

    def near_deadline(self):
        """Open, and the deadline as it is now is near but not told of. One that was opened
        so late that it is near from the beginning has been told of then."""
        told = Q(news__kind="deadline_near", news__deadline_at=F("deadline_at"))
        return self.filter(
            status=ConsultationStatus.OPEN,
            deadline_at__gt=timezone.now(),
            deadline_at__lte=timezone.now() + NEAR,
            opened_at__lt=F("deadline_at") - NEAR,
        ).exclude(pk__in=self.filter(told).values("pk"))


class Consultation(models.Model):
    """Høring: a matter that an authority asks the public about."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="consultations")
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    language = models.CharField(
        _("language"),
        max_length=2,
        default="nb",
        choices=[("nb", _("Norwegian Bokmål")), ("nn", _("Norwegian Nynorsk"))],
    )
    summary = models.TextField(
        _("what is proposed"), help_text=_("One paragraph that everyone understands.")
    )
    subject = models.CharField(
        _("subject"), max_length=12, choices=Subject.choices, default=Subject.OTHER
    )
    purpose = models.TextField(_("purpose"), help_text=_("Why you ask, and why now."))
    outcome = models.CharField(
        _("what it will become"), max_length=12, choices=Outcome.choices, default=Outcome.OTHER
    )
    use_of_responses = models.TextField(
        _("how the answers will be used"), help_text=_("Who reads them, and what happens then.")
    )
    letter = models.TextField(
        _("consultation letter"), help_text=_("Sent to the invited bodies and journaled.")
    )
    contact_name = models.CharField(_("contact person"), max_length=150)
    contact_email = models.EmailField(_("contact e-mail"))
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("official in charge"),
    )
    unit = models.CharField(_("department"), max_length=150)

    who_may_answer = models.CharField(
        _("who may answer"), max_length=10, choices=WhoMayAnswer.choices, default=WhoMayAnswer.NAMED
    )
    moderation = models.CharField(
        _("moderation"), max_length=6, choices=Moderation.choices, default=Moderation.BEFORE
    )
    authority_part = models.CharField(
        _("the authority's part"),
        max_length=10,
        choices=AuthorityPart.choices,
        default=AuthorityPart.LISTENS,
    )
    topic_starters = models.CharField(
        _("who starts topics"),
        max_length=12,
        choices=TopicStarters.choices,
        default=TopicStarters.AUTHORITY,
    )
    access = models.CharField(
        _("access"), max_length=7, choices=Access.choices, default=Access.OPEN
    )
    acceptance = models.CharField(
        _("acceptance"), max_length=12, choices=Acceptance.choices, default=Acceptance.AUTOMATIC
    )
    has_discussion = models.BooleanField(_("has a discussion"), default=False)
    discussion_names = models.CharField(
        _("names in the discussion"),
        max_length=8,
        choices=DiscussionNames.choices,
        default=DiscussionNames.NAME,
    )
    discussion_closed_at = models.DateTimeField(null=True, blank=True)
    discussion_closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    discussion_closed_reason = models.TextField(
        _("why the discussion is closed"), blank=True, help_text=_("Everyone can read it.")
    )

    opens_at = models.DateTimeField(_("opens"))
    deadline_at = models.DateTimeField(_("deadline"))
    status = models.CharField(
        max_length=20, choices=ConsultationStatus.choices, default=ConsultationStatus.DRAFT
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    treatment_started_at = models.DateTimeField(null=True, blank=True)
    treatment_started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    case_file = models.OneToOneField(
        CaseFile, null=True, on_delete=models.PROTECT, related_name="consultation"
    )
    history = HistoricalRecords()

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        ordering = ["deadline_at"]
        indexes = [
            models.Index(fields=["status", "opens_at"], name="consultation_to_open"),
            models.Index(fields=["status", "deadline_at"], name="consultation_to_close"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline_at__gt=F("opens_at")),
                name="consultations_consultation_deadline_is_after_opening",
                violation_error_message=_("The deadline must be after the opening."),
            ),
            models.CheckConstraint(
                condition=Q(status=ConsultationStatus.DRAFT) ^ Q(case_file__isnull=False),
                name="consultations_consultation_published_has_a_case_file",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ConsultationStatus.values),
                name="consultations_consultation_status_is_known",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def source(self):
        """What the archive knows the consultation by. Its slug may change; this may not."""
        return f"consultation-{self.pk}"

    @property
    def is_open(self):
        return self.status == ConsultationStatus.OPEN

    @property
    def is_past_deadline(self):
        return self.deadline_at <= timezone.now()

    @property
    def takes_responses(self):
        """From opening until conclusion: what comes after the deadline is received as late."""
        return self.status in {
            ConsultationStatus.OPEN,
            ConsultationStatus.CLOSED,
            ConsultationStatus.UNDER_TREATMENT,
        }

    @property
    def missing(self):
        """What is mandatory to publish and not yet written, by its names."""
        return [
            str(self._meta.get_field(name).verbose_name)
            for name in MANDATORY
            if not getattr(self, name).strip()
        ]

    @cached_property
    def public_version(self):
        """Raised by every action that changes a public page; the pages' ETag."""
        return self.public_state.version

    def invited_bodies_of(self, user):
        """The invited organisations that the user speaks for. Some are invited by name only."""
        invited = self.consultees.filter(
            Q(organisation=OuterRef("pk")) | Q(name__iexact=OuterRef("name"))
        )
        return Organisation.objects.filter(Exists(invited), affiliations__user=user)

    def refusal(self, _axis, new):
        return _("The consultation is “%(now)s” and can not become “%(new)s”.") % {
            "now": self.get_status_display(),
            "new": ConsultationStatus(new).label,
        }


class PublicState(models.Model):
    """Offentlig tilstand: which version of its public pages a consultation is at.

    A row of its own, so that publishing a response neither rewrites the consultation
    nor adds to its history.
    """

    consultation = models.OneToOneField(
        Consultation, on_delete=models.CASCADE, primary_key=True, related_name="public_state"
    )
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        verbose_name = _("public state")

    def __str__(self):
        return f"{self.consultation_id}: {self.version}"
