"""A theme of a consultation, and what has been counted there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from consultations.models.consultation import Consultation
from consultations.models.submission import SenderGroup


class Theme(models.Model):
    """Tema: a part of a consultation that is answered and handled by itself.

    Every consultation has one theme that is the consultation as a whole (`is_whole`), so
    that a response always has a theme, a tally and a case handler.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="themes")
    position = models.PositiveSmallIntegerField(_("order"))
    is_whole = models.BooleanField(default=False, editable=False)
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=80)
    text = models.TextField(_("text"), blank=True, help_text=_("Cleaned HTML."))
    questions = models.TextField(
        _("questions"), blank=True, help_text=_("One question on each line.")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("theme")
        ordering = ["consultation_id", "is_whole", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "slug"], name="consultations_theme_address_is_one"
            ),
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(is_whole=True),
                name="consultations_theme_whole_is_one",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def question_list(self):
        return [line.strip() for line in self.questions.splitlines() if line.strip()]


class Tally(models.Model):
    """Telling: how many responses a theme has. Written with what it counts, in the same
    transaction, by `consultations.actions.tally`; `check_integrity` counts after."""

    theme = models.OneToOneField(
        Theme, on_delete=models.CASCADE, primary_key=True, related_name="tally"
    )
    accepted = models.PositiveIntegerField(default=0)
    published = models.PositiveIntegerField(default=0, help_text="Whole or redacted.")
    withheld = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("tally")

    def __str__(self):
        return f"{self.theme_id}: {self.accepted}"


class DailyTally(models.Model):
    """Dagstelling: how many accepted responses a theme received on a day, by kind of sender.

    What the public figures are drawn from; `check_integrity` counts after. The day is that
    of receipt, Norwegian time.
    """

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="daily_tallies")
    day = models.DateField()
    sender_group = models.CharField(max_length=12, choices=SenderGroup.choices)
    accepted = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("daily tally")
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "day", "sender_group"], name="consultations_daily_tally_is_one"
            )
        ]

    def __str__(self):
        return f"{self.theme_id} {self.day} {self.sender_group}: {self.accepted}"
