"""How the record names who did something: in text, for it must outlive the accounts."""

from django.conf import settings

from archive.legal_text import legal


def signature(by):
    """The person's name, or the platform's where the system acted."""
    return legal(str(by)) if by else settings.SITE_NAME
