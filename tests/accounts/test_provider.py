"""Log-in at a real OpenID provider, and that the fødselsnummer stays there."""

import base64
import json
import re
import socket
from urllib.parse import parse_qs, urljoin, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Notice, User
from config import environment
from tests import factories
from tests.accounts.test_abuse import everything_stored
from tests.openid_provider import NAMELESS, NATIONAL_ID, openid_provider

SITE = "http://testserver"
PASSWORD = "en-lang-prove-1"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.server,
    pytest.mark.xdist_group("provider"),
]


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    with openid_provider(tmp_path_factory.mktemp("provider"), SITE) as started:
        yield started


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def offered(settings, monkeypatch):
    """Offer a provider for log-in, by the environment alone."""

    def offered(url, **given):
        described = {
            "id": "prove",
            "name": "Prøveporten",
            "server_url": url,
            "client_id": "netthoring",
        }
        secret = {} if "private_key_file" in given else {"client_secret": "a secret of the test"}
        monkeypatch.setenv("OIDC_PROVIDERS", json.dumps([described | secret | given]))
        apps = environment.providers("OIDC_PROVIDERS")
        of_all = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": of_all | {"APPS": apps}}

    settings.SITE_URL = SITE
    return offered


@pytest.fixture
def log_in(client, provider):
    """Go through the provider as `who`, in a browser of its own, and come back."""

    def log_in(who, press=None):
        away = client.post(reverse("openid_connect_login", args=["prove"]))
        assert away.status_code == 302, away.content.decode()
        browser = requests.Session()
        form = browser.get(away["Location"])
        page = browser.post(
            form.url, data={"who": who} | ({press: "1"} if press else {}), allow_redirects=False
        )
        while not page.headers["Location"].startswith(SITE):
            address = urljoin(page.url, page.headers["Location"])
            page = browser.get(address, allow_redirects=False)
        return client.get(page.headers["Location"].removeprefix(SITE))

    return log_in


def test_log_in_page_offers_no_provider_unless_told(client):
    page = client.get(reverse("account_login"))

    assert "Log in with" not in page.content.decode()
    assert "form-action 'self'" in page["Content-Security-Policy"].split("; ")  # in any order


def test_log_in_page_has_a_button_for_each_provider(client, offered, provider):
    offered(provider.url)

    shown = client.get(reverse("account_login")).content.decode()

    assert "Log in with Prøveporten" in shown
    assert f'action="{reverse("openid_connect_login", args=["prove"])}' in shown


def test_log_in_asks_with_pkce_the_language_and_the_level(client, offered, provider):
    offered(provider.url, levels=["idporten-loa-substantial", "idporten-loa-high"])

    away = client.post(
        reverse("openid_connect_login", args=["prove"]) + "?scope=offline_access&auth_params=a%3Db"
    )

    asked = parse_qs(urlsplit(away["Location"]).query)
    assert away["Location"].startswith(provider.url)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"]
    assert asked["acr_values"] == ["idporten-loa-substantial idporten-loa-high"]
    assert asked["ui_locales"] == ["en"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert "a" not in asked


def test_a_link_from_elsewhere_logs_nobody_in(client, offered, provider):
    offered(provider.url)

    page = client.get(reverse("openid_connect_login", args=["prove"]))

    assert page.status_code == 200
    assert "<form" in page.content.decode()


def test_an_unknown_provider_is_not_there(client):
    page = client.post(reverse("openid_connect_login", args=["ukjent"]))

    assert page.status_code == 404


def test_first_log_in_makes_an_account_and_the_second_finds_it(client, offered, provider, log_in):
    offered(provider.url)

    first = log_in(NATIONAL_ID)
    client.post(reverse("account_logout"))
    second = log_in(NATIONAL_ID)

    user = User.objects.get()
    assert (user.name, user.email) == ("Åse Prøve", "ase@prove.example")
    assert not user.has_usable_password()
    assert first["Location"] == second["Location"] == reverse("accounts:desk-show")
    assert client.get(reverse("accounts:desk-show")).context["user"] == user


def test_who_has_no_name_or_address_there_is_asked_for_them(client, offered, provider, log_in):
    offered(provider.url)

    page = log_in(NAMELESS)
    form = client.get(page["Location"]).content.decode()
    sent = client.post(page["Location"], {"name": "Ola Prøve", "email": "ola@prove.example"})
    [link] = re.findall(r"http://testserver(/\S+)", Notice.objects.get().body)
    client.post(link)
    again = log_in(NAMELESS)

    assert page["Location"] == reverse("socialaccount_signup")
    assert 'name="email"' in form
    assert 'name="name"' in form
    assert sent["Location"] == reverse("account_email_verification_sent")
    user = User.objects.get()
    assert (user.name, user.email) == ("Ola Prøve", "ola@prove.example")
    assert again["Location"] == reverse("accounts:desk-show")


def test_an_address_that_the_provider_has_not_verified_is_asked_for(offered, provider, log_in):
    offered(provider.url)

    page = log_in("unverified")

    assert page["Location"] == reverse("socialaccount_signup")
    assert "ukjent@prove.example" not in everything_stored()[0]


def test_an_account_with_the_same_address_is_not_taken_over(client, offered, provider, log_in):
    offered(provider.url)
    factories.person("Åse Prøve", email="ase@prove.example", password=PASSWORD)

    log_in(NATIONAL_ID)

    assert not SocialAccount.objects.exists()
    assert client.get(reverse("accounts:desk-show")).status_code == 302
    assert "already" in Notice.objects.get().body


def contains(stored, secret):
    """True where the text stands there, or anything that was made of it by base64 or JWT."""
    encoded = [base64.b64encode(b"\0" * skip + secret.encode()).decode() for skip in range(3)]
    # The first and last characters depend on what stands around it.
    return any(each in stored for each in (secret, *(each[4:-4] for each in encoded)))


def test_the_national_identity_number_is_kept_nowhere(client, offered, provider, log_in, caplog):
    offered(provider.url, levels=["idporten-loa-high"])
    caplog.set_level("DEBUG")

    log_in(NATIONAL_ID)
    client.post(reverse("account_logout"))
    log_in(NATIONAL_ID)
    waiting = log_in(NAMELESS)
    while_waiting, in_cache = everything_stored()
    client.post(waiting["Location"], {"name": "Ola Prøve", "email": "ola@prove.example"})
    afterwards, _in_cache = everything_stored()

    claims = jwt.decode(provider.tokens[-1], options={"verify_signature": False})
    assert claims["pid"] == NAMELESS
    account = SocialAccount.objects.get(user__email="ase@prove.example")
    assert account.extra_data == {"sub": account.uid, "name": "Åse Prøve"}
    assert not SocialToken.objects.exists()
    for kept in (while_waiting, in_cache, afterwards, caplog.text):
        assert claims["sub"] in while_waiting or account.uid in while_waiting
        for secret in (NATIONAL_ID, NAMELESS, *provider.tokens):
            assert not contains(kept, secret)


def test_the_search_for_the_number_would_find_it(client, offered, provider, log_in):
    offered(provider.url)
    log_in(NATIONAL_ID)
    account = SocialAccount.objects.get()
    account.extra_data = {"id_token": provider.tokens[-1]}

    account.save()

    assert contains(everything_stored()[0], NATIONAL_ID)


def test_log_out_ends_the_session_of_the_provider_too(client, offered, provider, log_in):
    offered(provider.url)
    log_in(NATIONAL_ID)

    page = client.post(reverse("account_logout"))

    assert page["Location"].startswith(f"{provider.url}/session/end?")
    back = parse_qs(urlsplit(page["Location"]).query)["post_logout_redirect_uri"]
    assert back == [f"{SITE}/en/"]
    assert requests.get(page["Location"]).status_code == 200
    assert client.get(reverse("accounts:desk-show")).status_code == 302


def test_log_out_of_a_password_log_in_stays_here(client, offered, provider):
    offered(provider.url)
    client.force_login(factories.person())

    page = client.post(reverse("account_logout"))

    assert page["Location"] == "/en/"


def test_a_level_that_is_too_low_is_refused(client, offered, provider, log_in):
    offered(provider.url, levels=["idporten-loa-high"])

    page = log_in("low")

    assert page.status_code == 401
    assert "not safe enough" in page.content.decode()
    assert not User.objects.exists()


def test_any_level_will_do_where_none_is_asked_for(client, offered, provider, log_in):
    offered(provider.url)

    log_in("low")

    assert User.objects.get().name == "Lav"


def test_who_cancels_is_told_so(offered, provider, log_in):
    offered(provider.url)

    page = log_in(NATIONAL_ID, press="cancel")

    assert "You stopped the log-in at Prøveporten" in page.content.decode()


def test_an_answer_that_nobody_asked_for_is_refused(client, offered, provider):
    offered(provider.url)

    page = client.get(
        reverse("openid_connect_callback", args=["prove"]), {"code": "a", "state": "b"}
    )

    assert page.status_code == 401
    assert not User.objects.exists()


def test_a_code_that_the_provider_does_not_know_is_refused(client, offered, provider):
    offered(provider.url)
    away = client.post(reverse("openid_connect_login", args=["prove"]))
    [state] = parse_qs(urlsplit(away["Location"]).query)["state"]

    page = client.get(
        reverse("openid_connect_callback", args=["prove"]), {"code": "guessed", "state": state}
    )

    assert page.status_code == 401
    assert "did not succeed" in page.content.decode()


def test_a_provider_that_is_down_leaves_the_password(client, offered):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        offered(f"http://127.0.0.1:{nobody.getsockname()[1]}")
        factories.person("Ada", email="ada@prove.example", password=PASSWORD)

        page = client.post(reverse("openid_connect_login", args=["prove"]))
        log_in_page = client.get(reverse("account_login"))
        logged_in = client.post(
            reverse("account_login"), {"login": "ada@prove.example", "password": PASSWORD}
        )

    assert page.status_code == 503
    assert "Prøveporten does not answer" in page.content.decode()
    assert reverse("account_login") in page.content.decode()
    assert log_in_page.status_code == 200
    assert logged_in.status_code == 302


def test_a_private_key_stands_in_for_a_secret(client, offered, tmp_path, monkeypatch):
    key = rsa.generate_private_key(65537, 2048)
    pem = tmp_path / "key.pem"
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    public |= {"kid": "the-key", "use": "sig", "alg": "RS256"}
    with openid_provider(tmp_path, SITE, key=public) as provider:
        offered(provider.url, private_key_file=str(pem), key_id="the-key")
        away = client.post(reverse("openid_connect_login", args=["prove"]))
        browser = requests.Session()
        form = browser.get(away["Location"])
        page = browser.post(form.url, data={"who": NATIONAL_ID}, allow_redirects=False)
        page = browser.get(urljoin(page.url, page.headers["Location"]), allow_redirects=False)

        client.get(page.headers["Location"].removeprefix(SITE))

    assert User.objects.get().name == "Åse Prøve"


def test_a_password_account_can_be_tied_to_a_provider(client, offered, provider, log_in):
    offered(provider.url)
    client.force_login(factories.person("Ada"))

    page = client.get(reverse("socialaccount_connections"), follow=True)

    assert page.status_code == 200
    assert "Log in with Prøveporten" in page.content.decode()
    assert "process=connect" in page.content.decode()
