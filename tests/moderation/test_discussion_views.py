"""The moderator's pages of posts and reports, and the form by which anybody reports."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.abuse import LIMITS
from accounts.roles import Role
from consultations.models import Consultation, DiscussionPost, Publication
from moderation.actions import report_post, report_response
from moderation.models import Report
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = "moderation:discussion-queue"


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture(scope="module")
def discussed(shared):
    return factories.discussed(moderation="before")


@pytest.fixture
def consultation(db, discussed):
    return Consultation.objects.get(pk=discussed.pk)


@pytest.fixture
def moderator(client, consultation):
    user = factories.moderator_of(consultation)
    client.force_login(user)
    return user


def decide_address(post):
    return reverse("moderation:post-decide", args=[post.pk])


def report_address(post):
    return reverse("moderation:post-report", args=[post.pk])


def text(page):
    return page.content.decode()


def test_queue_shows_what_waits_and_what_is_reported(client, consultation, moderator):
    waiting = factories.post_as("waiting", consultation, title="Den som venter", nickname="Veien")
    reported = factories.post_as("visible", consultation, title="Den som er meldt")
    factories.post_as("visible", consultation, title="Den som er grei")
    elsewhere = factories.post_as("waiting", title="Et annet sted")
    response = factories.response_shown_as(Publication.PUBLISHED, consultation)
    for words in ("Stygg.", "Veldig stygg."):
        report_post(reported, text=words)
    report_response(response, text="Om meg.")

    page = text(client.get(reverse(QUEUE)))

    assert decide_address(waiting) in page
    assert "Pia Prat (“Veien”)" in page
    assert decide_address(reported) in page
    assert "2 reports" in page
    assert response.reference in page
    assert "Om meg." in page
    assert "Den som er grei" not in page
    assert decide_address(elsewhere) not in page
    assert "4 wait" in page  # one post and three reports


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_takes_a_fixed_number_of_queries(
    client, consultation, moderator, rows, django_assert_num_queries
):
    for number in range(rows):
        factories.post_as("waiting", consultation, title=f"Venter {number}")
        visible = factories.post_as("visible", consultation, title=f"Meldt {number}")
        report_post(visible, text="Stygg.")
        response = factories.response_shown_as(Publication.PUBLISHED, consultation)
        report_response(response, text="Om meg.")

    with django_assert_num_queries(10):
        client.get(reverse(QUEUE))


def test_every_post_is_there_for_whoever_reads_afterwards(client, consultation, moderator):
    posts = [
        factories.post_as(status, consultation, title=f"Tema {status}")
        for status in DiscussionPost.Status
    ]

    page = text(client.get(reverse(QUEUE), {"vis": "alle"}))

    assert all(decide_address(post) in page for post in posts)


def test_moderator_shows_a_post(client, consultation, moderator):
    post = factories.post_as("waiting", consultation)

    page = client.post(decide_address(post), {"decision": "show"}, follow=True)

    assert "Everyone can read it now" in text(page)
    assert DiscussionPost.objects.get().visible_by == moderator


def test_moderator_removes_a_post_with_a_reason(client, consultation, moderator):
    post = factories.post_as("waiting", consultation)

    failed = client.post(decide_address(post), {"decision": "remove", "reason": ""})
    assert failed.status_code == 422
    assert "ds-error-summary" in text(failed)
    client.post(decide_address(post), {"decision": "remove", "reason": "Reklame."})

    post = DiscussionPost.objects.get()
    assert (post.status, post.removed_reason, post.removed_by) == ("removed", "Reklame.", moderator)
    again = client.post(decide_address(post), {"decision": "show"}, follow=True)
    assert "can not become" in text(again)


def test_moderator_sees_what_looks_like_personal_data(client, consultation, moderator):
    post = factories.post_as("waiting", consultation, text="Ring meg på 58 00 00 01 i dag.")

    page = text(client.get(decide_address(post)))

    assert "<mark>58 00 00 01</mark>" in page


def test_moderator_settles_reports(client, consultation, moderator):
    post = factories.post_as("visible", consultation)
    report = report_post(post, text="Stygg.", email="per@prove.example")
    assert "per@prove.example" in text(client.get(decide_address(post)))

    client.post(reverse("moderation:report-settle", args=[report.pk]))

    assert Report.objects.get().settled_by == moderator


def test_posts_of_others_are_not_seen(client, consultation):
    post = factories.post_as("waiting", consultation)
    report = report_post(factories.post_as("visible", consultation), text="Stygg.")
    elsewhere = factories.official(factories.authority(), Role.MODERATOR)
    client.force_login(elsewhere)

    settle = reverse("moderation:report-settle", args=[report.pk])
    assert client.get(decide_address(post)).status_code == 404
    assert client.post(settle).status_code == 404
    client.force_login(consultation.created_by)
    assert client.get(decide_address(post)).status_code == 403
    assert client.get(reverse(QUEUE)).status_code == 403


def test_anybody_reports_a_post(client, consultation):
    post = factories.post_as("visible", consultation, nickname="Veien")

    form = client.get(report_address(post))
    page = client.post(report_address(post), {"text": "Den er stygg.", "email": ""})

    assert "no-store" in form.headers["Cache-Control"]
    assert "Pia" not in text(form)
    assert "Thank you" in text(page)
    assert (Report.objects.get().post, Report.objects.get().email) == (post, "")


def test_anybody_reports_a_response(client, consultation):
    response = factories.response_shown_as(Publication.PUBLISHED, consultation)
    address = reverse("moderation:response-report", args=[response.reference])
    assert address in text(client.get(response_page(response)))

    client.post(address, {"text": "Dette er om meg.", "email": "per@prove.example"})

    report = Report.objects.get()
    assert (report.response, report.email) == (response, "per@prove.example")
    assert "per@prove.example" not in text(client.get(response_page(response)))


def response_page(response):
    return reverse(
        "consultations:response-show", args=[response.consultation.slug, response.reference]
    )


def test_a_report_without_words_is_shown_again(client, consultation):
    post = factories.post_as("visible", consultation)

    page = client.post(report_address(post), {"text": "", "email": "ikke-en-adresse"})

    assert page.status_code == 422
    assert "ds-error-summary" in text(page)
    assert not Report.objects.exists()


def test_what_is_not_visible_can_not_be_reported(client, consultation):
    for status in ("waiting", "removed"):
        post = factories.post_as(status, consultation, title=status)
        assert client.get(report_address(post)).status_code == 404
    withheld = factories.response_shown_as(Publication.WITHHELD, consultation)
    address = reverse("moderation:response-report", args=[withheld.reference])
    assert client.get(address).status_code == 404


def test_a_machine_and_a_flood_of_reports_are_stopped(consultation, monkeypatch):
    monkeypatch.setitem(LIMITS, "report", 1)
    post = factories.post_as("visible", consultation)
    filled = {"text": "Kjøp lamper.", "email": "", "homepage": "http://lamper.example"}

    machine = Client().post(report_address(post), filled)
    first, second = (
        Client().post(report_address(post), {"text": words, "email": ""}) for words in "ab"
    )

    assert (machine.status_code, first.status_code, second.status_code) == (429, 200, 429)
    assert "Kjøp lamper." in text(machine)
    assert Report.objects.get().text == "a"
