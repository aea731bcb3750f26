"""Who holds what where."""

import pytest

from accounts.models import User
from accounts.permissions import can_manage_roles
from accounts.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_role_is_held_at_one_authority_only():
    here, elsewhere = factories.authority(), factories.authority()
    editor = factories.official(here, Role.EDITOR)

    assert editor.holds(here, Role.EDITOR)
    assert editor.holds(here.pk, Role.EDITOR)
    assert not editor.holds(elsewhere, Role.EDITOR)


def test_one_role_is_not_another():
    here = factories.authority()
    editor = factories.official(here, Role.EDITOR)

    assert not editor.holds(here, *(role for role in Role if role != Role.EDITOR))


def test_no_superuser_holds_a_role_without_being_given_it():
    root = User.objects.create_superuser("root@prove.example", "et langt passord", name="Rot")

    assert not root.holds(factories.authority(), *Role)


def test_who_is_not_active_holds_nothing():
    here = factories.authority()
    editor = factories.official(here, Role.EDITOR)
    editor.is_active = False

    assert not editor.holds(here, Role.EDITOR)
    assert editor.authorities_as(Role.EDITOR) == []


def test_authorities_as_lists_where_one_of_the_roles_is_held():
    here, elsewhere, nowhere = (factories.authority() for _ in range(3))
    ada = factories.official(here, Role.EDITOR, Role.MODERATOR)
    ada.memberships.create(authority=elsewhere, role=Role.ARCHIVIST)

    assert ada.authorities_as(Role.MODERATOR) == [here.pk]
    assert set(ada.authorities_as(Role.MODERATOR, Role.ARCHIVIST)) == {here.pk, elsewhere.pk}
    assert nowhere.pk not in ada.authorities_as(*Role)


def test_roles_are_asked_for_once(django_assert_num_queries):
    here = factories.authority()
    editor = factories.official(here, Role.EDITOR)

    with django_assert_num_queries(1):
        for role in Role:
            editor.holds(here, role)


def test_holding_finds_the_active_who_hold_the_role_here():
    here, elsewhere = factories.authority(), factories.authority()
    ada = factories.official(here, Role.CASE_HANDLER)
    factories.official(elsewhere, Role.CASE_HANDLER)
    factories.official(here, Role.EDITOR)
    gone = factories.official(here, Role.CASE_HANDLER)
    gone.is_active = False
    gone.save()

    assert list(User.objects.holding(Role.CASE_HANDLER, here)) == [ada]


def test_only_the_administrator_and_the_system_manage_roles():
    here = factories.authority()

    assert can_manage_roles(None, here)
    assert can_manage_roles(factories.official(here, Role.ADMINISTRATOR), here)
    assert not any(
        can_manage_roles(other, here) for other in factories.everyone_but(here, Role.ADMINISTRATOR)
    )
