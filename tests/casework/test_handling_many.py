"""A case handler sorts many, and marks them as handled in one press."""

import pytest

from accounts.roles import Role
from archive.actions import correct_entry
from archive.models import Change, EntryState
from archive.vocabulary import WriteOff
from casework.actions import (
    handle_assignment,
    handle_assignments,
    reassign_assignment,
    tag_responses,
)
from casework.models import Assignment, AssignmentStatus, Tag
from tests import factories
from tests.presses import at_once, denied, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]


def assigned(consultation, number):
    """That many assignments of one theme's handler."""
    for _each in range(number):
        factories.accepted_response(consultation)
    return list(Assignment.objects.order_by("pk"))


@pytest.fixture
def consultation():
    return factories.some_consultation()


@pytest.fixture
def assignments(consultation):
    return assigned(consultation, 3)


def test_handle_assignments_records_who_and_writes_each_entry_off(assignments):
    handler = assignments[0].handler

    handle_assignments(assignments, tags=["Økonomi"], by=handler)

    for assignment in Assignment.objects.all():
        assert (assignment.status, assignment.handled_by) == ("handled", handler)
        assert assignment.handled_at
        state = EntryState.objects.get(entry=assignment.entry)
        assert state.write_off == assignment.write_off == WriteOff.TAKEN_INTO_ACCOUNT
        assert (state.written_off_by, bool(state.written_off_on)) == (handler.name, True)
        logged = Change.objects.get(entry=assignment.entry, element="avskrivningsmaate")
        assert (logged.new_value, logged.changed_by) == (state.write_off, handler.name)
        assert [tag.name for tag in assignment.response.tags.all()] == ["Økonomi"]


def test_handle_assignments_writes_off_the_correction_of_an_entry(assignments):
    entry = assignments[1].entry
    archivist = factories.official(entry.authority, Role.ARCHIVIST)
    once = correct_entry(entry, title="Rettet tittel", reason="Feil", by=archivist)
    twice = correct_entry(once, title="Rettet igjen", reason="Feil", by=archivist)

    handle_assignments(assignments, by=assignments[0].handler)

    written_off = set(EntryState.objects.exclude(write_off="").values_list("pk", flat=True))
    assert written_off == {assignments[0].entry_id, twice.pk, assignments[2].entry_id}


@pytest.mark.parametrize("status", [AssignmentStatus.HANDLED, AssignmentStatus.REASSIGNED])
def test_handle_assignments_handles_none_where_one_is_not_to_be(assignments, status):
    handler = assignments[0].handler
    if status == AssignmentStatus.HANDLED:
        handle_assignment(assignments[1], by=handler)
    else:
        colleague = factories.official(assignments[1].entry.authority, Role.CASE_HANDLER)
        reassign_assignment(assignments[1], colleague, by=handler)

    with refused(status.label):
        handle_assignments(assignments, tags=["Økonomi"], by=handler)


def test_handle_assignments_is_denied_to_everybody_but_their_handler(assignments):
    authority = assignments[0].entry.authority
    colleague = factories.official(authority, Role.CASE_HANDLER)

    for other in [colleague, *factories.everyone_but(authority, Role.CASE_HANDLER)]:
        with denied():
            handle_assignments(assignments, by=other)


def test_handle_assignments_is_denied_where_one_is_somebody_elses(consultation, assignments):
    factories.accepted_response(consultation, themes=[consultation.themes.get(is_whole=True)])
    assert Assignment.objects.exclude(handler=assignments[0].handler).count() == 1

    with denied():
        handle_assignments(Assignment.objects.all(), by=assignments[0].handler)


@pytest.mark.parametrize("number", [1, 3])
def test_many_are_handled_with_as_many_queries_as_one(
    consultation, number, django_assert_num_queries
):
    assignments = assigned(consultation, number)
    handler = assignments[0].handler
    assert handler.roles

    with django_assert_num_queries(11):  # with the savepoint
        handle_assignments(assignments, tags=["Økonomi", "Bemanning"], by=handler)


@pytest.mark.django_db(transaction=True)
def test_many_are_handled_once_by_two_presses(assignments):
    handler = assignments[0].handler

    results = at_once(
        lambda: handle_assignments(assignments, by=handler),
        lambda: handle_assignments(list(reversed(assignments)), by=handler),
    )

    told(results)
    assert Change.objects.filter(element="avskrivningsmaate").count() == len(assignments)


def test_tag_responses_gives_each_its_own_words(assignments):
    first, second, third = assignments

    tag_responses({first: ["Økonomi"], second: ["Økonomi", "IKT"], third: []}, by=first.handler)
    tag_responses({first: ["Økonomi"]}, by=first.handler)  # twice does no harm

    named = [sorted(each.response.tags.values_list("name", flat=True)) for each in assignments]
    assert named == [["Økonomi"], ["IKT", "Økonomi"], []]
    assert Tag.objects.count() == 2


def test_tag_responses_is_denied_to_another_authority(assignments):
    elsewhere = factories.official(factories.authority("En annen"), Role.CASE_HANDLER)

    with denied():
        tag_responses({each: ["Økonomi"] for each in assignments}, by=elsewhere)
