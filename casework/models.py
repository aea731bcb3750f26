"""Who handles what, and what they make of it."""

from hashlib import sha256

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Membership
from accounts.roles import Role
from archive.models import JournalEntry
from archive.vocabulary import WriteOff
from consultations.models import Consultation, Response, Theme
from consultations.models.response import VISIBLE


class CaseHandlerRole(Membership):
    """Rollen som saksbehandler: not taken from whom something waits for, or would come to."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="not_needed",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__role=Role.CASE_HANDLER),
                func="""
                    IF EXISTS (
                        SELECT FROM casework_assignment AS assignment
                        JOIN archive_journalentry AS entry ON entry.id = assignment.entry_id
                        WHERE assignment.handler_id = OLD.user_id
                        AND assignment.status = 'assigned'
                        AND entry.authority_id = OLD.authority_id
                    ) OR EXISTS (
                        SELECT FROM consultations_consultation
                        WHERE responsible_id = OLD.user_id
                        AND authority_id = OLD.authority_id
                        AND status NOT IN ('draft', 'concluded')
                    ) THEN
                        RAISE restrict_violation USING MESSAGE = 'casework_role_is_not_needed';
                    END IF;
                    RETURN OLD;
                """,
            )
        ]


class ThemeHandler(models.Model):
    """Saksbehandler for et tema: to whom a theme's responses go from now on."""

    theme = models.OneToOneField(
        Theme, on_delete=models.CASCADE, primary_key=True, related_name="theme_handler"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handled_themes"
    )
    appointed_at = models.DateTimeField(default=timezone.now)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("case handler of a theme")

    def __str__(self):
        return f"{self.theme_id} → #{self.handler_id}"


class AssignmentStatus(models.TextChoices):
    ASSIGNED = "assigned", _("To be handled")
    HANDLED = "handled", _("Handled")
    REASSIGNED = "reassigned", _("Given to somebody else")


class AssignmentQuerySet(models.QuerySet):
    def current(self):
        return self.exclude(status=AssignmentStatus.REASSIGNED)

    def to_be_handled(self):
        return self.filter(status=AssignmentStatus.ASSIGNED)

    def visible_to(self, user):
        """A case handler sees the current assignments of the authorities where they are one."""
        return self.current().filter(
            response__consultation__authority__in=user.authorities_as("case_handler")
        )


class Assignment(models.Model):
    """Fordeling: one response in one case handler's inbox.

    `entry` is never null: nothing reaches a case handler that is not journaled.
    """

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="assignments")
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="assignments")
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    status = models.CharField(
        max_length=10, choices=AssignmentStatus.choices, default=AssignmentStatus.ASSIGNED
    )
    assigned_at = models.DateTimeField(default=timezone.now)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    write_off = models.CharField(max_length=30, choices=WriteOff.choices, blank=True)
    reassigned_at = models.DateTimeField(null=True)
    reassigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        indexes = [
            models.Index(
                fields=["handler", "assigned_at", "id"],
                condition=Q(status="assigned"),
                name="casework_inbox",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["response"],
                condition=~Q(status="reassigned"),
                name="casework_assignment_current_is_one",
            ),
            models.CheckConstraint(
                condition=Q(status__in=AssignmentStatus.values),
                name="casework_assignment_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="handled") | (Q(handled_at__isnull=False) & ~Q(write_off="")),
                name="casework_assignment_handled_has_a_time_and_a_manner",
            ),
        ]

    def __str__(self):
        return f"{self.response_id} → #{self.handler_id}"

    def refusal(self, _axis, new):
        """Names both states, and who made it what it is, and when."""
        who, when = getattr(self, f"{self.status}_by"), getattr(self, f"{self.status}_at")
        return _(
            "This assignment is “%(now)s” (%(who)s, %(when)s) and can not become “%(new)s”."
        ) % {
            "now": self.get_status_display(),
            "who": who or _("the system"),
            "when": date_format(timezone.localtime(when), "DATETIME_FORMAT"),
            "new": AssignmentStatus(new).label,
        }


class Note(models.Model):
    """Notat: what a case handler writes about a response, for colleagues."""

    PERSONAL_FIELDS = ("text",)

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"))
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("note")
        ordering = ["written_at"]

    def __str__(self):
        return f"#{self.pk}"


class Tag(models.Model):
    """Merkelapp: a word by which a consultation's responses are sorted."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(_("name"), max_length=60)
    responses = models.ManyToManyField(Response, related_name="tags", blank=True)

    class Meta:
        verbose_name = _("tag")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "name"], name="casework_tag_name_is_one"
            )
        ]

    def __str__(self):
        return self.name


class Excerpt(models.Model):
    """Utdrag: a passage of a response's original text, by its place there."""

    PERSONAL_FIELDS = ("comment",)

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="excerpts")
    start = models.PositiveIntegerField(help_text="Characters from the beginning.")
    end = models.PositiveIntegerField(help_text="Characters from the beginning, exclusive.")
    comment = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("excerpt")
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=models.F("start")), name="casework_excerpt_is_not_empty"
            )
        ]

    def __str__(self):
        return f"#{self.pk}"


class AssessmentQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)

    def with_citations(self):
        """Each with `public_citations`, the responses that everybody may read, in the order
        in which they came, and `other_citations`, how many others it rests on."""
        shown = Response.objects.public().select_related("submission").order_by("received_at", "pk")
        return self.prefetch_related(
            Prefetch("cited", queryset=shown, to_attr="public_citations")
        ).annotate(other_citations=Count("cited", filter=~Q(cited__publication__in=VISIBLE)))


class Assessment(models.Model):
    """Vurdering: what the authority makes of a theme, with the responses it cites."""

    theme = models.OneToOneField(
        Theme, on_delete=models.PROTECT, primary_key=True, related_name="assessment"
    )
    text = models.TextField(_("assessment"), blank=True)
    cited = models.ManyToManyField(Response, related_name="cited_in", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    history = HistoricalRecords()

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")

    def __str__(self):
        return f"{self.theme_id}"

    @property
    def source(self):
        """What the archive knows it by when it is published; its theme must be fetched."""
        return f"{self.theme.consultation.source}-assessment-{self.theme_id}"

    def references(self):
        """Of the responses that it cites, in order."""
        return list(self.cited.order_by("reference").values_list("reference", flat=True))

    def digest(self):
        """What stands there now, to know it by when somebody writes on."""
        return sha256("\n".join([*self.references(), self.text]).encode()).hexdigest()[:16]
