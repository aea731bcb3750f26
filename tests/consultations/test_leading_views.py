"""How an editor publishes a consultation and leads it to its end."""

import pytest
from django.utils import translation

from consultations.models import ConsultationStatus
from moderation.actions import publish_response
from tests import factories
from tests.consultations.editing import address, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    """The words of the code, whatever the catalogues say."""
    with translation.override("en"):
        yield


@pytest.fixture
def consultation():
    return factories.drafted_consultation()


@pytest.fixture
def editor(client, consultation):
    client.force_login(consultation.created_by)
    return consultation.created_by


def test_publish_is_asked_about_first_and_then_done(client, editor, consultation):
    asked = client.get(address(consultation, "consultation-publish"))
    before = fresh(consultation).status
    page = client.post(address(consultation, "consultation-publish"), follow=True)

    assert "can not be undone" in asked.content.decode()
    assert before == ConsultationStatus.DRAFT
    assert fresh(consultation).status == ConsultationStatus.PUBLISHED
    assert fresh(consultation).published_by == editor
    assert "journaled as the first entry" in page.content.decode()


def test_publish_of_what_is_unfinished_says_what_is_missing(client, editor):
    consultation = factories.drafted_consultation(
        factories.authority(), editor=None, themes=(), purpose=""
    )
    client.force_login(consultation.created_by)
    asking = address(consultation, "consultation-publish")

    page = client.post(asking, headers={"referer": f"http://testserver{asking}"}, follow=True)

    assert "purpose" in page.content.decode()
    assert fresh(consultation).status == ConsultationStatus.DRAFT


def test_an_editor_leads_it_from_publication_to_conclusion(client, editor, consultation):
    client.post(address(consultation, "consultation-publish"))
    advance = address(consultation, "consultation-advance")
    statuses = []
    for step in ("opened", "closed", "treatment_started", "concluded"):
        assert f'value="{step}"' in client.get(advance).content.decode()
        client.post(advance, {"step": step})
        statuses.append(fresh(consultation).status)

    assert statuses == ["opened", "closed", "treatment_started", "concluded"]
    assert "no step to take" in client.get(advance).content.decode()


def test_a_step_that_is_taken_already_is_refused_in_words(client):
    consultation = factories.open_for_answers()
    client.force_login(consultation.created_by)
    advance = address(consultation, "consultation-advance")

    page = client.post(
        advance,
        {"step": "opened"},
        headers={"referer": f"http://testserver{advance}"},
        follow=True,
    )

    assert "can not become" in page.content.decode()
    assert client.post(advance, {"step": "draft"}).status_code == 404
    assert fresh(consultation).status == ConsultationStatus.OPEN


def test_conclude_says_what_is_left_to_do(client):
    consultation = factories.open_for_answers()
    response = factories.accepted_response(consultation)
    factories.closed_for_treatment(consultation)
    client.force_login(consultation.created_by)
    advance = address(consultation, "consultation-advance")
    back = {"referer": f"http://testserver{advance}"}

    undecided = client.post(advance, {"step": "concluded"}, headers=back, follow=True)
    publish_response(response, by=None)
    unhandled = client.post(advance, {"step": "concluded"}, headers=back, follow=True)

    assert "has not been decided by a moderator" in undecided.content.decode()
    assert "has not been handled" in unhandled.content.decode()
    assert fresh(consultation).status == ConsultationStatus.UNDER_TREATMENT
