"""Getting responses to the people who handle them, and what those people decide."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.roles import Role
from accounts.rules import ActionRefused, action, require
from archive.actions import (
    current_entries,
    current_entry,
    route_entries,
    route_entry,
    write_off_entries,
)
from archive.vocabulary import WriteOff
from casework.lifecycle import advance, advance_all
from casework.models import (
    Assignment,
    AssignmentStatus,
    Excerpt,
    Note,
    Tag,
    ThemeHandler,
)
from casework.permissions import can_appoint, can_handle, can_reassign


@action
def appoint_handler(theme, handler, *, by):
    """Say who gets the theme's responses from now on. What is assigned stays where it is."""
    authority = theme.consultation.authority
    require(can_appoint(by, authority))
    _refuse_outsider(handler, authority)
    appointment = ThemeHandler.objects.select_for_update().filter(theme=theme).first()
    appointment = appointment or ThemeHandler(theme=theme)
    appointment.handler = handler
    appointment.appointed_by, appointment.appointed_at = by, timezone.now()
    appointment.save()
    return appointment


@action
def appoint_handlers(consultation, handlers, *, by):
    """Appoint for several themes at once: theme → person. Who is appointed already stays so."""
    require(can_appoint(by, consultation.authority))
    appointed = dict(
        ThemeHandler.objects.filter(theme__in=handlers).values_list("theme_id", "handler_id")
    )
    for theme, handler in handlers.items():
        if appointed.get(theme.pk) != handler.pk:
            appoint_handler(theme, handler, by=by)


@action
def assign_response(response, *, entry, by=None):
    """Put a journaled response in the inbox of its theme's case handler.

    Called in the transaction that journals it. Where a theme has no handler, or one who no
    longer is a case handler, the official in charge of the consultation gets it.
    """
    return assign_responses([(response, entry)], by=by)[0]


@action
def assign_responses(journaled, *, by=None):
    """`assign_response` for many at once: pairs of a response and its entry."""
    handlers = _handlers([response for response, _entry in journaled])
    route_entries(
        [
            (entry, str(handlers[response]), response.consultation.unit)
            for response, entry in journaled
        ],
        by=by,
    )
    return Assignment.objects.bulk_create(
        Assignment(response=response, entry=entry, handler=handlers[response], assigned_by=by)
        for response, entry in journaled
    )


@action
def reassign_assignment(assignment, handler, *, by):
    """Give a response that is not handled to somebody else; the change log says so."""
    assignment = _locked([assignment]).get()
    require(can_reassign(by, assignment))
    _refuse_outsider(handler, assignment.response.consultation.authority)
    if handler.pk == assignment.handler_id:
        raise ActionRefused(_("%(name)s has this response already.") % {"name": handler})
    advance(assignment, AssignmentStatus.REASSIGNED, by=by)
    route_entry(
        current_entry(assignment.entry),
        case_handler=str(handler),
        unit=assignment.response.consultation.unit,
        by=by,
    )
    return Assignment.objects.create(
        response=assignment.response, entry=assignment.entry, handler=handler, assigned_by=by
    )


@action
def handle_assignment(assignment, *, write_off=WriteOff.TAKEN_INTO_ACCOUNT, tags=(), by):
    """Say that the response is read and dealt with, and write its entry off (avskrive)."""
    return handle_assignments([assignment], write_off=write_off, tags=tags, by=by)[0]


@action
def handle_assignments(assignments, *, write_off=WriteOff.TAKEN_INTO_ACCOUNT, tags=(), by):
    """`handle_assignment` for many at once, in the same manner: all of them, or none."""
    assignments = list(_locked(assignments))
    for assignment in assignments:
        require(can_handle(by, assignment))
    advance_all(assignments, AssignmentStatus.HANDLED, by=by, also={"write_off": write_off})
    _tag({assignment.response: tags for assignment in assignments})
    entries = current_entries([assignment.entry for assignment in assignments])
    write_off_entries(entries, write_off, by=by)
    return assignments


@action
def write_note(assignment, text, *, by):
    """Add a note for colleagues to a response."""
    assignment = _locked([assignment]).get()
    require(can_reassign(by, assignment))
    return Note.objects.create(response=assignment.response, text=text, written_by=by)


@action
def tag_response(assignment, names, *, by):
    """Sort a response under the words `names`; they become its consultation's tags."""
    tag_responses({assignment: names}, by=by)


@action
def tag_responses(names, *, by):
    """`tag_response` for many at once: assignment → its words. All of them, or none."""
    assignments = list(_locked(names))
    for assignment in assignments:
        require(can_reassign(by, assignment))
    _tag({assignment.response: names[assignment] for assignment in assignments})


def _tag(names):
    """Response → its words."""
    wanted = {(response.consultation_id, name) for response in names for name in names[response]}
    if not wanted:
        return
    Tag.objects.bulk_create(
        [Tag(consultation_id=consultation, name=name) for consultation, name in sorted(wanted)],
        ignore_conflicts=True,
    )
    known = Tag.objects.filter(
        consultation__in={consultation for consultation, _name in wanted},
        name__in={name for _consultation, name in wanted},
    )
    tags = {(tag.consultation_id, tag.name): tag for tag in known}
    Tag.responses.through.objects.bulk_create(
        [
            Tag.responses.through(response=response, tag=tags[response.consultation_id, name])
            for response in names
            for name in names[response]
        ],
        ignore_conflicts=True,
    )


@action
def mark_excerpt(assignment, *, start, end, comment="", by):
    """Mark a passage worth citing: characters `start` to `end` of the original text.

    Raises ActionRefused where that is not a passage of it.
    """
    assignment = _locked([assignment]).get()
    require(can_reassign(by, assignment))
    response = assignment.response
    if not 0 <= start < end <= len(response.text):
        raise ActionRefused(_("That passage is not in the text. Mark it again."))
    return Excerpt.objects.create(
        response=response, start=start, end=end, comment=comment, made_by=by
    )


def _locked(assignments):
    """The rows of these assignments, locked in the same order by all."""
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("response", "entry")
        .filter(pk__in=[assignment.pk for assignment in assignments])
        .order_by("pk")
    )


def _handlers(responses):
    """Response → who handles it."""
    themes = {response.theme_id for response in responses}
    appointed = {
        each.theme_id: each.handler
        for each in ThemeHandler.objects.select_related("handler").filter(theme__in=themes)
    }
    held = set(
        Membership.objects.filter(
            user__in=appointed.values(), user__is_active=True, role=Role.CASE_HANDLER
        ).values_list("user_id", "authority_id")
    )
    found = {}
    for response in responses:
        handler, consultation = appointed.get(response.theme_id), response.consultation
        holds = handler and (handler.pk, consultation.authority_id) in held
        found[response] = handler if holds else consultation.responsible
    return found


def _refuse_outsider(handler, authority):
    if not handler.holds(authority, Role.CASE_HANDLER):
        raise ActionRefused(
            _("%(name)s is not a case handler at %(authority)s.")
            % {"name": handler, "authority": authority}
        )
