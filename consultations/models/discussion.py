"""The discussion beside a consultation. Its posts are not responses."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from consultations.models.response import Publication, Response
from consultations.models.theme import Theme


class DiscussionPostQuerySet(models.QuerySet):
    def threads(self):
        return self.filter(parent=None)

    def shown(self):
        """What everybody sees: also that a post was removed, where it has been visible; but
        nothing under a response that is not public (any more)."""
        return self.filter(
            Q(status=DiscussionPost.Status.VISIBLE)
            | Q(status=DiscussionPost.Status.REMOVED, visible_at__isnull=False),
            Q(response=None)
            | Q(response__publication__in=[Publication.PUBLISHED, Publication.REDACTED]),
        )

    def visible(self):
        """What everybody may read, and answer."""
        return self.shown().filter(status=DiscussionPost.Status.VISIBLE)

    def waiting(self):
        return self.filter(status=DiscussionPost.Status.WAITING)

    def of_consultation(self, consultation):
        return self.filter(theme__consultation=consultation)

    def moderated_by(self, user):
        return self.filter(theme__consultation__authority__in=user.authorities_as(Role.MODERATOR))


class DiscussionPost(models.Model):
    """Diskusjonsinnlegg: never journaled by itself; a closed discussion is archived whole.

    The account stands behind every post, also where everybody sees a nickname. A thread is the
    post that begins it and the replies to it, of which none has replies of its own.
    """

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
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    visible_at = models.DateTimeField(null=True)
    visible_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_reason = models.TextField(
        _("why it was removed"), blank=True, help_text=_("Everyone can read it.")
    )

    objects = DiscussionPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion post")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["theme", "-created_at", "-id"],
                condition=Q(parent=None),
                name="consultations_threads",
            ),
            models.Index(
                fields=["created_at", "id"],
                condition=Q(status="waiting"),
                name="consultations_posts_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["visible", "waiting", "removed"]),
                name="consultations_post_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="removed") | ~Q(removed_reason=""),
                name="consultations_post_removed_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(nickname="") | Q(is_of_authority=False),
                name="consultations_post_of_authority_has_no_nickname",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def consultation(self):
        return self.theme.consultation

    @property
    def is_removed(self):
        return self.status == self.Status.REMOVED

    @property
    def public_author(self):
        """The name that everybody sees; `author` must be fetched. Who has closed the account is
        named no more, but for what was said on behalf of the authority."""
        if self.author.closed_at and not self.is_of_authority:
            return _("Former user")
        return self.nickname or str(self.author)

    @property
    def public_title(self):
        return _("Removed topic") if self.is_removed else self.title

    def refusal(self, _axis, new):
        return _("The post is “%(now)s” and can not become “%(new)s”.") % {
            "now": self.get_status_display(),
            "new": self.Status(new).label,
        }
