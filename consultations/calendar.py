"""A deadline as a file that every calendar program reads (iCalendar, RFC 5545)."""

from datetime import UTC
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from consultations.models import Amendment


def deadline_calendar(consultation, address):
    """The bytes of a calendar with the deadline alone, in the language that is active.

    The same deadline always has the same UID, and each time it is moved a higher SEQUENCE,
    so that a calendar that has it already moves it. There is no METHOD, which would ask for
    an organiser with an address (RFC 5546). DTSTAMP is when it was last set: the
    same file for everybody.
    """
    moves = consultation.amendments.filter(kind=Amendment.Kind.DEADLINE)
    set_at = [consultation.published_at, *moves.values_list("amended_at", flat=True)]
    deadline = Event()
    deadline.add("uid", str(uuid5(NAMESPACE_URL, f"{settings.SITE_URL}/{consultation.source}")))
    deadline.add("sequence", len(set_at) - 1)
    deadline.add("dtstamp", max(set_at).astimezone(UTC).replace(microsecond=0))
    deadline.add("dtstart", consultation.deadline_at.astimezone(UTC).replace(microsecond=0))
    deadline.add("summary", _("Deadline: %(title)s") % {"title": consultation.title})
    deadline.add("description", _("Read and answer: %(address)s") % {"address": address})
    deadline.add("url", address)
    deadline.add("transp", "TRANSPARENT")  # one is not busy at a deadline
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//NONSGML 1.0//NB")
    calendar.add("version", "2.0")
    calendar.add_component(deadline)
    return calendar.to_ical()
