"""A case handler's role is not taken while something waits for its holder."""

import pytest

from accounts.actions import revoke_role
from accounts.models import User
from accounts.roles import Role
from casework.actions import handle_assignment, reassign_assignment
from casework.models import Assignment
from config import integrity
from consultations.actions import edit_consultation
from tests import factories
from tests.presses import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def accepted(shared):
    return factories.accepted_response()


@pytest.fixture
def assignment(db, accepted):
    return Assignment.objects.get(response=accepted)


@pytest.fixture
def administrator(assignment):
    return factories.official(assignment.entry.authority, Role.ADMINISTRATOR)


def role_of(user, role=Role.CASE_HANDLER):
    return user.memberships.get(role=role)


def test_role_with_something_to_handle_is_kept(assignment, administrator):
    with refused(assignment.handler.name):
        revoke_role(role_of(assignment.handler), by=administrator)


def test_role_of_the_official_in_charge_is_kept_until_another_is(assignment, administrator):
    consultation = assignment.response.consultation
    official = consultation.responsible
    with refused(official.name):
        revoke_role(role_of(official), by=administrator)

    edit_consultation(consultation, responsible=assignment.handler, by=consultation.created_by)
    revoke_role(role_of(official), by=administrator)

    assert not User.objects.get(pk=official.pk).roles


def test_role_is_taken_when_what_waited_is_given_to_a_colleague(assignment, administrator):
    handler = assignment.handler
    colleague = factories.official(assignment.entry.authority, Role.CASE_HANDLER)
    reassign_assignment(assignment, colleague, by=handler)

    revoke_role(role_of(handler), by=administrator)

    assert not User.objects.get(pk=handler.pk).roles


def test_role_is_taken_when_all_is_handled_and_the_record_is_still_whole(assignment, administrator):
    handler = assignment.handler
    handle_assignment(assignment, by=handler)

    revoke_role(role_of(handler), by=administrator)

    assert not User.objects.get(pk=handler.pk).roles
    assert list(integrity.assignments()) == []


def test_other_roles_and_authorities_are_not_held_back(assignment, administrator):
    handler = assignment.handler
    elsewhere = factories.authority()
    handler.memberships.create(authority=assignment.entry.authority, role=Role.EDITOR)
    there = handler.memberships.create(authority=elsewhere, role=Role.CASE_HANDLER)

    revoke_role(role_of(handler, Role.EDITOR), by=administrator)
    revoke_role(there, by=None)

    assert [each.role for each in handler.memberships.all()] == [Role.CASE_HANDLER]
