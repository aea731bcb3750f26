"""What every template is given: the site's name and the languages. Never who reads."""

from django.conf import settings
from django.urls import translate_url

LANGUAGE_NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}  # each in its own language


def site(request):
    path = request.get_full_path()
    return {
        "site_name": settings.SITE_NAME,
        "language_links": [
            (code, name, translate_url(path, code)) for code, name in LANGUAGE_NAMES.items()
        ],
    }
