"""Starts a real OpenID provider (npm's oidc-provider) beside the tests."""

import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import wanted

HERE = Path(__file__).resolve().parent
NATIONAL_ID = "13897048056"  # an invented one, with valid control digits
NAMELESS = "25810049890"
PEOPLE = {
    # As ID-porten tells of people: neither name nor address.
    NAMELESS: {"claims": {"pid": NAMELESS}, "acr": "idporten-loa-high"},
    NATIONAL_ID: {
        "claims": {
            "pid": NATIONAL_ID,
            "name": "Åse Prøve",
            "email": "ase@prove.example",
            "email_verified": True,
        },
        "acr": "idporten-loa-high",
    },
    "unverified": {
        "claims": {"name": "Ukjent", "email": "ukjent@prove.example", "email_verified": False},
        "acr": "idporten-loa-substantial",
    },
    "low": {
        "claims": {"name": "Lav", "email": "lav@prove.example", "email_verified": True},
        "acr": "low",
    },
}


class OpenIDProvider:
    """A provider that runs: where, and the tokens that it has given out."""

    def __init__(self, port, log):
        self.url = f"http://127.0.0.1:{port}"
        self.log = log

    @property
    def tokens(self):
        lines = self.log.read_text().splitlines()
        return [line.removeprefix("token ") for line in lines if line.startswith("token ")]


@contextmanager
def openid_provider(folder, site, *, key=None):
    """A provider whose only client is `site`, with a secret, or with the public `key` (a JWK)."""
    node = Path(sys.executable).with_name("node")
    node = wanted("node", node if node.exists() else shutil.which("node"))
    wanted("oidc-provider (npm ci)", (HERE.parent / "node_modules/oidc-provider").is_dir())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    by_key = {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key]}}
    client = {
        "client_id": "netthoring",
        "redirect_uris": [
            f"{site}/{language}/konto/innlogging/prove/svar/" for language in ("nb", "nn", "en")
        ],
        "post_logout_redirect_uris": [f"{site}/{language}/" for language in ("nb", "nn", "en")],
        "subject_type": "pairwise",
        **(by_key if key else {"client_secret": "a secret of the test"}),
    }
    given = {"port": port, "clients": [client], "people": PEOPLE}
    log = folder / "provider.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [node, HERE / "openid_provider.mjs"],
            env={**os.environ, "GIVEN": json.dumps(given)},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, log)
        yield OpenIDProvider(port, log)
    finally:
        process.stdin.close()
        process.wait()


def _wait(process, log):
    while "ready" not in log.read_text():
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
