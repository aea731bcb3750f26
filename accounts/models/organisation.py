"""Organisations that answer, and the people who speak for them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.validators import validate_organisation_number


class OrganisationKind(models.TextChoices):
    PUBLIC_BODY = "public_body", _("Public body")
    NGO = "ngo", _("Association or NGO")
    BUSINESS = "business", _("Business")
    OTHER = "other", _("Other organisation")


class OrganisationQuerySet(models.QuerySet):
    def unconfirmed(self):
        """With a number that Enhetsregisteret has not confirmed."""
        return self.filter(registered_at=None, organisation_number__isnull=False)


class Organisation(models.Model):
    """Organisasjon: a body that may answer formally, a consultee or not."""

    name = models.CharField(_("name"), max_length=200)
    organisation_number = models.CharField(
        _("organisation number"),
        max_length=9,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_organisation_number],
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=OrganisationKind.choices,
        default=OrganisationKind.OTHER,
    )
    registered_at = models.DateTimeField(
        null=True, blank=True, help_text="When Enhetsregisteret last confirmed name and number."
    )
    history = HistoricalRecords()

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name=""), name="accounts_organisation_has_a_name"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=OrganisationKind.values),
                name="accounts_organisation_kind_is_known",
            ),
        ]

    def __str__(self):
        return self.name


class Affiliation(models.Model):
    """Tilknytning: this user speaks for this organisation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="affiliations"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="affiliations"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("affiliation")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], name="accounts_affiliation_is_held_once"
            )
        ]

    def __str__(self):
        return f"#{self.user_id} → {self.organisation_id}"
