"""What the environment says is read, or refused at start with what to set."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
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


def test_what_must_be_set_may_not_be_empty(monkeypatch):
    monkeypatch.setenv("SITE_URL", "")

    with pytest.raises(ImproperlyConfigured, match="Set SITE_URL"):
        environment.text("SITE_URL")
    assert environment.text("SITE_URL", "http://127.0.0.1:8000") == ""


def test_an_empty_list_is_as_none_given(monkeypatch):
    monkeypatch.setenv("CSRF_TRUSTED_ORIGINS", "")

    assert environment.words("CSRF_TRUSTED_ORIGINS", ["https://a.example"]) == ["https://a.example"]


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


def written(key, path):
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def test_signing_keys_are_read_from_their_files(monkeypatch, tmp_path):
    keys = {slug: Ed25519PrivateKey.generate() for slug in ("hod", "hdir")}
    paths = {slug: written(key, tmp_path / slug) for slug, key in keys.items()}
    monkeypatch.setenv("KEYS", f"hod={paths['hod']}, hdir={paths['hdir']}")

    read_keys = environment.signing_keys("KEYS")

    assert {slug: key.private_bytes_raw() for slug, key in read_keys.items()} == {
        slug: key.private_bytes_raw() for slug, key in keys.items()
    }


def test_no_signing_keys_unless_told(monkeypatch):
    monkeypatch.delenv("KEYS", raising=False)

    assert environment.signing_keys("KEYS") == {}


@pytest.mark.parametrize("fault", ["missing", "nonsense", "another kind", "no path"])
def test_what_is_no_signing_key_is_refused_at_start(monkeypatch, tmp_path, fault):
    path = tmp_path / "key.pem"
    if fault == "nonsense":
        path.write_text("hemmelig")
    if fault == "another kind":
        written(ec.generate_private_key(ec.SECP256R1()), path)
    monkeypatch.setenv("KEYS", "hod" if fault == "no path" else f"hod={path}")

    with pytest.raises(ImproperlyConfigured, match=r"KEYS: .*key"):
        environment.signing_keys("KEYS")
