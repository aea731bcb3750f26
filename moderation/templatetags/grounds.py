"""A ground in words, for pages that know only its code."""

from django import template

from moderation.models import PublicationGround, RejectionGround

register = template.Library()
LABELS = dict(PublicationGround.choices) | dict(RejectionGround.choices)


@register.filter
def ground(code):
    return LABELS.get(code, code)
