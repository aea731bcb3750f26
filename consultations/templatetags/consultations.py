"""How the public pages put a consultation's time and texts into words."""

import re

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import OrganisationKind
from consultations.models import Publication, SenderKind
from consultations.redaction import REDACTED
from consultations.richtext import cleaned, headings

register = template.Library()
register.filter("cleaned", cleaned)
register.filter("headings", headings)
LAST_MINUTE = "23:59"  # a deadline of the whole day
BEGINNING = 500  # characters
PARAGRAPHS = re.compile(r"\n\s*\n")


@register.filter
def time_left(consultation):
    """How long an open consultation still takes answers: in days, by the calendar."""
    if consultation.is_past_deadline:
        return _("The deadline has passed")
    days = (timezone.localdate(consultation.deadline_at) - timezone.localdate()).days
    if days == 0:
        time = date_format(timezone.localtime(consultation.deadline_at), "H:i")
        if time == LAST_MINUTE:
            return _("Last day today")
        return _("Closes today at %(time)s") % {"time": time}
    if days == 1:
        return _("1 day left: until tomorrow")
    return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}


@register.filter
def absolute(path):
    """The whole address of a path on this site, for those who read it elsewhere."""
    return settings.SITE_URL + path


@register.filter
def sender_kind(response):
    """What kind of sender it is, of one; empty for the anonymous, whose name says it."""
    if response.sender_group in OrganisationKind.values:
        return OrganisationKind(response.sender_group).label
    if response.submission.sender_kind == SenderKind.ANONYMOUS:
        return ""
    return response.submission.get_sender_kind_display()


@register.filter
def public_paragraphs(response):
    """The public text as paragraphs; what is redacted is read out as "redacted"."""
    return _paragraphs(response, response.public_text)


@register.filter
def public_beginning(response):
    """As much of the public text as a list shows, in the same way."""
    text = response.public_text
    if is_long(response):
        text = text[:BEGINNING].rsplit(None, 1)[0] + " …"
    return _paragraphs(response, text)


@register.filter
def is_long(response):
    """True where a list shows only the beginning: not for a line or two."""
    return len(response.public_text) > BEGINNING + BEGINNING // 5


def _paragraphs(response, text):
    text = str(conditional_escape(text.replace("\r\n", "\n").strip()))
    if response.publication == Publication.REDACTED:
        text = text.replace(REDACTED, redacted_marker())
    paragraphs = (part.replace("\n", "<br>") for part in PARAGRAPHS.split(text) if part)
    return mark_safe("".join(f"<p>{part}</p>" for part in paragraphs))  # noqa: S308 — escaped above


def redacted_marker():
    return format_html(
        '<span class="redacted"><span aria-hidden="true">{}</span>'
        '<span class="ds-sr-only">[{}]</span></span>',
        REDACTED,
        _("redacted"),
    )
