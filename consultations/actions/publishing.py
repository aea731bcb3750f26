"""A consultation's way from publication to conclusion."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.notices import owe_notice
from accounts.roles import Role
from accounts.rules import ActionRefused, action, require
from archive.actions import (
    NewEntry,
    PartOfDocument,
    Party,
    close_case_file,
    journal,
    open_case_file,
    prepare,
)
from archive.pdf import DocumentNotRendered
from archive.vocabulary import EntryKind, PartyKind
from consultations.actions.tally import raise_public_version
from consultations.letters import consultee_list_page, letter_page
from consultations.lifecycle import advance
from consultations.models import Consultation, ConsultationStatus
from consultations.permissions import can_edit

GROUP = "Høringsinstanser etter liste"
GENERAL_PUBLIC = "Allmennheten"


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
    journal(_outgoing_letter(consultation, by), by=by)
    _invite(consultation)
    raise_public_version(consultation)
    return consultation


@action
def open_consultation(consultation, *, by=None):
    """Begin to take responses. On schedule, by the system; or earlier, by an editor."""
    return _lead(consultation, ConsultationStatus.OPEN, by)


@action
def close_consultation(consultation, *, by=None):
    """The deadline is there. What comes now is received as late."""
    return _lead(consultation, ConsultationStatus.CLOSED, by)


@action
def start_treatment(consultation, *, by):
    """The authority begins to work on what came in."""
    return _lead(consultation, ConsultationStatus.UNDER_TREATMENT, by)


@action
def conclude_consultation(consultation, *, by):
    """All is decided and handled: close the case file. Nothing more is received."""
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
    advance(consultation, ConsultationStatus.CONCLUDED, by=by)
    close_case_file(consultation.case_file, by=by)
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
    missing = [
        consultation._meta.get_field(name).verbose_name
        for name in ("summary", "purpose", "use_of_responses", "letter")
        if not getattr(consultation, name).strip()
    ]
    if missing:
        raise ActionRefused(
            _("Before the consultation can be published, write this: %(missing)s.")
            % {"missing": ", ".join(str(name) for name in missing)}
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


def _outgoing_letter(consultation, by):
    """What is journaled as entry 1: the letter, the list of recipients, the documents."""
    source = f"{consultation.source}-letter"
    consultees = list(consultation.consultees.all())
    parts = [PartOfDocument("Høringsbrev", "Brev", page=letter_page(consultation))]
    if consultees:
        page = consultee_list_page(consultation, consultees)
        parts.append(PartOfDocument("Liste over høringsinstanser", "Liste", page=page))
    for document in consultation.documents.all():
        extension = document.name.rsplit(".", 1)[-1].lower()
        parts.append(
            PartOfDocument(document.title, "Høringsnotat", stored=document, format=extension)
        )
    try:
        prepare(source, parts, by=by)
    except (DocumentNotRendered, OSError) as error:
        raise ActionRefused(
            _("The consultation letter can not be stored now. Nothing was published; try later.")
        ) from error
    return NewEntry(
        case_file=consultation.case_file,
        source=source,
        kind=EntryKind.OUTGOING,
        title=f"Høringsbrev – {consultation.title}",
        parties=(
            Party(PartyKind.GROUP_RECIPIENT, GROUP if consultees else GENERAL_PUBLIC),
            Party(PartyKind.INTERNAL_SENDER, consultation.unit),
        ),
        document_date=timezone.localdate(),
        sent_at=timezone.now(),
        unit=consultation.unit,
        case_handler=str(consultation.responsible),
    )


def _invite(consultation):
    """Owe the letter to every invited body that has an address."""
    for consultee in consultation.consultees.exclude(email=""):
        owe_notice(
            key=f"invitation-{consultee.pk}",
            email=consultee.email,
            subject=f"Høring: {consultation.title}",
            body=consultation.letter,
        )
        consultee.invited_at = timezone.now()
        consultee.save(update_fields=["invited_at"])
