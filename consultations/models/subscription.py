"""Who wants to hear of what is new."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Authority
from consultations.models.consultation import Consultation
from consultations.models.submission import new_token


class SubscriptionQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed(self):
        return self.filter(confirmed_at=None)

    def of_address(self, email):
        return self.filter(email=email.lower())

    def to_be_told(self, news):
        """Who followed when it happened, each address once, by its oldest subscription."""
        at, consultation = news.consultation.authority_id, news.consultation_id
        follows = Q(consultation=consultation)
        if news.is_told_widely:
            follows |= Q(authority=at) | Q(authority=None, consultation=None)
        followers = self.filter(follows, confirmed_at__lte=news.happened_at)
        older = followers.filter(email=OuterRef("email"), pk__lt=OuterRef("pk"))
        return followers.exclude(Exists(older))


class Subscription(models.Model):
    """Abonnement: one address that follows one consultation, one authority, or all.

    The address is kept in small letters. `token` stands in the links of the mails that it
    gets: with it one confirms the address and ends the subscription.
    """

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

    objects = SubscriptionQuerySet.as_manager()

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

    @property
    def followed(self):
        """What is followed, in words. `consultation` and `authority` must be fetched."""
        if self.consultation_id:
            return self.consultation.title
        if self.authority_id:
            return _("All consultations from %(authority)s") % {"authority": self.authority.name}
        return _("All consultations")
