"""What the machine does at the gate: the nudge, and the sweep for what no nudge came for."""

import pytest
from django.core.files.storage import default_storage

from archive import printing
from archive.actions import close_case_file, discard
from archive.models import JournalEntry
from casework.models import Assignment
from consultations.actions import confirm_email, edit_consultation, withdraw
from consultations.models import (
    Acceptance,
    Moderation,
    Publication,
    Response,
    ResponseStatus,
    WhoMayAnswer,
)
from moderation import tasks
from moderation.actions import reject_response, screen_response
from moderation.models import Decision, Flag, RejectionGround, Screening
from moderation.tasks import screen_outstanding, screen_submission, work_through
from tests import factories
from tests.presses import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def opened(shared):
    return factories.open_for_answers(who_may_answer=WhoMayAnswer.NAMED)


@pytest.fixture
def automatic(consultation):
    """A consultation that lets in by itself what comes from somebody who is known."""
    assert consultation.acceptance == Acceptance.AUTOMATIC
    return consultation


def sent(consultation, name="Ada Prøve", **fields):
    """A submission by an account, whose nudge was lost."""
    return factories.submission(consultation, by=factories.person(name), name=name, **fields)


def statuses():
    return list(Response.objects.order_by("pk").values_list("status", flat=True))


def test_what_nobody_need_look_at_is_accepted_by_the_system(automatic):
    submission = sent(automatic)

    screen_submission(submission.pk)

    response = Response.objects.get()
    decision = Decision.objects.get()
    assert response.status == ResponseStatus.ACCEPTED
    assert response.publication == Publication.PENDING
    assert (response.accepted_by, decision.decided_by) == (None, None)
    assert response.accepted_at
    assert Assignment.objects.get().entry.source == response.reference


def test_each_response_of_a_submission_is_accepted(automatic):
    submission = sent(automatic, themes=list(automatic.themes.all()))

    screen_submission(submission.pk)

    assert statuses() == [ResponseStatus.ACCEPTED] * 3
    assert theme_counts(automatic) == [1, 1, 1]


def theme_counts(consultation):
    return [theme.tally.accepted for theme in consultation.themes.select_related("tally")]


@pytest.mark.parametrize(
    ("flag", "fields"),
    [
        (Flag.EMPTY, {"text": " . "}),
        (Flag.LINKS, {"text": "http://a.no http://b.no http://c.no http://d.no"}),
    ],
)
def test_what_may_be_no_response_waits_for_a_moderator(automatic, flag, fields):
    submission = sent(automatic, **fields)

    screen_submission(submission.pk)

    assert Screening.objects.get().flags == [flag]
    assert statuses() == [ResponseStatus.RECEIVED]


@pytest.mark.parametrize("moderation", [Moderation.AFTER, Moderation.NONE])
def test_personal_data_lets_it_in_and_keeps_it_from_the_public(moderation):
    consultation = factories.open_for_answers(
        who_may_answer=WhoMayAnswer.NAMED, moderation=moderation
    )
    submission = sent(consultation, text="Mitt nummer er 13097200038.")
    clean = sent(consultation, "Eva Prøve")

    screen_submission(submission.pk)
    screen_submission(clean.pk)

    assert list(Response.objects.order_by("pk").values_list("status", "publication")) == [
        (ResponseStatus.ACCEPTED, Publication.PENDING),
        (ResponseStatus.ACCEPTED, Publication.PUBLISHED),
    ]


def test_where_a_moderator_accepts_all_wait():
    consultation = factories.open_for_answers(acceptance=Acceptance.BY_MODERATOR)

    screen_submission(sent(consultation).pk)

    assert statuses() == [ResponseStatus.RECEIVED]
    assert Screening.objects.get().screened_at


def test_the_nudge_twice_accepts_once(automatic):
    submission = sent(automatic)

    screen_submission(submission.pk)
    screen_submission(submission.pk)

    assert JournalEntry.objects.filter(source=Response.objects.get().reference).count() == 1
    assert Decision.objects.count() == 1


def test_the_nudge_for_what_is_gone_does_nothing(automatic):
    submission = sent(automatic)
    withdraw(submission, by=submission.sender)

    screen_submission(submission.pk)
    screen_submission(10**9)

    assert not Screening.objects.exists()


def test_the_sweep_finds_what_no_nudge_came_for(automatic):
    for name in ("Ada", "Eva", "Ida"):
        sent(automatic, name)

    screen_outstanding()

    assert statuses() == [ResponseStatus.ACCEPTED] * 3
    numbers = JournalEntry.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4]


def test_the_sweep_prints_the_next_batch_while_it_decides_one(automatic, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 1)
    monkeypatch.setattr(printing, "_ahead", {})
    begun = []
    monkeypatch.setattr(
        tasks,
        "work_through",
        lambda batch: begun.append(len(printing._ahead)) or work_through(batch),
    )
    for name in ("Ada", "Eva", "Ida"):
        sent(automatic, name)

    screen_outstanding()

    assert begun == [2, 2, 1]
    assert not printing._ahead
    assert statuses() == [ResponseStatus.ACCEPTED] * 3
    received = Response.objects.order_by("received_at").values_list("reference", flat=True)
    journaled = JournalEntry.objects.filter(number__gt=1).order_by("number")
    assert list(journaled.values_list("source", flat=True)) == list(received)


def test_the_sweep_leaves_what_is_decided_or_taken_back(automatic):
    submission, spam = sent(automatic, "Ada"), sent(automatic, "Eva")
    withdraw(submission, by=submission.sender)
    reject_response(spam.responses.get(), ground=RejectionGround.SPAM, by=None)

    screen_outstanding()

    assert statuses() == [ResponseStatus.WITHDRAWN, ResponseStatus.REJECTED]


def test_the_sweep_accepts_what_was_screened_when_the_worker_died_before_accepting(automatic):
    response = sent(automatic).responses.get()
    screen_response(response)
    assert statuses() == [ResponseStatus.RECEIVED]

    screen_outstanding()

    assert statuses() == [ResponseStatus.ACCEPTED]


def test_the_sweep_accepts_what_was_confirmed_while_no_nudge_got_through(automatic):
    submission = factories.submission(automatic, **factories.named())
    screen_submission(submission.pk)
    assert Screening.objects.get().flags == [Flag.UNCONFIRMED]
    confirm_email(submission)

    screen_outstanding()

    assert Screening.objects.get().flags == []
    assert statuses() == [ResponseStatus.ACCEPTED]


def test_the_sweep_screens_what_was_confirmed_also_where_a_moderator_accepts():
    consultation = factories.open_for_answers(acceptance=Acceptance.BY_MODERATOR)
    submission = factories.submission(consultation, **factories.named())
    screen_submission(submission.pk)
    confirm_email(submission)

    screen_outstanding()

    assert Screening.objects.get().flags == []
    assert statuses() == [ResponseStatus.RECEIVED]


def test_the_sweep_leaves_to_the_moderator_what_was_flagged(automatic):
    sent(automatic, text=" . ")
    screen_outstanding()
    before = Screening.objects.values().get()

    screen_outstanding()

    assert Screening.objects.values().get() == before


def test_the_sweep_accepts_what_waits_when_acceptance_becomes_automatic():
    consultation = factories.open_for_answers(acceptance=Acceptance.BY_MODERATOR)
    sent(consultation)
    screen_outstanding()
    edit_consultation(consultation, by=consultation.created_by, acceptance=Acceptance.AUTOMATIC)

    screen_outstanding()

    assert statuses() == [ResponseStatus.ACCEPTED]


def test_the_sweep_makes_a_document_that_was_lost_anew(automatic):
    response = sent(automatic).responses.get()
    screen_response(response)
    discard(response.reference)

    screen_outstanding()

    assert statuses() == [ResponseStatus.ACCEPTED]


@pytest.mark.django_db(transaction=True)
def test_the_nudge_and_the_sweep_at_once_accept_once():
    consultation = factories.open_for_answers(acceptance=Acceptance.BY_MODERATOR)
    submission = sent(consultation)  # screened by its nudge, and waiting
    edit_consultation(consultation, by=consultation.created_by, acceptance=Acceptance.AUTOMATIC)

    at_once(lambda: screen_submission(submission.pk), screen_outstanding)

    response = Response.objects.get()
    assert response.status == ResponseStatus.ACCEPTED
    assert JournalEntry.objects.filter(source=response.reference).count() == 1
    document = JournalEntry.objects.get(source=response.reference).documents.get()
    assert default_storage.exists(document.path)


def test_one_that_can_not_be_let_in_keeps_no_other_waiting(automatic):
    stuck = sent(automatic).responses.get()
    other = factories.open_for_answers(who_may_answer=WhoMayAnswer.NAMED)
    fine = sent(other).responses.get()
    close_case_file(automatic.case_file, by=None)

    screen_outstanding()

    stuck.refresh_from_db()
    fine.refresh_from_db()
    assert (stuck.status, fine.status) == (ResponseStatus.RECEIVED, ResponseStatus.ACCEPTED)
    assert stuck.screening.screened_at
    assert not JournalEntry.objects.filter(source=stuck.reference).exists()
