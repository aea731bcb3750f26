"""Two who press, and two workers that tell, at the same moment."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from consultations.actions import (
    edit_consultation,
    follow,
    telling,
)
from consultations.models import Subscription
from consultations.tasks import (
    tell_outstanding,
)
from tests import factories
from tests.consultations.followers import KARI, follower, owed
from tests.presses import at_once

LATER = timedelta(minutes=16)


@pytest.fixture
def consultation(transactional_db):
    return factories.open_for_answers()


@pytest.mark.django_db(transaction=True)
def test_follow_pressed_twice_at_once_is_one_subscription_and_one_mail(consultation):
    def press():
        return follow(KARI, consultation=consultation, language="nb")

    at_once(press, press)

    assert Subscription.objects.count() == 1
    assert len(owed(email=KARI)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_each_follower_once(consultation, monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 2)
    everybody = [follower(f"nr{n}@folger.example", consultation=consultation) for n in range(5)]
    edit_consultation(consultation, by=consultation.created_by, summary="Noe nytt.")

    with time_machine.travel(timezone.now() + LATER):
        at_once(tell_outstanding, tell_outstanding)
        tell_outstanding()

    assert [email for email, _subject in owed()] == [each.email for each in everybody]
