"""One decision is one transaction; who may; what may follow what."""

from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.rules import ActionRefused, action, move, move_all, require
from casework.models import Assignment, AssignmentStatus
from tests import factories


@action
def rename(user, name):
    User.objects.filter(pk=user.pk).update(name=name)


@action
def rename_and_refuse(user, name):
    rename(user, name)
    raise ActionRefused("Nei.")


@action
def rename_both(first, second, *, inner):
    rename(first, "Ny")
    inner(second, "Ny")


@pytest.fixture
def two(transactional_db):
    return factories.person("Ada"), factories.person("Eva")


def names():
    return set(User.objects.values_list("name", flat=True))


def test_an_action_writes_all(two):
    rename_both(*two, inner=rename)

    assert names() == {"Ny"}


def test_an_action_that_is_refused_writes_nothing(two):
    with pytest.raises(ActionRefused):
        rename_and_refuse(two[0], "Ny")

    assert names() == {"Ada", "Eva"}


def test_what_is_refused_inside_undoes_both(two):
    with pytest.raises(ActionRefused):
        rename_both(*two, inner=rename_and_refuse)

    assert names() == {"Ada", "Eva"}


def test_an_action_after_a_refused_one_is_a_transaction_again(two):
    with pytest.raises(ActionRefused):
        rename_and_refuse(two[0], "Ny")
    with pytest.raises(ActionRefused):
        rename_and_refuse(two[1], "Ny")

    assert names() == {"Ada", "Eva"}


def test_an_action_inside_another_makes_no_savepoint(two, django_assert_num_queries):
    with django_assert_num_queries(4) as asked:  # BEGIN, two UPDATEs, COMMIT
        rename_both(*two, inner=rename)

    assert not [each for each in asked if "SAVEPOINT" in each["sql"]]


def test_an_action_called_after_the_commit_decides_for_itself(two):
    first, second = two

    @action
    def rename_and_then(user):
        rename(user, "Ny")
        transaction.on_commit(refuse_the_other)

    def refuse_the_other():
        with pytest.raises(ActionRefused):
            rename_and_refuse(second, "Ny")

    rename_and_then(first)

    assert names() == {"Ny", "Eva"}


def test_an_action_of_another_thread_is_its_own(two):
    first, second = two

    def elsewhere():
        try:
            with pytest.raises(ActionRefused):
                rename_and_refuse(second, "Ny")
        finally:
            connection.close()

    @action
    def rename_meanwhile(user):
        rename(user, "Ny")
        thread = Thread(target=elsewhere)
        thread.start()
        thread.join()

    rename_meanwhile(first)

    assert names() == {"Ny", "Eva"}


def test_an_action_keeps_its_name_and_its_docstring():
    assert rename.__name__ == "rename"


def test_require():
    require(True)
    with pytest.raises(PermissionDenied):
        require(False)


# --- Moving ---------------------------------


FOLLOWING = {
    AssignmentStatus.ASSIGNED: {AssignmentStatus.REASSIGNED},
    AssignmentStatus.REASSIGNED: set(),
}


@pytest.fixture
def assignment(db):
    return Assignment.objects.get(response=factories.accepted_response())


def test_move_writes_the_state_and_who_and_when(assignment):
    ada = factories.person("Ada")
    before = timezone.now()

    move(assignment, "status", AssignmentStatus.REASSIGNED, following=FOLLOWING, by=ada)

    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.REASSIGNED
    assert assignment.reassigned_by == ada
    assert before <= assignment.reassigned_at <= timezone.now()


def test_move_that_the_table_does_not_hold_is_refused_and_names_both_states(assignment):
    move(assignment, "status", AssignmentStatus.REASSIGNED, following=FOLLOWING, by=None)

    with pytest.raises(ActionRefused) as told:
        move(assignment, "status", AssignmentStatus.ASSIGNED, following=FOLLOWING, by=None)

    assert str(AssignmentStatus.REASSIGNED.label) in str(told.value)
    assert str(AssignmentStatus.ASSIGNED.label) in str(told.value)
    assert assignment.status == AssignmentStatus.REASSIGNED


def test_move_all_is_one_update_for_all(assignment, django_assert_num_queries):
    ada = factories.person("Ada")
    second = Assignment.objects.get(response=factories.accepted_response())
    both = [assignment, second]

    with django_assert_num_queries(1):
        move_all(both, "status", AssignmentStatus.REASSIGNED, following=FOLLOWING, by=ada)

    for each in Assignment.objects.all():
        assert each.status == AssignmentStatus.REASSIGNED
        assert each.reassigned_by == ada
        assert each.reassigned_at


def test_move_all_moves_none_where_one_may_not(assignment):
    second = Assignment.objects.get(response=factories.accepted_response())
    move(second, "status", AssignmentStatus.REASSIGNED, following=FOLLOWING, by=None)

    with pytest.raises(ActionRefused):
        move_all(
            [assignment, second],
            "status",
            AssignmentStatus.REASSIGNED,
            following=FOLLOWING,
            by=None,
        )

    assert Assignment.objects.get(pk=assignment.pk).status == AssignmentStatus.ASSIGNED


def test_move_all_of_none_does_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        move_all([], "status", AssignmentStatus.REASSIGNED, following=FOLLOWING, by=None)
