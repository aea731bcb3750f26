"""The pages of following: to ask for mails, to confirm, and to end it."""

import re

import pytest
from django.test import Client

from consultations.actions import follow
from consultations.models import Subscription
from tests import factories
from tests.consultations.followers import KARI, conclude, follower, owed

pytestmark = pytest.mark.django_db


def address_of(consultation, language="en"):
    return f"/{language}/folg/horing/{consultation.slug}/"


def test_subscription_start_offers_from_one_consultation_to_everything(client, consultation):
    page = client.get(address_of(consultation))

    words = page.content.decode()
    assert consultation.title in words
    assert f"All consultations from {consultation.authority}" in words
    assert [value for value, _label in page.context["form"]["what"].field.choices] == [
        "consultation",
        "authority",
        "everything",
    ]


def test_subscription_start_offers_no_consultation_that_is_over(client, consultation):
    conclude(consultation)

    page = client.get(address_of(consultation))

    assert [value for value, _label in page.context["form"]["what"].field.choices] == [
        "authority",
        "everything",
    ]


def test_subscription_start_is_404_for_a_draft(client):
    page = client.get(address_of(factories.drafted_consultation()))

    assert page.status_code == 404


@pytest.mark.parametrize("what", ["consultation", "authority", "everything"])
def test_subscription_start_follows_what_is_chosen(client, consultation, what):
    page = client.post(address_of(consultation), {"what": what, "email": KARI})

    subscription = Subscription.objects.get()
    assert page.headers["Location"] == "/en/folg/sendt/"
    assert subscription.consultation == (consultation if what == "consultation" else None)
    assert subscription.authority == (consultation.authority if what == "authority" else None)
    assert subscription.language == "en"


def test_subscription_start_answers_alike_whether_the_address_follows_already(client, consultation):
    follower("gammel@folger.example", consultation=consultation)
    answers = []

    for email in ("gammel@folger.example", "ny@folger.example"):
        page = client.post(address_of(consultation), {"what": "consultation", "email": email})
        answers.append((page.status_code, page.headers["Location"], page.content))
        answers[-1] += (len(owed(email=email)),)

    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "typed", [{}, {"what": "everything", "email": "ikke en adresse"}, {"what": "x", "email": KARI}]
)
def test_subscription_start_says_what_is_wrong(client, consultation, typed):
    page = client.post(address_of(consultation), typed)

    assert page.status_code == 422
    told = page.content.decode()
    assert "ds-error-summary" in told
    assert ("Write your e-mail address, so that we can write to you." in told) == (not typed)
    assert not Subscription.objects.exists()


def test_subscription_confirm_needs_a_press(client, consultation):
    subscription = follow(KARI, consultation=consultation, language="en")
    address = f"/en/folg/bekreft/{subscription.token}/"

    opened = client.get(address)
    before = Subscription.objects.confirmed().count()
    pressed = client.post(address)

    assert consultation.title in opened.content.decode()
    assert before == 0
    assert "You follow this now" in pressed.content.decode()
    assert Subscription.objects.confirmed().count() == 1
    assert "You follow this now" in client.get(address).content.decode()


def test_subscription_confirm_says_that_a_link_is_too_old(client):
    page = client.get("/en/folg/bekreft/ukjent/")

    assert page.status_code == 404
    assert "The link is too old" in page.content.decode()


def test_subscription_end_takes_the_one_click_of_a_mail_program(consultation):
    subscription = follower(consultation=consultation)
    stranger = Client(enforce_csrf_checks=True)

    page = stranger.post(
        f"/en/folg/avslutt/{subscription.token}/",
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )

    assert page.status_code == 200
    assert "You do not follow this any more" in page.content.decode()
    assert consultation.title in page.content.decode()
    assert not page.cookies
    assert not Subscription.objects.exists()


def test_subscription_end_needs_a_press_and_twice_does_no_harm(client, consultation):
    subscription = follower(consultation=consultation)
    address = f"/en/folg/avslutt/{subscription.token}/"

    opened = client.get(address)
    before = Subscription.objects.count()
    client.post(address)
    again = client.post(address)

    assert "Do you want to end these mails?" in opened.content.decode()
    assert before == 1
    assert again.status_code == 200
    assert "You do not follow this any more" in again.content.decode()


def test_subscription_pages_are_not_cached_or_indexed(client, consultation):
    subscription = follower(consultation=consultation)

    for kind in ("bekreft", "avslutt"):
        page = client.get(f"/en/folg/{kind}/{subscription.token}/")

        assert "no-store" in page.headers["Cache-Control"]
        assert "noindex" in page.headers["X-Robots-Tag"]


def test_subscription_list_shows_what_the_account_follows_and_lets_it_go(client, consultation):
    kari = factories.person(email="Kari@folger.example")
    follower(consultation=consultation)
    follower("ola@folger.example", authority=consultation.authority)
    follow(KARI, language="nb")
    client.force_login(kari)

    page = client.get("/en/min-side/abonnement/")
    client.post(re.search(r'action="(/en/folg/avslutt/[^"]+)"', page.content.decode())[1])

    assert consultation.title in page.content.decode()
    assert len(page.context["subscriptions"]) == 1
    assert not Subscription.objects.of_address(KARI).confirmed().exists()
    assert Subscription.objects.of_address("ola@folger.example").exists()


def test_subscription_list_asks_a_stranger_to_log_in(client):
    page = client.get("/nb/min-side/abonnement/")

    assert page.status_code == 302
    assert "login" in page.headers["Location"]


@pytest.mark.parametrize("rows", [1, 3])
def test_subscription_list_takes_a_fixed_number_of_queries(
    client, consultation, rows, django_assert_num_queries
):
    kari = factories.person(email=KARI)
    things = [{"consultation": consultation}, {"authority": consultation.authority}, {}]
    for thing in things[:rows]:
        follow(KARI, language="nb", by=kari, **thing)
    client.force_login(kari)

    with django_assert_num_queries(4):  # the session, the person, the roles, the list
        client.get("/nb/min-side/abonnement/")


def test_subscription_start_by_the_signed_in_is_confirmed_at_once(client, consultation):
    client.force_login(factories.person(email=KARI))

    page = client.post(
        address_of(consultation), {"what": "consultation", "email": KARI}, follow=True
    )

    assert page.redirect_chain == [("/en/min-side/abonnement/", 302)]
    assert consultation.title in page.content.decode()
    assert owed() == []
