"""What no log may hold."""

import logging

import pytest
from django.core import signing
from django.urls import reverse

from config.logs import WithoutSecrets
from consultations.receipts import CONFIRMATION_SALT
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged(caplog):
    """What the log says, through the filter that the settings put on it."""
    caplog.set_level(logging.WARNING, logger="django.request")  # a command may have hushed it
    caplog.handler.addFilter(WithoutSecrets())
    yield lambda: caplog.text
    caplog.handler.filters.clear()


def test_settings_put_the_filter_on_every_handler(settings):
    for handler in settings.LOGGING["handlers"].values():
        assert "without secrets" in handler["filters"]
    assert settings.LOGGING["filters"]["without secrets"]["()"] == "config.logs.WithoutSecrets"


def test_log_of_what_is_refused_holds_no_token(client, logged):
    submission = factories.submission()
    address = reverse("consultations:submission-add-to", args=[submission.token])

    page = client.get(address)

    assert page.status_code == 405
    assert "/innsending/…/tillegg/" in logged()
    assert submission.token not in logged()


def test_log_of_what_is_not_found_holds_no_signed_link(client, logged):
    signed = signing.dumps(10**9, salt=CONFIRMATION_SALT)

    page = client.get(reverse("consultations:email-confirm", args=[signed]))

    assert page.status_code == 404
    assert "/bekreft/…/" in logged()
    assert signed not in logged()


def test_other_lines_are_as_they_were(logged):
    logging.getLogger("prove").warning("%s of %d in 7KQ2-M4XW-9BTD", "one", 2)

    assert "one of 2 in 7KQ2-M4XW-9BTD" in logged()
