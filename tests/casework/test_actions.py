"""Getting responses to those who handle them, and what these decide."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.roles import Role
from archive.actions import correct_entry
from archive.models import Change, EntryState, JournalEntry
from archive.models.rules import ANSWERS
from archive.vocabulary import WriteOff
from casework.actions import (
    appoint_handler,
    appoint_handlers,
    assign_response,
    handle_assignment,
    mark_excerpt,
    reassign_assignment,
    tag_response,
    write_note,
)
from casework.models import Assignment, AssignmentStatus, Excerpt, Note, Tag, ThemeHandler
from consultations.actions import conclude_consultation
from consultations.models import Publication
from moderation.actions import publish_response
from tests import factories
from tests.presses import at_once, denied, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]


@pytest.fixture
def assignment():
    return Assignment.objects.get(response=factories.accepted_response(text="Ja, gjerne."))


@pytest.fixture
def colleague(assignment):
    return factories.official(assignment.entry.authority, Role.CASE_HANDLER, name="Kari Kollega")


def changes(entry, element):
    rows = Change.objects.filter(entry=entry, element=element)
    return list(rows.values_list("old_value", "new_value", "changed_by"))


# --- Appointing ---------------------------------


def test_appoint_records_who_and_when_and_history_keeps_who_it_was():
    consultation = factories.drafted_consultation()
    theme = consultation.themes.get(title="Fastlege")
    before = theme.theme_handler.handler
    handler = factories.official(consultation.authority, Role.CASE_HANDLER)
    editor = factories.official(consultation.authority, Role.EDITOR)

    appoint_handler(theme, handler, by=editor)

    appointment = ThemeHandler.objects.get(theme=theme)
    assert (appointment.handler, appointment.appointed_by) == (handler, editor)
    assert appointment.appointed_at
    assert [each.handler for each in appointment.history.all()] == [handler, before]


def test_appoint_leaves_what_is_assigned_where_it_is(assignment, colleague):
    appoint_handler(assignment.response.theme, colleague, by=None)

    assert Assignment.objects.get().handler == assignment.handler


def test_appoint_is_refused_for_who_is_no_case_handler_here():
    consultation = factories.drafted_consultation()
    theme = consultation.themes.first()
    editor = consultation.created_by

    for outsider in factories.everyone_but(consultation.authority, Role.CASE_HANDLER):
        with refused(outsider.name):
            appoint_handler(theme, outsider, by=editor)


def test_appoint_is_denied_to_everybody_but_editors_and_administrators():
    consultation = factories.drafted_consultation()
    at, theme = consultation.authority, consultation.themes.first()
    handler = factories.official(at, Role.CASE_HANDLER)

    for other in factories.everyone_but(at, Role.EDITOR, Role.ADMINISTRATOR):
        with denied():
            appoint_handler(theme, handler, by=other)
        with denied():
            appoint_handlers(consultation, {theme: handler}, by=other)


def test_appoint_several_leaves_those_who_are_appointed_already():
    consultation = factories.drafted_consultation()
    first, second = consultation.themes.filter(is_whole=False)
    new = factories.official(consultation.authority, Role.CASE_HANDLER)
    stays = second.theme_handler.handler

    appoint_handlers(consultation, {first: new, second: stays}, by=consultation.created_by)

    assert ThemeHandler.objects.get(theme=first).handler == new
    assert ThemeHandler.objects.get(theme=second).history.count() == 1


def test_appoint_several_is_all_or_none():
    consultation = factories.drafted_consultation()
    first, second = consultation.themes.filter(is_whole=False)
    handler = factories.official(consultation.authority, Role.CASE_HANDLER)
    outsider = factories.person("Ola Utenfor")

    with refused("Ola Utenfor"):
        appoint_handlers(
            consultation, {first: handler, second: outsider}, by=consultation.created_by
        )


# --- Assigning ---------------------------------


def test_assign_without_a_journal_entry_is_impossible():
    response = factories.screened_response()

    with pytest.raises((IntegrityError, AttributeError)), transaction.atomic():
        assign_response(response, entry=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(response=response, entry=None, handler=factories.person())


def test_a_response_has_one_current_assignment(assignment, colleague):
    with pytest.raises(IntegrityError, match="current_is_one"), transaction.atomic():
        assign_response(assignment.response, entry=assignment.entry)


# --- Handing on ---------------------------------


def test_reassign_records_who_and_when_and_writes_the_change_log(assignment, colleague):
    handler = assignment.handler

    new = reassign_assignment(assignment, colleague, by=handler)

    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.REASSIGNED
    assert assignment.reassigned_by == handler
    assert assignment.reassigned_at
    assert (new.handler, new.assigned_by, new.entry) == (colleague, handler, assignment.entry)
    assert Assignment.objects.current().get() == new
    assert EntryState.objects.get(entry=new.entry).case_handler == "Kari Kollega"
    assert changes(new.entry, "saksbehandler")[-1] == (
        handler.name,
        "Kari Kollega",
        handler.name,
    )


@pytest.mark.parametrize("press", ["handle", "reassign"])
@pytest.mark.parametrize("status", [AssignmentStatus.HANDLED, AssignmentStatus.REASSIGNED])
def test_what_is_handled_or_handed_on_is_refused(assignment, colleague, status, press):
    handler = assignment.handler
    other = factories.official(assignment.entry.authority, Role.CASE_HANDLER)
    if status == AssignmentStatus.HANDLED:
        handle_assignment(assignment, by=handler)
    else:
        reassign_assignment(assignment, colleague, by=handler)
    today = date_format(timezone.localdate(), "DATE_FORMAT")

    with refused(status.label, handler.name, today):
        if press == "handle":
            handle_assignment(assignment, by=handler)
        else:
            reassign_assignment(assignment, other, by=handler)


def test_reassign_to_who_has_it_is_refused(assignment):
    with refused(assignment.handler):
        reassign_assignment(assignment, assignment.handler, by=assignment.handler)


def test_reassign_to_who_is_no_case_handler_here_is_refused(assignment):
    for outsider in factories.everyone_but(assignment.entry.authority, Role.CASE_HANDLER):
        with refused(outsider.name):
            reassign_assignment(assignment, outsider, by=assignment.handler)


def test_reassign_is_denied_to_everybody_but_case_handlers_and_administrators(
    assignment, colleague
):
    at = assignment.entry.authority
    for other in factories.everyone_but(at, Role.CASE_HANDLER, Role.ADMINISTRATOR):
        with denied():
            reassign_assignment(assignment, colleague, by=other)


def test_reassign_after_a_correction_changes_the_entry_that_stands(assignment, colleague):
    archivist = factories.official(assignment.entry.authority, Role.ARCHIVIST)
    correction = correct_entry(assignment.entry, title="Rett", reason="Feil.", by=archivist)

    reassign_assignment(assignment, colleague, by=assignment.handler)

    assert EntryState.objects.get(entry=correction).case_handler == "Kari Kollega"


# --- Handling ---------------------------------


@pytest.mark.parametrize("manner", [each for each in WriteOff if each not in ANSWERS])
def test_handle_records_who_and_when_and_writes_the_entry_off(assignment, manner):
    handler = assignment.handler
    before = timezone.now()

    handle_assignment(assignment, write_off=manner, by=handler)

    assignment.refresh_from_db()
    state = EntryState.objects.get(entry=assignment.entry)
    assert assignment.status == AssignmentStatus.HANDLED
    assert assignment.handled_by == handler
    assert before <= assignment.handled_at
    assert (assignment.write_off, state.write_off) == (manner, manner)
    assert state.written_off_on == timezone.localdate()
    assert state.written_off_by == handler.name
    assert changes(assignment.entry, "avskrivningsmaate")[-1][1:] == (manner, handler.name)


def test_handle_with_tags_sorts_it_in_the_same_press(assignment):
    handle_assignment(assignment, tags=["fastlege", "kapasitet"], by=assignment.handler)

    assert {tag.name for tag in assignment.response.tags.all()} == {"fastlege", "kapasitet"}


def test_handle_that_is_refused_tags_nothing(assignment):
    handle_assignment(assignment, by=assignment.handler)

    with refused():
        handle_assignment(assignment, tags=["for sent"], by=assignment.handler)


def test_handle_is_denied_to_everybody_but_whose_it_is(assignment, colleague):
    at = assignment.entry.authority
    for other in [colleague, *factories.everyone_but(at, Role.CASE_HANDLER)]:
        with denied():
            handle_assignment(assignment, by=other)


def test_handle_after_a_correction_writes_off_the_entry_that_stands(assignment):
    archivist = factories.official(assignment.entry.authority, Role.ARCHIVIST)
    correction = correct_entry(assignment.entry, title="Rett", reason="Feil.", by=archivist)

    handle_assignment(assignment, by=assignment.handler)

    assert EntryState.objects.get(entry=correction).write_off == WriteOff.TAKEN_INTO_ACCOUNT


def test_handle_does_not_depend_on_publication(assignment):
    assert assignment.response.publication == Publication.PENDING

    handle_assignment(assignment, by=assignment.handler)

    assert assignment.response.publication == Publication.PENDING


@pytest.mark.django_db(transaction=True)
def test_handle_and_reassign_at_once_is_one_of_them():
    assignment = Assignment.objects.get(response=factories.accepted_response())
    colleague = factories.official(assignment.entry.authority, Role.CASE_HANDLER)

    results = at_once(
        lambda: handle_assignment(assignment, by=assignment.handler),
        lambda: reassign_assignment(assignment, colleague, by=colleague),
    )

    told(results)
    assignment.refresh_from_db()
    is_written_off = bool(EntryState.objects.get(entry=assignment.entry).write_off)
    assert is_written_off == (assignment.status == AssignmentStatus.HANDLED)
    assert Assignment.objects.current().count() == 1


@pytest.mark.django_db(transaction=True)
def test_reassign_by_two_at_once_ends_with_one_of_them():
    assignment = Assignment.objects.get(response=factories.accepted_response())
    kari, ola = (
        factories.official(assignment.entry.authority, Role.CASE_HANDLER) for _ in range(2)
    )

    results = at_once(
        lambda: reassign_assignment(assignment, kari, by=kari),
        lambda: reassign_assignment(assignment, ola, by=ola),
    )

    told(results)
    current = Assignment.objects.current().get()
    assert current.handler in {kari, ola}
    assert EntryState.objects.get(entry=current.entry).case_handler == current.handler.name


# --- Notes, tags, excerpts ---------------------------------

WORK = {
    "note": lambda assignment, by: write_note(assignment, "Se på dette.", by=by),
    "tag": lambda assignment, by: tag_response(assignment, ["viktig"], by=by),
    "excerpt": lambda assignment, by: mark_excerpt(assignment, start=0, end=2, by=by),
}


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_work_is_denied_to_everybody_but_case_handlers_and_administrators(assignment, work):
    at = assignment.entry.authority
    for other in factories.everyone_but(at, Role.CASE_HANDLER, Role.ADMINISTRATOR):
        with denied():
            work(assignment, other)


def test_note_records_who_and_when(assignment, colleague):
    write_note(assignment, "Se på dette.", by=colleague)

    note = Note.objects.get()
    assert (note.response, note.text) == (assignment.response, "Se på dette.")
    assert note.written_by == colleague
    assert note.written_at


def test_tags_are_the_consultations_and_are_made_once(assignment):
    tag_response(assignment, ["viktig"], by=assignment.handler)
    tag_response(assignment, ["viktig", "kapasitet"], by=assignment.handler)

    assert Tag.objects.count() == 2
    assert {tag.name for tag in assignment.response.tags.all()} == {"viktig", "kapasitet"}
    consultation = assignment.response.consultation
    assert set(Tag.objects.values_list("consultation", flat=True)) == {consultation.pk}


def test_no_tags_is_no_work(assignment):
    tag_response(assignment, [], by=assignment.handler)

    assert not Tag.objects.exists()


def test_excerpt_keeps_the_place_and_who_and_when(assignment, colleague):
    mark_excerpt(assignment, start=0, end=2, comment="Klart.", by=colleague)

    excerpt = Excerpt.objects.get()
    assert assignment.response.text[excerpt.start : excerpt.end] == "Ja"
    assert (excerpt.comment, excerpt.made_by) == ("Klart.", colleague)
    assert excerpt.made_at


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 1), (0, 12)])
def test_excerpt_of_what_is_no_passage_is_refused(assignment, start, end):
    with refused():
        mark_excerpt(assignment, start=start, end=end, by=assignment.handler)


def test_after_conclusion_nothing_is_handled_or_handed_on():
    consultation = factories.some_consultation()
    response = factories.handled_response(consultation)
    publish_response(response, by=None)
    factories.closed_for_treatment(consultation)
    conclude_consultation(consultation, by=consultation.created_by)
    assignment = Assignment.objects.get()
    colleague = factories.official(consultation.authority, Role.CASE_HANDLER)

    with refused():
        reassign_assignment(assignment, colleague, by=colleague)

    assert JournalEntry.objects.count() == 2
