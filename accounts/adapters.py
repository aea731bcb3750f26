"""How allauth fits in: its mails are notices, owed and delivered like all others."""

from allauth.account.adapter import DefaultAccountAdapter

from accounts.notices import owe_notice


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        """Owe the mail instead of sending it: a mail server that is down stops no sign-up."""
        message = self.render_mail(template_prefix, email, context)
        owe_notice(email=email, subject=message.subject, body=message.body)
