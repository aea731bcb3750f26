"""The two fields by which `accounts.abuse` tells machines from people."""

from django import template

from accounts.abuse import HONEYPOT, OPENED, opened_at

register = template.Library()


@register.inclusion_tag("components/_human_fields.html", takes_context=True)
def human_fields(context):
    """To stand inside a form whose view calls `stop`."""
    opened = opened_at(context.get("request"))
    return {"honeypot": HONEYPOT, "opened_name": OPENED, "opened": opened}
