"""The deadline as an event in the calendars of those who answer."""

from datetime import UTC, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override
from icalendar import Calendar

from consultations.actions import edit_consultation
from consultations.models import Consultation
from tests import factories
from tests.consultations.reading import address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    """The words of the code, whatever the catalogues say."""
    with override("en"):
        yield


def event_of(client, consultation, language="en"):
    page = client.get(address(consultation, "frist.ics").replace("/en/", f"/{language}/"))
    assert page.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert page.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not page.cookies
    return Calendar.from_ical(page.content).events[0]


def test_the_deadline_is_read_back_by_a_calendar(client, consultation, settings):
    event = event_of(client, consultation)

    consultation = Consultation.objects.get(pk=consultation.pk)
    assert event.start == consultation.deadline_at.replace(microsecond=0)
    assert event.start.tzinfo is not None
    assert event["SUMMARY"] == f"Deadline: {consultation.title}"
    assert event["URL"] == settings.SITE_URL + address(consultation)
    assert event["DTSTAMP"].dt == consultation.published_at.astimezone(UTC).replace(microsecond=0)
    assert event["SEQUENCE"] == 0


def test_a_moved_deadline_is_the_same_event_and_newer(client, consultation):
    before = event_of(client, consultation)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        later = consultation.deadline_at + timedelta(days=7)
        edit_consultation(consultation, by=None, deadline_at=later)
        after = event_of(client, consultation)

    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert after.start == later.replace(microsecond=0)


def test_the_deadline_is_given_in_every_language_and_for_no_draft(client, consultation):
    draft = factories.drafted_consultation()

    for language in ("nb", "nn", "en"):
        assert f"/{language}/" in event_of(client, consultation, language)["URL"]
    assert client.get(address(draft, "frist.ics")).status_code == 404


def test_a_title_can_not_break_out_of_the_calendar(client):
    title = "Mat; drikke, og\\mer – en svært lang tittel om det vi spiser, " * 3
    consultation = factories.open_for_answers(title=title.strip())

    assert event_of(client, consultation)["SUMMARY"] == f"Deadline: {title.strip()}"
