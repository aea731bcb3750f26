"""The discussion beside a consultation. Its posts are not responses."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.response import Response
from consultations.models.theme import Theme


class DiscussionPost(models.Model):
    """Diskusjonsinnlegg: never journaled by itself; a closed discussion is archived whole."""

    PERSONAL_FIELDS = ("text", "nickname")

    class Status(models.TextChoices):
        VISIBLE = "visible", _("Visible")
        WAITING = "waiting", _("Waiting for a moderator")
        REMOVED = "removed", _("Removed")

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="posts")
    response = models.ForeignKey(
        Response, null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="posts"
    )
    nickname = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    is_of_authority = models.BooleanField(default=False)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.VISIBLE)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("discussion post")
        ordering = ["created_at", "pk"]

    def __str__(self):
        return f"#{self.pk}"
