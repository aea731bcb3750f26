"""The roles that a person may hold at an authority, as data.

A role is held at one authority; nobody holds one everywhere.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    EDITOR = "editor", _("Editor")
    MODERATOR = "moderator", _("Moderator")
    CASE_HANDLER = "case_handler", _("Case handler")
    ARCHIVIST = "archivist", _("Archivist")
    ADMINISTRATOR = "administrator", _("Authority administrator")
