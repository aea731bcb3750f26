"""Who may appoint, handle and hand on."""

import pytest

from accounts.actions import revoke_role
from accounts.roles import Role
from casework.actions import handle_assignment, reassign_assignment
from casework.models import Assignment
from casework.permissions import can_appoint, can_handle, can_reassign
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def accepted(shared):
    return factories.accepted_response()


@pytest.fixture
def assignment(db, accepted):
    return Assignment.objects.get(response=accepted)


def test_editors_and_administrators_appoint(assignment):
    at = assignment.entry.authority

    assert can_appoint(None, at)
    assert can_appoint(factories.official(at, Role.EDITOR), at)
    assert can_appoint(factories.official(at, Role.ADMINISTRATOR), at)
    others = factories.everyone_but(at, Role.EDITOR, Role.ADMINISTRATOR)
    assert not any(can_appoint(other, at) for other in others)


def test_the_one_it_is_assigned_to_handles_it(assignment):
    at = assignment.entry.authority
    colleague = factories.official(at, Role.CASE_HANDLER)

    assert can_handle(None, assignment)
    assert can_handle(assignment.handler, assignment)
    for other in [colleague, *factories.everyone_but(at, Role.CASE_HANDLER)]:
        assert not can_handle(other, assignment)


def test_who_has_lost_the_role_does_not_handle_it(assignment):
    handler = assignment.handler
    handle_assignment(assignment, by=handler)
    revoke_role(handler.memberships.get(), by=None)

    assert not can_handle(type(handler).objects.get(pk=handler.pk), assignment)


def test_case_handlers_and_administrators_hand_on(assignment):
    at = assignment.entry.authority

    assert can_reassign(None, assignment)
    assert can_reassign(factories.official(at, Role.CASE_HANDLER), assignment)
    assert can_reassign(factories.official(at, Role.ADMINISTRATOR), assignment)
    others = factories.everyone_but(at, Role.CASE_HANDLER, Role.ADMINISTRATOR)
    assert not any(can_reassign(other, assignment) for other in others)


def test_case_handlers_see_the_current_assignments_of_their_authority(assignment):
    elsewhere = Assignment.objects.get(response=factories.accepted_response())
    colleague = assignment.response.consultation.responsible
    now = reassign_assignment(assignment, colleague, by=assignment.handler)

    assert list(Assignment.objects.visible_to(assignment.handler)) == [now]
    assert list(Assignment.objects.visible_to(elsewhere.handler)) == [elsewhere]
    editor = factories.official(assignment.entry.authority, Role.EDITOR)
    assert not Assignment.objects.visible_to(editor).exists()
