"""What the virus scanner said of files, by their digest: the record keeps them as they came."""

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


class UnscannedFile(models.Model):
    """Uskannet fil: bytes that the virus scanner has yet to look at. Nothing opens them before."""

    sha256 = models.CharField(max_length=64, unique=True)
    since_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("file that is not scanned yet")

    def __str__(self):
        return self.sha256
