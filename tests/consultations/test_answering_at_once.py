"""Two presses at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from consultations.models import Response
from tests import factories
from tests.consultations.answering import address


@pytest.mark.django_db(transaction=True)
def test_send_pressed_twice_at_once_shows_the_receipt_twice():
    draft = factories.draft()

    def press(_each):
        try:
            return Client().post(address("draft-send", draft))["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        places = list(people.map(press, range(4)))

    assert places == [address("receipt-show", draft)] * 4
    assert Response.objects.exclude(received_at=None).count() == 1
