"""What the environment says is read, or refused at start with what to set."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment

PROVIDER = {
    "id": "idporten",
    "name": "ID-porten",
    "server_url": "https://idporten.no/",
    "client_id": "netthoring",
    "client_secret": "a secret",
}


def read(monkeypatch, *given):
    monkeypatch.setenv("OIDC_PROVIDERS", json.dumps(given))
    return environment.providers("OIDC_PROVIDERS")


def test_no_provider_unless_told(monkeypatch):
    monkeypatch.delenv("OIDC_PROVIDERS", raising=False)

    assert environment.providers("OIDC_PROVIDERS") == []


def test_a_provider_is_what_allauth_reads(monkeypatch):
    [provider] = read(monkeypatch, PROVIDER)

    assert provider["provider_id"] == "idporten"
    assert provider["secret"] == "a secret"
    assert provider["settings"]["server_url"] == "https://idporten.no"
    assert provider["settings"]["origins"] == ["https://idporten.no"]
    assert provider["settings"]["levels"] == []


def test_a_provider_may_have_a_private_key_and_pages_elsewhere(monkeypatch, tmp_path):
    (tmp_path / "key.pem").write_text("the key")
    given = {name: value for name, value in PROVIDER.items() if name != "client_secret"}
    given |= {
        "private_key_file": str(tmp_path / "key.pem"),
        "key_id": "2026",
        "levels": ["idporten-loa-high"],
        "origins": ["https://login.idporten.no"],
    }

    [provider] = read(monkeypatch, given)

    assert provider["settings"]["private_key"] == "the key"
    assert provider["settings"]["levels"] == ["idporten-loa-high"]
    assert provider["settings"]["origins"] == ["https://login.idporten.no"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "name is missing"),
        ({"client_secret": ""}, "client_secret or private_key_file is missing"),
        ({"client_secert": "typing error"}, "client_secert is not right"),
        ({"levels": "idporten-loa-high"}, "levels is not right"),
        ({"id": "id porten"}, "id has other than letters"),
        ({"server_url": "idporten.no"}, "server_url is no URL"),
    ],
)
def test_a_wrong_provider_is_refused_with_what_is_wrong(monkeypatch, change, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        read(monkeypatch, PROVIDER | change)


@pytest.mark.parametrize("given", ["{", '{"id": "a"}', "[1]"])
def test_what_is_no_list_of_providers_is_refused(monkeypatch, given):
    monkeypatch.setenv("OIDC_PROVIDERS", given)

    with pytest.raises(ImproperlyConfigured, match="OIDC_PROVIDERS must be a JSON list"):
        environment.providers("OIDC_PROVIDERS")
