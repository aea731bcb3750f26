"""A moderator who has not seen the latest decision is told of it: one wins, one is told."""

import pytest

from accounts.rules import ActionRefused
from archive.models import JournalEntry
from consultations.models import Publication, Response, ResponseStatus
from moderation.actions import (
    accept_and_publish,
    accept_and_redact,
    accept_and_withhold,
    accept_response,
    publish_response,
    reject_response,
    withhold_response,
)
from moderation.models import Decision, PublicationGround, RejectionGround
from tests import factories
from tests.presses import at_once, told


@pytest.mark.django_db(transaction=True)
def test_accept_by_two_at_once_is_journaled_once_and_the_other_is_told_by_whom():
    response = factories.screened_response()
    kari = factories.moderator_of(response)
    ola = factories.moderator_of(response)

    results = at_once(
        lambda: accept_response(response, seen=0, by=kari),
        lambda: accept_response(response, seen=0, by=ola),
    )

    (refusal,) = told(results)
    decision = Decision.objects.get(response=response)
    assert str(decision.decided_by) in str(refusal)
    assert decision.get_outcome_display() in str(refusal)
    assert JournalEntry.objects.filter(source=response.reference).count() == 1


@pytest.mark.django_db(transaction=True)
def test_publish_and_withhold_at_once_leaves_what_the_first_decided():
    response = factories.accepted_response()
    kari = factories.moderator_of(response)
    ola = factories.moderator_of(response)

    results = at_once(
        lambda: publish_response(response, seen=1, by=kari),
        lambda: withhold_response(
            response, ground=PublicationGround.HATEFUL, reason="Hets.", seen=1, by=ola
        ),
    )

    (refusal,) = told(results)
    last = Decision.objects.filter(response=response).last()
    response.refresh_from_db()
    assert Decision.objects.filter(response=response).count() == 2
    assert response.publication == last.outcome
    assert str(last.decided_by) in str(refusal)


@pytest.mark.django_db
def test_a_stale_reject_is_refused_and_changes_nothing():
    response = factories.accepted_response()
    moderator = factories.moderator_of(response)

    with pytest.raises(ActionRefused, match=response.reference):
        reject_response(response, ground=RejectionGround.SPAM, seen=0, by=moderator)

    response.refresh_from_db()
    assert response.status == ResponseStatus.ACCEPTED


@pytest.mark.django_db
def test_who_missed_several_decisions_is_told_of_the_latest():
    response = factories.accepted_response()
    kari, ola, moderator = (factories.moderator_of(response) for _ in range(3))
    publish_response(response, seen=1, by=kari)
    withhold_response(response, ground=PublicationGround.HATEFUL, seen=2, by=ola)

    with pytest.raises(ActionRefused) as told_of:
        publish_response(response, seen=1, by=moderator)

    assert str(Decision.Outcome.WITHHELD.label) in str(told_of.value)
    assert ola.name in str(told_of.value)


@pytest.mark.django_db
def test_a_decision_after_the_latest_is_allowed():
    response = factories.accepted_response()
    moderator = factories.moderator_of(response)
    publish_response(response, seen=1, by=moderator)

    withhold_response(response, ground=PublicationGround.HATEFUL, seen=2, by=moderator)

    response.refresh_from_db()
    assert response.publication == Publication.WITHHELD


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "how", "publication"),
    [
        (accept_and_publish, {"hide_name": True}, Publication.PUBLISHED),
        (
            accept_and_redact,
            {"passages": [(0, 3)], "ground": PublicationGround.SECRECY},
            Publication.REDACTED,
        ),
        (accept_and_withhold, {"ground": PublicationGround.HATEFUL}, Publication.WITHHELD),
    ],
)
def test_one_press_accepts_and_decides_on_publication(action, how, publication):
    response = factories.screened_response(**factories.named())
    moderator = factories.moderator_of(response)
    if response.status == ResponseStatus.ACCEPTED:
        pytest.fail("A sender whose address is not confirmed waits for a moderator.")

    action(response, seen=0, by=moderator, **how)

    response = Response.objects.get(pk=response.pk)
    outcomes = list(response.decisions.values_list("outcome", "decided_by"))
    assert response.publication == publication
    assert outcomes == [("accepted", moderator.pk), (publication, moderator.pk)]


@pytest.mark.django_db
def test_one_press_that_is_refused_accepts_nothing():
    response = factories.screened_response()
    moderator = factories.moderator_of(response)

    with pytest.raises(ActionRefused):
        accept_and_redact(
            response,
            passages=[(0, 10**6)],
            ground=PublicationGround.SECRECY,
            seen=0,
            by=moderator,
        )

    response.refresh_from_db()
    assert response.status == ResponseStatus.RECEIVED
    assert not JournalEntry.objects.filter(source=response.reference).exists()
