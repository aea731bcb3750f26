"""What is an organisation number, and what only looks like one."""

import pytest
from django.core.exceptions import ValidationError

from accounts.validators import validate_organisation_number


@pytest.mark.parametrize("number", ["974760673", "889640782", "974761076", "983544622"])
def test_the_numbers_of_real_authorities_are_valid(number):
    assert validate_organisation_number(number) is None


@pytest.mark.parametrize(
    "number",
    [
        "974760674",  # the control digit
        "97476067",
        "9747606730",
        "974 760 673",
        "NO974760673",
        "٩٧٤٧٦٠٦٧٣",
        "974760673MVA",
        "abcdefghi",
        "",
    ],
)
def test_what_is_not_a_number_is_refused_and_named(number):
    with pytest.raises(ValidationError) as refused:
        validate_organisation_number(number)

    assert refused.value.code == "organisation_number"
    assert refused.value.params == {"value": number}
