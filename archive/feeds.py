"""The names of what is told in feeds."""

from urllib.parse import urlsplit

from django.conf import settings


def tag(name):
    """An id that never changes (RFC 4151)."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{name}"
