"""The two fields by which `accounts.abuse` tells machines from people."""

from django import template

from accounts.abuse import HONEYPOT, OPENED, opened_now

register = template.Library()


@register.inclusion_tag("components/_human_fields.html")
def human_fields():
    """To stand inside a form whose view calls `stop`."""
    return {"honeypot": HONEYPOT, "opened_name": OPENED, "opened": opened_now()}
