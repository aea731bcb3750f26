"""Files that are kept, and handed out to nobody."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class InfectedFile(models.Model):
    """Infisert fil: bytes in which a virus was found. The record keeps them as they came."""

    sha256 = models.CharField(max_length=64, unique=True)
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("infected file")

    def __str__(self):
        return self.sha256
