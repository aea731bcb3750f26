"""Deny by default, and a refusal that is said where the person pressed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path

from accounts.roles import Role
from accounts.rules import ActionRefused
from config.urls import urlpatterns as addresses
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def reached(_request):
    return HttpResponse("reached")


def refused(_request):
    raise ActionRefused("Det går ikke.")


def forbidden(_request):
    raise PermissionDenied


urlpatterns = [
    path("prove/ikke-i-tabellen/", reached, name="nowhere-named"),
    path("prove/uten-navn/", reached),
    path("prove/alle/", reached, name="front"),
    path("prove/innlogget/", reached, name="account_test"),
    path("prove/nekter/", refused, name="health"),
    path("prove/forbudt/", forbidden, name="front"),
    *addresses,
]


@pytest.mark.parametrize("address", ["/prove/ikke-i-tabellen/", "/prove/uten-navn/"])
def test_address_that_is_not_in_the_table_is_for_nobody(client, address):
    client.force_login(factories.person())

    page = client.get(address)

    assert page.status_code == 403
    assert b"reached" not in page.content


def test_public_address_is_for_everybody_and_may_be_kept(client):
    page = client.get("/prove/alle/")

    assert page.content == b"reached"
    assert "Cache-Control" not in page.headers


def test_what_is_not_public_is_never_kept(client):
    page = client.get("/prove/innlogget/")

    assert page.content == b"reached"
    assert "no-store" in page.headers["Cache-Control"]
    assert "private" in page.headers["Cache-Control"]


def test_stranger_is_led_to_log_in_and_back(client):
    page = client.get("/nb/min-side/?side=2")

    assert page.status_code == 302
    assert page.headers["Location"] == "/nb/konto/login/?next=/nb/min-side/%3Fside%3D2"


def test_role_of_another_kind_is_refused(client):
    at = factories.authority()
    client.force_login(factories.official(at, Role.EDITOR))

    assert client.get("/nb/moderering/").status_code == 403


def test_role_that_the_table_names_comes_through(client):
    at = factories.authority()
    client.force_login(factories.official(at, Role.MODERATOR))

    assert client.get("/nb/moderering/").status_code == 200


def test_permission_denied_in_a_view_is_403_with_our_page(client):
    page = client.get("/prove/forbudt/")

    assert page.status_code == 403
    assert "<h1" in page.content.decode()


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/nb/journal/", "http://testserver/nb/journal/"),
        ("https://evil.example/", "/prove/nekter/"),
        ("", "/prove/nekter/"),
    ],
)
def test_refusal_leads_back_to_where_it_was_pressed(client, referer, back):
    page = client.post("/prove/nekter/", headers={"referer": referer})

    assert page.status_code == 302
    assert page.headers["Location"] == back
    assert [str(each) for each in page.wsgi_request._messages] == ["Det går ikke."]


def test_press_while_logged_out_leads_back_to_the_page_with_the_button(client):
    page = client.post(
        "/nb/saksbehandling/AAAA-BBBB-CCCC-1/behandle/",
        headers={"referer": "http://testserver/nb/saksbehandling/AAAA-BBBB-CCCC-1/?tema=2"},
    )

    assert page.status_code == 302
    assert page.url.endswith("?next=/nb/saksbehandling/AAAA-BBBB-CCCC-1/%3Ftema%3D2")


@pytest.mark.parametrize("referer", ["https://ondsinnet.example/", ""])
def test_press_while_logged_out_leads_nowhere_else(client, referer):
    page = client.post(
        "/nb/saksbehandling/AAAA-BBBB-CCCC-1/behandle/", headers={"referer": referer}
    )

    assert page.url.endswith("?next=/nb/min-side/")


@pytest.mark.parametrize(
    "address", ["/nb/innsending/%00/", "/nb/innsending/%00/kvittering/", "/nb/moderering/%00/"]
)
def test_address_with_a_nul_is_not_there(client, address):
    client.force_login(factories.official(factories.authority(), Role.MODERATOR))

    assert client.get(address).status_code == 404


def test_public_page_sets_no_cookie_whatever_the_visitor_brings(client):
    client.cookies["sessionid"] = "abc"

    page = client.get("/nb/")

    assert not page.cookies
    assert "Cookie" not in page.get("Vary", "")
