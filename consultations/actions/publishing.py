"""A consultation's way from publication to conclusion."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Role
from accounts.rules import ActionRefused, action, require
from archive.actions import close_case_file, open_case_file
from consultations.actions.discussing import archive_discussion
from consultations.actions.sending import send_letter
from consultations.actions.tally import raise_public_version
from consultations.actions.telling import tell
from consultations.lifecycle import advance
from consultations.models import Consultation, ConsultationStatus, NewsKind
from consultations.permissions import can_edit


@action
def publish_consultation(consultation, *, by):
    """Send the consultation out: open its case file and journal the letter as entry 1.

    Raises ActionRefused where what is mandatory is missing: purpose, what it becomes and
    how the answers are used, a theme to answer, and a deadline that is still to come; and
    where the letter can not be stored.
    """
    consultation = _locked(consultation, by)
    _refuse_incomplete(consultation)
    themes = list(consultation.themes.filter(is_whole=False))
    consultation.case_file = open_case_file(
        consultation.authority,
        source=consultation.source,
        title=f"Høring – {consultation.title}",
        description=f"Høringsfrist {timezone.localtime(consultation.deadline_at):%d.%m.%Y}.",
        keywords=[theme.title for theme in themes],
        responsible=str(consultation.responsible),
        unit=consultation.unit,
        by=by,
    )
    advance(consultation, ConsultationStatus.PUBLISHED, by=by, also=["case_file"])
    send_letter(consultation, by=by)
    tell(consultation, NewsKind.PUBLISHED)
    raise_public_version(consultation)
    return consultation


@action
def open_consultation(consultation, *, by=None):
    """Begin to take responses. On schedule, by the system; or earlier, by an editor."""
    consultation = _lead(consultation, ConsultationStatus.OPEN, by)
    tell(consultation, NewsKind.OPENED)
    return consultation


@action
def close_consultation(consultation, *, by=None):
    """The deadline is there. What comes now is received as late."""
    consultation = _lead(consultation, ConsultationStatus.CLOSED, by)
    tell(consultation, NewsKind.CLOSED)
    return consultation


@action
def start_treatment(consultation, *, by):
    """The authority begins to work on what came in."""
    return _lead(consultation, ConsultationStatus.UNDER_TREATMENT, by)


@action
def conclude_consultation(consultation, *, by):
    """All is decided and handled: archive the discussion, close the case file. Nothing more is
    received."""
    consultation = _locked(consultation, by)
    undecided = consultation.responses.awaiting_moderation().count()
    if undecided:
        raise ActionRefused(
            ngettext(
                "%(count)s response has not been decided by a moderator.",
                "%(count)s responses have not been decided by a moderator.",
                undecided,
            )
            % {"count": undecided}
        )
    if consultation.status == ConsultationStatus.UNDER_TREATMENT:
        archive_discussion(consultation, by=by)
    advance(consultation, ConsultationStatus.CONCLUDED, by=by)
    close_case_file(consultation.case_file, by=by)
    tell(consultation, NewsKind.CONCLUDED)
    raise_public_version(consultation)
    return consultation


def _lead(consultation, status, by):
    consultation = _locked(consultation, by)
    advance(consultation, status, by=by)
    raise_public_version(consultation)
    return consultation


def _locked(consultation, by):
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    require(can_edit(by, consultation.authority))
    return consultation


def _refuse_incomplete(consultation):
    missing = consultation.missing
    if missing:
        raise ActionRefused(
            _("Before the consultation can be published, write this: %(missing)s.")
            % {"missing": ", ".join(missing)}
        )
    if not consultation.responsible.holds(consultation.authority_id, Role.CASE_HANDLER):
        raise ActionRefused(
            _("The official in charge, %(name)s, must be a case handler here. Choose another.")
            % {"name": consultation.responsible}
        )
    if not consultation.themes.filter(is_whole=False).exists():
        raise ActionRefused(_("Add at least one theme before you publish."))
    if consultation.is_past_deadline:
        raise ActionRefused(_("The deadline has passed. Set a later one before you publish."))
