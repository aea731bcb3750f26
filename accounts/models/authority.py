"""An authority, and who does what there."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.roles import Role
from accounts.validators import validate_organisation_number


class Authority(models.Model):
    """Virksomhet: the ministry or agency whose consultations and journal these are."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    organisation_number = models.CharField(
        _("organisation number"),
        max_length=9,
        unique=True,
        validators=[validate_organisation_number],
    )
    email = models.EmailField(_("e-mail address"))
    rules_of_debate = models.TextField(_("rules of debate"), blank=True)
    archive_unit = models.CharField(
        _("records office"),
        max_length=120,
        default="Dokumentasjonssenteret",
        help_text=_("The unit that stands as keeper of the archive."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        ordering = ["name"]

    def __str__(self):
        return self.name


class Membership(models.Model):
    """Rolle: one role that one person holds at one authority."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    granted_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("role")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "authority", "role"], name="accounts_membership_is_held_once"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="accounts_membership_role_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} #{self.user_id}"
