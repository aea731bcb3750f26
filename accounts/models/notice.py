"""A message that is owed to somebody."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_ATTEMPTS = 20  # some four days: a mail server may be down over a weekend


class NoticeQuerySet(models.QuerySet):
    def outstanding(self):
        """Neither sent nor given up, and due for its next attempt."""
        return self.filter(
            sent_at=None, attempts__lt=MAX_ATTEMPTS, due_at__lte=timezone.now()
        ).order_by("due_at")


class Notice(models.Model):
    """Varsel: one mail that the platform owes one address.

    Written in the transaction of what it tells of, so that it is owed exactly when that
    happened; a task delivers it afterwards, and a sweep finds what a lost task left.
    """

    PERSONAL_FIELDS = ("email", "subject", "body")

    key = models.CharField(max_length=120, unique=True, help_text="What it tells of, once.")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="notices"
    )
    email = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    unsubscribe_url = models.CharField(
        max_length=300, blank=True, help_text="Where a mail program ends mails like this one."
    )
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(sent_at=None), name="accounts_notice_waiting"
            )
        ]

    def __str__(self):
        return self.key
