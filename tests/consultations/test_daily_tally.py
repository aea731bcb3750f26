"""The days of the public figures: counted when responses are accepted, and counted after."""

from datetime import date
from importlib import import_module

import pytest
import time_machine
from django.db import connection

from accounts.models import OrganisationKind
from config.integrity import counters
from consultations.models import DailyTally, Response, SenderGroup, SenderKind
from moderation.actions import accept_response, accept_responses, publish_response
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]
FILL = import_module("consultations.migrations.0006_daily_tallies").FILL


def days():
    return set(DailyTally.objects.values_list("theme", "day", "sender_group", "accepted"))


def test_accepted_responses_are_counted_by_day_and_kind_of_sender():
    consultation = factories.some_consultation()
    theme = consultation.themes.filter(is_whole=False).first()
    ngo = {
        "sender_kind": SenderKind.ORGANISATION,
        "organisation_name": "Prøveforbundet",
        "organisation_kind": OrganisationKind.NGO,
        "name": "Nora Prøve",
        "email": "nora@prove.example",
    }
    responses = [
        factories.screened_response(consultation, **fields)
        for fields in ({}, {}, factories.named(), ngo)
    ]
    waiting = factories.screened_response(consultation)
    day = responses[0].received_at.date()

    accept_responses(responses[:3])
    accept_response(responses[3], by=None)

    assert {(theme, group, number) for theme, _day, group, number in days()} == {
        (theme.pk, SenderGroup.ANONYMOUS, 2),
        (theme.pk, SenderGroup.PERSON, 1),
        (theme.pk, SenderGroup.NGO, 1),
    }
    assert DailyTally.objects.get(sender_group=SenderGroup.NGO).day >= day
    assert waiting.status == "received"
    assert list(counters()) == []


def test_the_day_is_that_of_receipt_in_norway():
    consultation = factories.some_consultation()
    with time_machine.travel("2026-12-01T23:30:00+00:00", tick=False):
        response = factories.screened_response(consultation)

    accept_response(response, by=None)

    assert DailyTally.objects.get().day == date(2026, 12, 2)
    assert list(counters()) == []


def test_accepting_many_writes_the_days_at_once():
    consultation = factories.some_consultation()
    for number in (1, 3):
        responses = [factories.screened_response(consultation) for _ in range(number)]

        with connection.execute_wrapper(counted := Written()):
            accept_responses(responses)

        assert counted.days == 1


class Written:
    """How many times the days are written to."""

    days = 0

    def __call__(self, execute, sql, *rest):
        self.days += "INTO consultations_dailytally" in sql
        return execute(sql, *rest)


def test_check_integrity_notices_a_day_that_is_miscounted():
    response = factories.accepted_response()
    DailyTally.objects.update(accepted=2)
    assert len(list(counters())) == 1

    DailyTally.objects.all().delete()

    [breach] = counters()
    assert f"#{response.theme_id}" in breach


def test_publication_changes_no_day():
    response = factories.accepted_response()
    before = days()

    publish_response(response, by=None)

    assert days() == before


def test_the_migration_counts_what_was_accepted_before_and_can_run_twice():
    consultation = factories.some_consultation()
    organisation = factories.organisation(kind=OrganisationKind.PUBLIC_BODY)
    factories.accepted_response(consultation)
    factories.accepted_response(
        consultation,
        sender_kind=SenderKind.ORGANISATION,
        organisation=organisation,
        organisation_name=organisation.name,
        name="Nora Prøve",
        email="nora@prove.example",
    )
    counted = days()
    DailyTally.objects.all().delete()
    Response.objects.update(sender_group=SenderGroup.PERSON)

    for _time in range(2):
        with connection.cursor() as cursor:
            cursor.execute(FILL)

        assert days() == counted
    assert len(counted) == 2
