"""How the public pages put a consultation's time and texts into words."""

import re

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.models import Publication
from consultations.redaction import REDACTED
from consultations.richtext import cleaned

register = template.Library()
register.filter("cleaned", cleaned)
PARAGRAPHS = re.compile(r"\n\s*\n")


@register.filter
def time_left(consultation):
    """How long an open consultation still takes answers: in days, by the calendar."""
    if consultation.is_past_deadline:
        return _("The deadline has passed")
    days = (timezone.localdate(consultation.deadline_at) - timezone.localdate()).days
    if days == 0:
        return _("Last day today")
    if days == 1:
        return _("1 day left: until tomorrow")
    return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}


@register.filter
def public_paragraphs(response):
    """The public text as paragraphs; what is redacted is read out as "redacted"."""
    text = str(conditional_escape(response.public_text.replace("\r\n", "\n").strip()))
    if response.publication == Publication.REDACTED:
        text = text.replace(REDACTED, _redacted())
    paragraphs = (part.replace("\n", "<br>") for part in PARAGRAPHS.split(text) if part)
    return mark_safe("".join(f"<p>{part}</p>" for part in paragraphs))  # noqa: S308 — escaped above


def _redacted():
    return format_html(
        '<span class="redacted"><span aria-hidden="true">{}</span>'
        '<span class="ds-sr-only">[{}]</span></span>',
        REDACTED,
        _("redacted"),
    )
