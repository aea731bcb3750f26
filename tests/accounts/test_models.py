"""People, their addresses, and what the database refuses to hold of them."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Affiliation, Membership, Organisation, User
from accounts.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_address_is_one_persons_whatever_its_case():
    factories.person(email="ada@prove.example")

    with pytest.raises(IntegrityError, match="email_is_one_whatever_case"), transaction.atomic():
        factories.person(email="Ada@Prove.example")


def test_a_person_without_a_password_can_not_log_in():
    ada = User.objects.create_user("ada@prove.example", name="Ada Prøve")

    assert not ada.has_usable_password()


def test_a_person_is_shown_by_name_and_never_by_address():
    assert str(factories.person("Ada Prøve")) == "Ada Prøve"
    nameless = factories.person("", email="ada@prove.example")
    assert str(nameless) == f"#{nameless.pk}"


def test_a_superuser_is_made_from_the_command_line():
    root = User.objects.create_superuser("root@prove.example", "et langt passord", name="Rot")

    assert root.is_staff
    assert root.is_superuser
    assert root.check_password("et langt passord")


def test_a_role_is_held_once():
    at = factories.authority()
    ada = factories.official(at, Role.EDITOR)

    with pytest.raises(IntegrityError, match="membership_is_held_once"), transaction.atomic():
        Membership.objects.create(user=ada, authority=at, role=Role.EDITOR)


def test_a_role_must_be_known():
    with pytest.raises(IntegrityError, match="role_is_known"), transaction.atomic():
        Membership.objects.create(
            user=factories.person(), authority=factories.authority(), role="king"
        )


def test_an_organisation_has_a_name_and_a_known_kind():
    with pytest.raises(IntegrityError, match="has_a_name"), transaction.atomic():
        Organisation.objects.create(name="")
    with pytest.raises(IntegrityError, match="kind_is_known"), transaction.atomic():
        Organisation.objects.create(name="Laget", kind="club")


def test_an_organisation_number_is_one_organisations_but_many_may_lack_one():
    factories.organisation("Laget", organisation_number="974760673")
    factories.organisation("Et lag til")
    factories.organisation("Et tredje lag")

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.organisation("Kopien", organisation_number="974760673")


def test_a_person_speaks_for_an_organisation_once():
    ada, laget = factories.person(), factories.organisation("Laget")
    Affiliation.objects.create(user=ada, organisation=laget)

    with pytest.raises(IntegrityError, match="affiliation_is_held_once"), transaction.atomic():
        Affiliation.objects.create(user=ada, organisation=laget)
