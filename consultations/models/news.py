"""What happened to a consultation, for those who follow it."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.consultation import Consultation
from consultations.models.laid_out import Amendment
from consultations.models.theme import Theme

ON_THE_HEELS = timedelta(days=1)
QUIET = timedelta(minutes=15)  # editors change more than one thing at a time


class NewsKind(models.TextChoices):
    PUBLISHED = "published", _("New consultation")
    OPENED = "opened", _("Open for answers")
    AMENDED = "amended", _("Changed")
    DEADLINE_NEAR = "deadline_near", _("The deadline is near")
    CLOSED = "closed", _("The deadline has passed")
    CONCLUDED = "concluded", _("Concluded")
    ASSESSED = "assessed", _("Assessment published")


IN_FEEDS_ONLY = {NewsKind.CLOSED, NewsKind.ASSESSED}


class NewsQuerySet(models.QuerySet):
    def outstanding(self):
        """What not all followers have been told of. A change waits until editing is over."""
        unsettled = {"kind": NewsKind.AMENDED, "happened_at__gt": timezone.now() - QUIET}
        return self.filter(told_at=None).exclude(**unsettled)

    def amended(self, consultation):
        """The changes of one consultation, in their order."""
        changes = self.filter(consultation=consultation, kind=NewsKind.AMENDED)
        return changes.select_related("amendment").order_by("pk")


class News(models.Model):
    """Nyhet: one thing that happened to a consultation. An entry of its feed, and the mail
    that its followers are owed.

    Written in the transaction of what it tells of. The followers are told afterwards, some
    at a time: `told_to` is how far it has come.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="news")
    kind = models.CharField(max_length=13, choices=NewsKind.choices)
    amendment = models.ForeignKey(
        Amendment, null=True, on_delete=models.CASCADE, related_name="news"
    )
    theme = models.ForeignKey(Theme, null=True, on_delete=models.CASCADE, related_name="news")
    deadline_at = models.DateTimeField(null=True, help_text="Which deadline is near.")
    happened_at = models.DateTimeField(default=timezone.now)
    told_to = models.BigIntegerField(default=0, help_text="The last subscription told of it.")
    told_at = models.DateTimeField(null=True, help_text="When all were told.")

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(
                fields=["happened_at"], condition=Q(told_at=None), name="consultations_to_be_told"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "kind", "amendment", "theme", "deadline_at"],
                nulls_distinct=False,
                name="consultations_news_is_told_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=NewsKind.values), name="consultations_news_kind_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.consultation_id}: {self.kind}"

    @property
    def is_told_widely(self):
        """Also to those who follow the authority, or everything. Not so an opening on the
        heels of the publication: they have just been told when it opens."""
        since = self.happened_at - self.consultation.published_at
        return self.kind != NewsKind.OPENED or since > ON_THE_HEELS
