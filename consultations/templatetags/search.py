"""How the search shows what it found."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

from consultations.redaction import REDACTED
from consultations.search import MARK, UNMARK
from consultations.templatetags.consultations import redacted_marker

register = template.Library()
FOUND = re.compile(f"{MARK}([^{MARK}{UNMARK}]*){UNMARK}")


@register.filter
def marked(snippet):
    """A piece of a public text, with what was found in <mark>."""
    text = FOUND.sub(r"<mark>\1</mark>", escape(snippet))
    text = text.replace(MARK, "").replace(UNMARK, "").replace(REDACTED, redacted_marker())
    return mark_safe(text)  # noqa: S308 — escaped above
