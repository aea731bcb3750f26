"""Log-in at an OpenID Connect provider, such as ID-porten: what is asked, and what is kept.

allauth finds `provider_classes` here. Of what a provider tells, `sub` and the name are kept,
and an address that it has verified. ID-porten's tokens hold the fødselsnummer (`pid`), so
neither tokens nor claims reach a row, a session or a log.
"""

import logging
import time
import uuid
from urllib.parse import urlencode, urljoin

import jwt
from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

log = logging.getLogger(__name__)

ASSERTION_SECONDS = 60
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# What a provider that is down, or says what nobody understands, makes allauth raise.
UNUSABLE = (RequestException, LookupError, ValueError, TypeError)


class LevelTooLow(PermissionDenied):
    """The person logged in with less certainty than the settings ask for."""


class ProviderConversation(OpenIDConnectOAuth2Adapter):
    """The calls to a provider; with a private key where it has one instead of a secret."""

    @property
    def basic_auth(self):
        return not self._key and super().basic_auth

    def get_access_token_data(self, request, app, client, pkce_code_verifier=None):
        if not self._key:
            return super().get_access_token_data(request, app, client, pkce_code_verifier)
        self.did_fetch_access_token = True
        return client.get_access_token(
            request.GET["code"],
            pkce_code_verifier=pkce_code_verifier,
            extra_data={
                "client_assertion_type": JWT_BEARER,
                "client_assertion": self._assertion(app),
            },
        )

    @property
    def _key(self):
        return self.get_provider().app.settings["private_key"]

    def _assertion(self, app):
        now = int(time.time())
        claims = {
            "iss": app.client_id,
            "sub": app.client_id,
            "aud": self.openid_config["issuer"],
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        headers = {"kid": app.settings["key_id"]} if app.settings["key_id"] else None
        return jwt.encode(claims, self._key, algorithm="RS256", headers=headers)


class OpenIDConnect(OpenIDConnectProvider):
    """A provider of the settings; what the visitor's address adds to a request is not read."""

    oauth2_adapter_class = ProviderConversation

    def get_auth_params_from_request(self, request, action):
        levels = self.app.settings["levels"]
        asked = {"ui_locales": get_language()}
        return asked | ({"acr_values": " ".join(levels)} if levels else {})

    def get_scope_from_request(self, request):
        return self.get_scope()

    def sociallogin_from_response(self, request, response):
        """Raises LevelTooLow, and PermissionDenied where the answers are of two persons."""
        levels, id_token = self.app.settings["levels"], response["id_token"]
        if levels and id_token.get("acr") not in levels:
            raise LevelTooLow
        if response.get("userinfo", id_token)["sub"] != id_token["sub"]:
            raise PermissionDenied
        return super().sociallogin_from_response(request, {"id_token": kept(response)})

    def extract_extra_data(self, data):
        return {name: value for name, value in data["id_token"].items() if "email" not in name}


provider_classes = [OpenIDConnect]


def kept(response):
    """What is kept of the claims: who it is, the name, and an address that is verified."""
    claims = response["id_token"] | response.get("userinfo", {})
    names = ("sub", "name", "email") if claims.get("email_verified") is True else ("sub", "name")
    person = {name: claims[name] for name in names if isinstance(claims.get(name), str)}
    return person | ({"email_verified": True} if "email" in person else {})


@require_http_methods(["GET", "POST"])
def provider_login(request, provider_id):
    """Off to the provider. A GET asks first, so that no link of others logs anybody in."""
    return _converse(request, provider_id, OAuth2LoginView)


@require_GET
def provider_callback(request, provider_id):
    """Back from the provider."""
    return _converse(request, provider_id, OAuth2CallbackView)


def _converse(request, provider_id, view):
    conversation = ProviderConversation(request, provider_id)
    try:
        return view.adapter_view(conversation)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except UNUSABLE as fault:
        return render_authentication_error(request, conversation.get_provider(), exception=fault)


def farewell(request, home):
    """Where to go to end the provider's own session too and come back to `home`; None where
    nobody came from a provider, or it has no such address or is down."""
    records = get_authentication_records(request, request.user)
    came_from = [each for each in records if "provider" in each]
    if not came_from:
        return None
    try:
        provider = get_adapter().get_provider(request, came_from[-1]["provider"])
        end = provider.get_oauth2_adapter(request).openid_config["end_session_endpoint"]
    except (SocialApp.DoesNotExist, *UNUSABLE):
        return None
    back = {
        "client_id": provider.app.client_id,
        "post_logout_redirect_uri": urljoin(settings.SITE_URL, home),
    }
    return f"{end}?{urlencode(back)}"
