"""A moderator marks many in the queue and publishes them in one press."""

import pytest
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from consultations.actions import confirm_email
from consultations.models import Consultation, Publication, Response, ResponseStatus, Theme
from moderation.actions import publish_response, publish_responses
from moderation.models import Decision
from tests import factories
from tests.presses import at_once, denied, refused, told

pytestmark = pytest.mark.django_db


def three_responses(consultation):
    first, second = consultation.themes.filter(is_whole=False)
    return [
        factories.accepted_response(consultation, themes=[theme], text=text)
        for theme, text in ((first, "Ja til dette."), (second, "Nei."), (first, "Vet ikke helt."))
    ]


@pytest.fixture(scope="module")
def made(opened):
    return [response.pk for response in three_responses(opened)]


@pytest.fixture
def responses(db, made):
    return [Response.objects.get(pk=pk) for pk in made]


def test_publish_responses_records_who_and_when_of_each(responses):
    moderator = factories.moderator_of(responses[0])
    before = timezone.now()

    publish_responses(responses, by=moderator)

    for response in Response.objects.all():
        assert response.publication == Publication.PUBLISHED
        assert response.published_by == moderator
        assert before <= response.published_at <= timezone.now()
        assert response.decisions.last().outcome == Decision.Outcome.PUBLISHED
        assert response.decisions.last().decided_by == moderator


def test_publish_responses_counts_in_each_theme_and_makes_the_pages_old_once(responses):
    version = Consultation.objects.get().public_version

    publish_responses(responses, by=None)

    themes = Theme.objects.filter(is_whole=False).order_by("position")
    assert [theme.tally.published for theme in themes] == [2, 1]
    assert Consultation.objects.get().public_version == version + 1


def test_publish_responses_owes_each_sender_word_of_it(consultation, responses):
    known = factories.accepted_response(
        consultation, by=None, **factories.named(email="n@x.example")
    )
    confirm_email(known.submission)

    publish_responses([*responses, known], by=None)

    [told_of] = Notice.objects.filter(key__startswith="decision-")
    assert told_of.key == f"decision-{known.decisions.last().pk}"
    assert told_of.email == "n@x.example"
    assert known.reference in told_of.subject


@pytest.mark.parametrize("now", [each for each in Publication if each != Publication.PENDING])
def test_publish_responses_overrules_nothing_that_is_decided(consultation, responses, now):
    decided = factories.response_shown_as(now, consultation)
    moderator = factories.moderator_of(decided)

    with refused(decided.reference, decided.get_publication_display()):
        publish_responses([*responses, decided], by=moderator)


@pytest.mark.parametrize(
    "status", [each for each in ResponseStatus if each != ResponseStatus.ACCEPTED]
)
def test_publish_responses_publishes_none_where_one_is_not_accepted(
    consultation, responses, status
):
    other = factories.response_as(status, consultation)
    moderator = factories.moderator_of(other)

    with refused(other.reference, other.get_status_display()):
        publish_responses([*responses, other], by=moderator)


@pytest.mark.parametrize(
    "noticed",
    [
        factories.named() | {"hide_name": True, "hide_name_reason": "Sjenert."},
        {"text": "Ring meg på tlf. 22 22 22 22."},
        {"files": [("brev.pdf", factories.PDF)]},
    ],
    ids=["hides the name", "personal data", "attachment"],
)
def test_publish_responses_leaves_what_a_person_should_look_at(consultation, responses, noticed):
    one = factories.accepted_response(consultation, **noticed)
    moderator = factories.moderator_of(one)

    with refused(one.reference):
        publish_responses([*responses, one], by=moderator)


def test_publish_responses_is_denied_to_everybody_but_the_authoritys_moderator(responses):
    for other in factories.everyone_but(responses[0].consultation.authority, Role.MODERATOR):
        with denied():
            publish_responses(responses, by=other)


def test_publish_responses_is_denied_where_one_is_another_authoritys(responses):
    elsewhere = factories.accepted_response(
        factories.open_for_answers(factories.authority("En annen virksomhet"))
    )
    moderator = factories.moderator_of(responses[0])

    with denied():
        publish_responses([*responses, elsewhere], by=moderator)


@pytest.mark.parametrize("number", [1, 3])
def test_publish_responses_asks_as_much_of_three_as_of_one(
    consultation, number, django_assert_num_queries
):
    alike = [factories.accepted_response(consultation) for _each in range(number)]
    moderator = factories.moderator_of(consultation)
    assert moderator.roles

    with django_assert_num_queries(10):  # with the savepoint
        publish_responses(alike, by=moderator)


@pytest.mark.django_db(transaction=True)
def test_one_press_wins_over_another_on_the_same_rows():
    responses = three_responses(factories.open_for_answers())
    one, other = (factories.moderator_of(responses[0]) for _each in range(2))

    results = at_once(
        lambda: publish_responses(responses, by=one),
        lambda: publish_responses(list(reversed(responses)), by=other),
    )

    told(results)
    assert Decision.objects.filter(outcome="published").count() == len(responses)


def test_publish_anew_hides_a_name_that_was_shown(consultation):
    response = factories.accepted_response(consultation, **factories.named())
    publish_response(response, by=None)

    publish_response(response, hide_name=True, by=factories.moderator_of(response))

    response.refresh_from_db()
    assert response.is_name_hidden
    outcomes = response.decisions.values_list("outcome", flat=True)
    assert list(outcomes) == ["accepted", "published", "published"]
    assert response.theme.tally.published == 1
