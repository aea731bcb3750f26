"""Log-in at a provider in a real browser, whose Content-Security-Policy lets it through."""

import pytest

from accounts.models import User
from tests.openid_provider import NATIONAL_ID, openid_provider

pytestmark = pytest.mark.xdist_group("provider")


@pytest.fixture
def provider(base_url, tmp_path, settings):
    with openid_provider(tmp_path, base_url) as started:
        app = {
            "provider_id": "prove",
            "name": "Prøveporten",
            "client_id": "netthoring",
            "secret": "a secret of the test",
            "settings": {
                "server_url": started.url,
                "private_key": "",
                "key_id": "",
                "levels": ["idporten-loa-high"],
                "origins": [started.url],
            },
        }
        of_all = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": of_all | {"APPS": [app]}}
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        allowed = {"form-action": [*directives["form-action"], started.url]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives | allowed}
        yield started


def test_log_in_at_a_provider_and_out_again(page, base_url, provider, axe):
    page.goto(f"{base_url}/en/konto/login/")
    page.click("text=Log in with Prøveporten")
    page.fill("input[name=who]", NATIONAL_ID)
    page.click("text=Log in")
    page.wait_for_url("**/en/min-side/")

    shown = page.inner_text("main")

    assert "Åse Prøve" in shown
    assert User.objects.get().email == "ase@prove.example"
    page.goto(f"{base_url}/en/konto/logout/")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{provider.url}/session/end**")
    assert axe(f"{base_url}/en/konto/login/") == []
    assert axe(f"{base_url}/en/konto/signup/", color_scheme="dark") == []
