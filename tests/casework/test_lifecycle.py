"""What an assignment may become, written out by hand."""

import pytest

from accounts.rules import ActionRefused
from casework.actions import reassign_assignment
from casework.lifecycle import advance
from casework.models import Assignment, AssignmentStatus
from tests import factories
from tests.presses import undone

NEXT = {
    "assigned": {"handled", "reassigned"},
    "handled": set(),
    "reassigned": set(),
}


def assignment_as(status):
    if status == AssignmentStatus.HANDLED:
        return Assignment.objects.get(response=factories.handled_response())
    assignment = Assignment.objects.get(response=factories.accepted_response())
    if status == AssignmentStatus.REASSIGNED:
        colleague = assignment.response.consultation.responsible
        reassign_assignment(assignment, colleague, by=assignment.handler)
    return Assignment.objects.get(pk=assignment.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("old", AssignmentStatus)
def test_what_an_assignment_may_become(old):
    pk = assignment_as(old).pk

    for new in AssignmentStatus:
        with undone():
            assignment = Assignment.objects.get(pk=pk)
            assignment.write_off = "Tatt til orientering"
            if new in NEXT[old]:
                advance(assignment, new, by=assignment.handler, also=["write_off"])
            else:
                with pytest.raises(ActionRefused, match=str(new.label)):
                    advance(assignment, new, by=assignment.handler)

            assignment.refresh_from_db()
            assert assignment.status == (new if new in NEXT[old] else old)


@pytest.mark.django_db
def test_advance_stamps_who_and_when():
    assignment = assignment_as(AssignmentStatus.ASSIGNED)

    advance(assignment, AssignmentStatus.REASSIGNED, by=assignment.handler)

    assignment.refresh_from_db()
    assert assignment.reassigned_by == assignment.handler
    assert assignment.reassigned_at
