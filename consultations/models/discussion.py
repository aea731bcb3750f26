"""The discussion beside a consultation. Its posts are not responses."""

from django.conf import settings
from django.db import models
from django.db.models import Q
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
    title = models.CharField(
        _("topic"), max_length=150, blank=True, help_text="Of the post that begins a thread."
    )
    text = models.TextField(_("post"))
    is_of_authority = models.BooleanField(default=False)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.VISIBLE)
    created_at = models.DateTimeField(default=timezone.now)
    visible_at = models.DateTimeField(null=True)
    visible_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_reason = models.TextField(_("why it was removed"), blank=True)

    class Meta:
        verbose_name = _("discussion post")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["theme", "-created_at", "-id"],
                condition=Q(parent=None),
                name="consultations_threads",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["visible", "waiting", "removed"]),
                name="consultations_post_status_is_known",
            )
        ]

    def __str__(self):
        return f"#{self.pk}"
