"""Who wants to hear of what is new."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from consultations.models.consultation import Consultation
from consultations.models.submission import new_token


class Subscription(models.Model):
    """Abonnement: one address that follows one consultation, one authority, or all."""

    PERSONAL_FIELDS = ("email",)

    email = models.EmailField()
    consultation = models.ForeignKey(
        Consultation, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions"
    )
    authority = models.ForeignKey(
        Authority, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions"
    )
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="nb")
    token = models.CharField(max_length=43, unique=True, default=new_token)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("subscription")
        constraints = [
            models.UniqueConstraint(
                fields=["email", "consultation", "authority"],
                nulls_distinct=False,
                name="consultations_subscription_is_held_once",
            ),
            models.CheckConstraint(
                condition=Q(consultation=None) | Q(authority=None),
                name="consultations_subscription_follows_one_thing",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"
