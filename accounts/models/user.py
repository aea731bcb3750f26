"""A person who signs in."""

from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserQuerySet(models.QuerySet):
    def holding(self, role, authority):
        """Active people who hold `role` at `authority`."""
        return self.filter(
            is_active=True, memberships__role=role, memberships__authority=authority
        ).distinct()


class PeopleByEmail(BaseUserManager.from_queryset(UserQuerySet)):
    """Makes users whose e-mail address is their name at log-in."""

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)  # None makes a password that nobody can use
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)


class User(AbstractUser):
    """Bruker: a citizen, somebody who speaks for an organisation, or an official."""

    PERSONAL_FIELDS = ("email", "name")

    username = first_name = last_name = None
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)

    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="nb"
    )
    closed_at = models.DateTimeField(null=True, blank=True, help_text="By its owner; then nobody.")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PeopleByEmail()

    class Meta:
        verbose_name = _("user")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_is_one_whatever_case")
        ]

    def __str__(self):
        return self.name or f"#{self.pk}"

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    @cached_property
    def roles(self):
        """Authority pk → the set of roles held there. One query per user object."""
        held = {}
        for authority, role in self.memberships.values_list("authority_id", "role"):
            held.setdefault(authority, set()).add(role)
        return held

    def holds(self, authority, *roles):
        """True where the active user holds one of `roles` at `authority` (object or pk)."""
        pk = getattr(authority, "pk", authority)
        return self.is_active and not self.roles.get(pk, set()).isdisjoint(roles)

    def authorities_as(self, *roles):
        """The pks of the authorities where the user holds one of `roles`."""
        if not self.is_active:
            return []
        return [pk for pk, held in self.roles.items() if not held.isdisjoint(roles)]
