"""What makes a number an organisation number."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.no import orgnr


def validate_organisation_number(value):
    """Nine digits with a valid mod 11 control digit (Enhetsregisteret's rule)."""
    if not (value.isdecimal() and orgnr.is_valid(value)):
        raise ValidationError(
            _("“%(value)s” is not an organisation number. It has nine digits; check them."),
            params={"value": value},
            code="organisation_number",
        )
