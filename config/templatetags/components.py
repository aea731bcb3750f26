"""What the components need and a template can not say."""

from django import template

register = template.Library()


@register.filter
def dressed(field):
    """The form field, with the class by which Designsystemet draws its input."""
    field.field.widget.attrs.setdefault("class", "ds-input")
    return field
