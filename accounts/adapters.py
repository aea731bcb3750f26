"""How allauth fits in: its mails are notices, owed and delivered like all others, and a person
who comes from another provider leaves little behind."""

import logging
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as request_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.shortcuts import render, resolve_url
from django.utils.translation import get_language, override
from requests import RequestException

from accounts.abuse import pseudonym
from accounts.notices import owe_notice
from accounts.provider import LevelTooLow, farewell

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        """Owe the mail instead of sending it: a mail server that is down stops no sign-up.

        The site is named by the settings: the host of a request is what the client says.
        """
        site = {"name": settings.SITE_NAME, "domain": urlsplit(settings.SITE_URL).netloc}
        known = {"request": request_context.request, "email": email, "current_site": site}
        user = context.get("user")
        with override(user.language if user and user.pk else get_language()):
            message = self.render_mail(template_prefix, email, known | context)
        owe_notice(email=email, subject=message.subject, body=message.body)

    def format_email_subject(self, subject):
        return f"{settings.SITE_NAME}: {subject}"

    def get_client_ip(self, request):
        """A pseudonym of the address: the limits of attempts need no more, and keep it."""
        return pseudonym(super().get_client_ip(request))

    def get_logout_redirect_url(self, request):
        home = resolve_url(super().get_logout_redirect_url(request))
        return farewell(request, home) or home


class ProviderAccountAdapter(DefaultSocialAccountAdapter):
    """The first log-in makes an account, and asks for what the provider does not tell."""

    def pre_social_login(self, request, sociallogin):
        sociallogin.token = None  # it would otherwise wait in the session for the sign-up

    def populate_user(self, request, sociallogin, data):
        sociallogin.user.email = data.get("email") or ""
        sociallogin.user.name = (data.get("name") or "")[:150]
        return sociallogin.user

    def is_auto_signup_allowed(self, request, sociallogin):
        return bool(sociallogin.user.name)

    def get_signup_form_initial_data(self, sociallogin):
        return {"email": sociallogin.user.email, "name": sociallogin.user.name}

    def on_authentication_error(
        self, request, provider, error=None, exception=None, extra_context=None
    ):
        """A plain page that says what to do. The fault's own words may hold what nobody is to
        know, so only its kind is logged."""
        kind = type(exception).__name__ if exception else error
        log.warning("No log-in by the provider %s: %s", provider.app.provider_id, kind)
        is_down = isinstance(exception, RequestException)
        context = {
            "provider": provider,
            "is_level_too_low": isinstance(exception, LevelTooLow),
            "is_cancelled": error == AuthError.CANCELLED,
            "is_down": is_down,
        }
        page = render(
            request, "accounts/no_log_in_user.html", context, status=503 if is_down else 401
        )
        raise ImmediateHttpResponse(page)
