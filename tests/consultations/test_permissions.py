"""Who may edit, answer, and change what was written."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.roles import Role
from consultations.models import Consultation, WhoMayAnswer
from consultations.permissions import can_answer, can_change_submission, can_edit, can_register
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_authoritys_editor_and_the_system_edit():
    at = factories.authority()

    assert can_edit(None, at)
    assert can_edit(factories.official(at, Role.EDITOR), at)
    assert not any(can_edit(other, at) for other in factories.everyone_but(at, Role.EDITOR))


def test_editors_and_moderators_register_and_never_the_system():
    at = factories.authority()

    assert can_register(factories.official(at, Role.EDITOR), at)
    assert can_register(factories.official(at, Role.MODERATOR), at)
    others = factories.everyone_but(at, Role.EDITOR, Role.MODERATOR)
    assert not any(can_register(other, at) for other in [None, *others])


@pytest.mark.parametrize(
    ("who_may_answer", "nobody_in_particular"),
    [(WhoMayAnswer.ACCOUNT, False), (WhoMayAnswer.NAMED, True), (WhoMayAnswer.ANONYMOUS, True)],
)
def test_an_account_is_needed_only_where_it_is_asked_for(who_may_answer, nobody_in_particular):
    consultation = Consultation(who_may_answer=who_may_answer)

    assert can_answer(factories.person(), consultation)
    assert can_answer(None, consultation) == nobody_in_particular
    assert can_answer(AnonymousUser(), consultation) == nobody_in_particular


def test_a_submission_is_its_accounts_alone():
    ada = factories.person("Ada Prøve")
    submission = factories.draft(by=ada, name="Ada Prøve")

    assert can_change_submission(ada, submission)
    for other in (factories.person("Eva"), AnonymousUser(), None):
        assert not can_change_submission(other, submission)


def test_without_an_account_it_is_whoevers_who_holds_the_token():
    submission = factories.draft()

    assert can_change_submission(None, submission)
    assert can_change_submission(AnonymousUser(), submission)
    assert can_change_submission(factories.person(), submission)
