"""Machines and floods are stopped; people get through, and no address is kept."""

import re

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.db import connection
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import abuse
from accounts.abuse import LIMITS, WINDOW, pseudonym, stop
from accounts.models import User
from tests import factories

ADDRESS = "203.0.113.77"
SCHOOL = "2001:db8:77:1::5"


@pytest.fixture(autouse=True)
def english(settings):
    settings.FORM_MINIMUM_SECONDS = 3
    with override("en"):
        yield


@pytest.fixture
def sent(rf):
    """A form that was sent: what came with it, from where, and by whom."""

    def sent(fields=None, address=ADDRESS, user=None):
        request = rf.post("/", fields or {}, REMOTE_ADDR=address)
        request.user = user or AnonymousUser()
        return request

    return sent


def shown(request=None):
    """The two fields of a form that is shown now, as a browser sends them back."""
    html = Template("{% load abuse %}{% human_fields %}").render(Context({"request": request}))
    fields = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', html))
    assert 'name="homepage"' in html
    return {"homepage": ""} | fields


def test_a_person_who_takes_some_seconds_gets_through(sent):
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        fields = shown()
        clock.shift(4)

        stopped = stop(sent(fields), "answer")

    assert stopped is None


def test_a_form_may_be_open_for_days(sent):
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        fields = shown()
        clock.shift(5 * 24 * 3600)

        stopped = stop(sent(fields), "answer")

    assert stopped is None


def test_what_fills_in_the_hidden_field_is_stopped_and_told_how_to_get_through(sent):
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        fields = shown() | {"homepage": "https://spam.example"}
        clock.shift(60)

        stopped = stop(sent(fields), "answer")

    assert "once more" in stopped
    assert "log in" in stopped


@pytest.mark.parametrize("opened", ["", "forged", "1732276800.0"])
def test_a_form_without_a_true_time_is_stopped(sent, opened):
    stopped = stop(sent({"opened": opened}), "answer")

    assert "Wait a few seconds" in stopped


def test_a_form_that_is_sent_at_once_is_stopped_and_then_let_through(sent):
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        fields = shown()
        clock.shift(1)

        too_soon = stop(sent(fields), "answer")
        clock.shift(5)
        later = stop(sent(fields), "answer")

    assert "Wait a few seconds" in too_soon
    assert later is None


def test_a_form_that_goes_on_is_timed_from_when_it_was_begun(sent):
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        begun_at = timezone.now()
        clock.shift(2)
        too_soon = stop(sent(shown()), "draft", begun_at=begun_at)
        clock.shift(2)
        mended = stop(sent(shown()), "draft", begun_at=begun_at)

    assert "Wait a few seconds" in too_soon
    assert mended is None


def test_a_form_shown_again_with_what_was_wrong_is_timed_from_the_first_time(sent):
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        first = sent(shown())
        clock.shift(60)
        again = shown(first)
        forged = shown(sent({"opened": "forged"}))
        clock.shift(1)

        mended = stop(sent(again), "answer")
        machine = stop(sent(forged), "answer")

    assert mended is None
    assert "Wait a few seconds" in machine


def test_a_form_on_a_cached_page_is_not_timed(sent):
    assert stop(sent(), "follow", is_timed=False) is None


def test_a_flood_from_one_address_is_stopped_until_the_window_ends(sent):
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        within = [stop(sent(), "answer", is_timed=False) for _each in range(LIMITS["answer"])]
        stopped = stop(sent(), "answer", is_timed=False)
        elsewhere = stop(sent(address="203.0.113.78"), "answer", is_timed=False)
        another_form = stop(sent(), "follow", is_timed=False)
        clock.shift(WINDOW)
        afterwards = stop(sent(), "answer", is_timed=False)

    assert set(within) == {None}
    assert "Wait 10 minutes" in stopped
    assert "e-mail" in stopped
    assert (elsewhere, another_form, afterwards) == (None, None, None)


def test_who_has_logged_in_is_never_stopped_nor_counted(sent, db, settings):
    settings.FORM_MINIMUM_SECONDS = 3
    ada = factories.person()
    asked = [
        stop(sent({"homepage": "filled"}, user=ada), "answer") for _each in range(LIMITS["answer"])
    ]

    assert set(asked) == {None}
    assert stop(sent(), "answer", is_timed=False) is None


def test_a_subscriber_with_many_addresses_is_one(sent):
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False):
        for number in range(LIMITS["answer"]):
            stop(sent(address=f"2001:db8:77:1::{number:x}"), "answer", is_timed=False)

        assert stop(sent(address=SCHOOL), "answer", is_timed=False)
        assert stop(sent(address="2001:db8:77:2::1"), "answer", is_timed=False) is None


def test_an_address_has_another_name_tomorrow():
    with time_machine.travel("2026-11-22 12:00:00+00:00"):
        today = pseudonym(ADDRESS)
    with time_machine.travel("2026-11-23 12:00:00+00:00"):
        tomorrow = pseudonym(ADDRESS)

    assert today != tomorrow
    assert ADDRESS not in today


@pytest.fixture
def no_redis(settings):
    """A cache whose Redis does not answer."""
    settings.CACHES = {
        "default": {
            "BACKEND": "config.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1},
        }
    }
    yield
    del caches["default"]


def test_everybody_gets_through_while_redis_is_gone(sent, no_redis, monkeypatch):
    monkeypatch.setitem(abuse.LIMITS, "answer", 0)

    assert stop(sent(), "answer", is_timed=False) is None


@pytest.mark.django_db
def test_log_in_works_while_redis_is_gone(client, no_redis):
    factories.person("Ada Prøve", email="ada@prove.example", password="en-lang-prove-1")

    page = client.post(
        reverse("account_login"), {"login": "ada@prove.example", "password": "en-lang-prove-1"}
    )

    assert page.status_code == 302


@pytest.mark.django_db
def test_sign_up_is_stopped_with_what_was_typed_kept(client):
    typed = {"name": "Ada Prøve", "email": "ada@prove.example"}
    passwords = {"password1": "en-lang-prove-1", "password2": "en-lang-prove-1"}

    page = client.post(reverse("account_signup"), typed | passwords | {"homepage": "spam"})

    shown = page.content.decode()
    assert "Press the button once more" in shown
    assert 'value="ada@prove.example"' in shown
    assert not User.objects.exists()


@pytest.mark.django_db
def test_sign_up_lets_a_person_through(client):
    typed = {"name": "Ada Prøve", "email": "ada@prove.example"}
    passwords = {"password1": "en-lang-prove-1", "password2": "en-lang-prove-1"}
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        form = client.get(reverse("account_signup")).content.decode()
        [opened] = re.findall(r'name="opened" value="([^"]+)"', form)
        clock.shift(20)

        client.post(reverse("account_signup"), typed | passwords | {"opened": opened})

    assert User.objects.get().email == "ada@prove.example"


def everything_stored():
    """All that the database and the cache hold, as text; sessions are unpacked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        stored = ""
        for [table] in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            stored += "\n".join(row for [row] in cursor.fetchall())
    stored += "".join(str(session.get_decoded()) for session in Session.objects.all())
    return stored, str(list(cache._cache))


@pytest.mark.django_db
def test_no_address_is_kept_anywhere(client, settings, caplog):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.FORM_MINIMUM_SECONDS = 0
    behind_nginx = {"HTTP_X_FORWARDED_FOR": ADDRESS, "REMOTE_ADDR": "172.18.0.5"}
    login = {"login": "ingen@prove.example", "password": "feil"}
    typed = {"name": "Ada Prøve", "email": "ada@prove.example"}
    passwords = {"password1": "en-lang-prove-1", "password2": "en-lang-prove-1"}

    client.post(reverse("account_login"), login, **behind_nginx)
    client.post(reverse("account_signup"), typed | passwords, **behind_nginx)

    in_database, in_cache = everything_stored()
    assert "ada@prove.example" in in_database
    assert "allauth:rl" in in_cache
    assert "attempts:" in in_cache
    for kept in (in_database, in_cache, caplog.text):
        assert ADDRESS not in kept
        assert "172.18.0.5" not in kept


@pytest.mark.django_db
def test_allauth_counts_the_address_that_the_proxy_names(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    login = {"login": "ingen@prove.example", "password": "feil"}

    def status(address):
        # What a visitor pretends stands before what our own proxy has seen.
        forwarded = f"198.51.100.1, {address}"
        page = client.post(
            reverse("account_login"),
            login,
            HTTP_X_FORWARDED_FOR=forwarded,
            REMOTE_ADDR="172.18.0.5",
        )
        return page.status_code

    statuses = [status(ADDRESS) for _each in range(3)]

    assert statuses == [200, 200, 429]
    assert status("203.0.113.78") == 200


def test_the_adapter_names_nobody(rf):
    request = rf.get("/", REMOTE_ADDR=ADDRESS)

    assert get_adapter().get_client_ip(request) == pseudonym(ADDRESS)
