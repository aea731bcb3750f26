"""Typed readings of the environment, which fail at start and say what to set."""

import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured


def text(name, default=None):
    """The variable's value, or `default`; without either the process refuses to start."""
    value = os.environ.get(name, default)
    if value is None or (value == "" and default is None):
        raise ImproperlyConfigured(f"Set {name} in the environment (see the README's table).")
    return value


def flag(name, default=False):
    """True for 1/true/yes, False for 0/false/no or nothing."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"1", "true", "yes"}:
        return True
    if value in {"0", "false", "no"}:
        return False
    if not value:
        return default
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def number(name, default):
    """A whole number ≥ 0."""
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def one_of(name, *values):
    """One of these words, by default the first."""
    value = os.environ.get(name) or values[0]
    if value not in values:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(values)}, not {value!r}.")
    return value


def words(name, default=()):
    """A comma-separated list; an empty one is as none given."""
    value = os.environ.get(name)
    if not value:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def folder(name, default):
    """A path, absolute or from the project's folder."""
    return Path(os.environ.get(name) or default).resolve()


def signing_keys(name):
    """Ed25519 private keys by what they are for: a comma-separated list of what=/path.pem."""
    return {
        what.strip(): _signing_key(name, path.strip())
        for what, _equals, path in (each.partition("=") for each in words(name))
    }


def _signing_key(name, path):
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"{name}: {path!r} is no private key in PEM.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"{name}: the key in {path!r} is not an Ed25519 key.")
    return key


# Where it is not said, each of django-pgtrigger's triggers finds out by an error that it catches,
# for each row; and PostgreSQL then looks through all that the statement has still to do.
NO_TRIGGER_PUT_ASIDE = "-c pgtrigger.ignore={}"


def database(url):
    """Django's settings for a postgres:// URL; `?host=/run/postgresql` names a socket's folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            **options,
            "options": f"{NO_TRIGGER_PUT_ASIDE} {options.get('options', '')}".rstrip(),
        },
    }


PROVIDER_KEYS = {
    "id": str,
    "name": str,
    "server_url": str,
    "client_id": str,
    "client_secret": str,
    "private_key_file": str,
    "key_id": str,
    "levels": list,
    "origins": list,
}
ALWAYS_GIVEN = ("id", "name", "server_url", "client_id")


def providers(name):
    """OpenID Connect providers for allauth, from a JSON list of objects with PROVIDER_KEYS.

    Each has the first four, and a secret or the file of a private key in PEM. `levels` are
    the values of `acr` that will do, by default any. `origins` is where its pages are, by
    default where its `server_url` is.
    """
    try:
        given = json.loads(os.environ.get(name) or "[]")
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a JSON list: {error}.") from error
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise ImproperlyConfigured(f"{name} must be a JSON list of objects.")
    return [_provider(name, each) for each in given]


def _provider(name, given):
    faults = [f"{key} is missing" for key in ALWAYS_GIVEN if not given.get(key)]
    faults += [f"{key} is not right" for key in given if not _is_provider_value(key, given[key])]
    if not given.get("client_secret") and not given.get("private_key_file"):
        faults.append("client_secret or private_key_file is missing")
    if not re.fullmatch(r"[\w-]*", str(given.get("id", ""))):
        faults.append("id has other than letters and digits")
    server = urlsplit(str(given.get("server_url", "")).rstrip("/"))
    if server.scheme not in {"http", "https"}:
        faults.append("server_url is no URL")
    if faults:
        raise ImproperlyConfigured(f"{name}: {', '.join(faults)} in {given.get('id')}.")
    key_file = given.get("private_key_file")
    return {
        "provider_id": given["id"],
        "name": given["name"],
        "client_id": given["client_id"],
        "secret": given.get("client_secret", ""),
        "settings": {
            "server_url": server.geturl(),
            "private_key": Path(key_file).read_text() if key_file else "",
            "key_id": given.get("key_id", ""),
            "levels": given.get("levels", []),
            "origins": given.get("origins") or [f"{server.scheme}://{server.netloc}"],
        },
    }


def _is_provider_value(key, value):
    return isinstance(value, PROVIDER_KEYS.get(key, ())) and (
        isinstance(value, str) or all(isinstance(each, str) for each in value)
    )
