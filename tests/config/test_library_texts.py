"""The libraries' texts that we say in Norwegian ourselves are texts that they still have."""

from pathlib import Path

import allauth
import django
import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import gettext, override

LIBRARY = Path(settings.BASE_DIR, "locale/library")


def texts(path):
    with path.open("rb") as file:
        return {message.id for message in read_po(file) if message.id}


def known_to_the_libraries():
    catalogues = [
        *Path(django.__file__).parent.rglob("locale/en/LC_MESSAGES/django.po"),
        *Path(allauth.__file__).parent.rglob("locale/*/LC_MESSAGES/django.po"),
    ]
    return set().union(*map(texts, catalogues))


@pytest.mark.parametrize(
    "catalogue", sorted(LIBRARY.rglob("django.po")), ids=lambda path: path.parts[-3]
)
def test_library_texts_are_still_said_by_the_libraries(catalogue):
    ours = texts(catalogue)

    assert ours
    assert ours - known_to_the_libraries() == set()


def test_library_texts_are_found_in_nynorsk():
    with override("nn"):
        said = gettext("Forgot your password?")

    assert "passord" in said.lower()
