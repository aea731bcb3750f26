"""Giving and taking roles: by whom, and that it is written down."""

import pytest

from accounts.actions import grant_role, revoke_role
from accounts.models import Membership, User
from accounts.roles import Role
from tests import factories
from tests.presses import at_once, denied

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return factories.authority()


@pytest.fixture
def administrator(at):
    return factories.official(at, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", Role)
def test_grant_role_records_who_and_when(at, administrator, role):
    ada = factories.person("Ada Prøve")

    membership = grant_role(ada, at, role, by=administrator)

    membership.refresh_from_db()
    assert membership.granted_by == administrator
    assert membership.granted_at
    assert User.objects.get(pk=ada.pk).holds(at, role)


def test_grant_role_writes_down_who_in_the_history(at, administrator):
    membership = grant_role(factories.person(), at, Role.EDITOR, by=administrator)

    assert membership.history.get().granted_by == administrator


def test_grant_role_twice_keeps_the_first(at, administrator):
    ada = factories.person("Ada Prøve")
    first = grant_role(ada, at, Role.EDITOR, by=administrator)

    again = grant_role(ada, at, Role.EDITOR, by=factories.official(at, Role.ADMINISTRATOR))

    assert again == first
    assert again.granted_by == administrator


def test_grant_role_is_denied_to_everybody_but_the_authoritys_administrator(at):
    ada = factories.person("Ada Prøve")

    for other in [*factories.everyone_but(at, Role.ADMINISTRATOR), ada]:
        with denied():
            grant_role(ada, at, Role.ADMINISTRATOR, by=other)


def test_revoke_role_takes_that_role_only_and_writes_down_who(at, administrator):
    ada = factories.official(at, Role.EDITOR, Role.MODERATOR, name="Ada Prøve")
    membership = ada.memberships.get(role=Role.EDITOR)

    revoke_role(membership, by=administrator)

    ada = User.objects.get(pk=ada.pk)
    deleted = Membership.history.filter(history_type="-").get()
    assert not ada.holds(at, Role.EDITOR)
    assert ada.holds(at, Role.MODERATOR)
    assert (deleted.user, deleted.role) == (ada, Role.EDITOR)
    assert deleted.history_user == administrator
    assert deleted.history_date


def test_revoke_role_is_denied_to_everybody_but_the_authoritys_administrator(at):
    membership = factories.official(at, Role.EDITOR).memberships.get()

    for other in factories.everyone_but(at, Role.ADMINISTRATOR):
        with denied():
            revoke_role(membership, by=other)


def test_what_was_done_with_a_role_stands_when_it_is_taken(at, administrator):
    consultation = factories.open_for_answers(at)
    editor = consultation.created_by

    revoke_role(editor.memberships.get(), by=administrator)

    consultation.refresh_from_db()
    assert consultation.published_by == editor


@pytest.mark.django_db(transaction=True)
def test_grant_role_by_two_at_once_is_given_once():
    at = factories.authority()
    ada = factories.person("Ada Prøve")
    administrators = [factories.official(at, Role.ADMINISTRATOR) for _ in range(2)]

    results = at_once(
        *(lambda by=by: grant_role(ada, at, Role.EDITOR, by=by) for by in administrators)
    )

    assert results[0] == results[1]
    assert Membership.objects.filter(user=ada).count() == 1
