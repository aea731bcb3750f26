"""How allauth fits in: its mails are notices, owed and delivered like all others."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as request_context
from django.conf import settings

from accounts.notices import owe_notice


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        """Owe the mail instead of sending it: a mail server that is down stops no sign-up.

        The site is named by the settings: the host of a request is what the client says.
        """
        site = {"name": settings.SITE_NAME, "domain": urlsplit(settings.SITE_URL).netloc}
        known = {"request": request_context.request, "email": email, "current_site": site}
        message = self.render_mail(template_prefix, email, known | context)
        owe_notice(email=email, subject=message.subject, body=message.body)

    def format_email_subject(self, subject):
        return f"{settings.SITE_NAME}: {subject}"
