"""What is laid out with a consultation: documents, invited bodies, links, and its amendments."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Organisation
from consultations.models.consultation import Consultation


class Document(models.Model):
    """Høringsdokument: the consultation paper and what else is laid out to read."""

    class Kind(models.TextChoices):
        PAPER = "paper", _("Consultation paper")
        LETTER = "letter", _("Consultation letter")
        OTHER = "other", _("Other document")

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="documents"
    )
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.PAPER)
    theme = models.ForeignKey(
        "consultations.Theme",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="documents",
        help_text="The theme whose page it stands on too.",
    )
    title = models.CharField(_("title"), max_length=200)
    position = models.PositiveSmallIntegerField(default=1)
    path = models.CharField(max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("document")
        ordering = ["consultation_id", "position"]

    def __str__(self):
        return self.title

    @property
    def extension(self):
        return self.name.rsplit(".", 1)[-1].lower()


class Consultee(models.Model):
    """Høringsinstans: a body that is invited to answer."""

    PERSONAL_FIELDS = ("email",)

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="consultees"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"), blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("consultee")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "name"], name="consultations_consultee_is_invited_once"
            )
        ]

    def __str__(self):
        return self.name


class RelatedLink(models.Model):
    """Lenke: another page that is good to know of, such as a report or an earlier matter."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="related_links"
    )
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("web address"), max_length=500)
    position = models.PositiveSmallIntegerField(default=1)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("related link")
        ordering = ["consultation_id", "position", "pk"]

    def __str__(self):
        return self.title


class Amendment(models.Model):
    """Endring: what was changed in a consultation after it was published, for all to see."""

    class Kind(models.TextChoices):
        DEADLINE = "deadline", _("The deadline was moved")
        TEXT = "text", _("The text was changed")
        THEME = "theme", _("A theme was changed")
        DOCUMENT = "document", _("A document was added or replaced")
        CONSULTEES = "consultees", _("More bodies were invited")
        OTHER = "other", _("Something else was changed")

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="amendments"
    )
    kind = models.CharField(_("what was changed"), max_length=10, choices=Kind.choices)
    note = models.TextField(_("what and why"), blank=True, help_text=_("Everyone can read it."))
    deadline_before = models.DateTimeField(null=True, blank=True)
    deadline_after = models.DateTimeField(null=True, blank=True)
    amended_at = models.DateTimeField(default=timezone.now)
    amended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("amendment")
        ordering = ["-amended_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="deadline")
                | Q(deadline_before__isnull=False, deadline_after__isnull=False),
                name="consultations_amendment_of_deadline_has_both",
            )
        ]

    def __str__(self):
        return f"{self.consultation_id}: {self.kind}"
