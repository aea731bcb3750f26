"""What is not seen is taken out, and nothing that a language needs."""

import pytest

from accounts.unseen import without_unseen


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Ola\u202e neppeS", "Ola neppeS"),
        ("\u202aa\u202bb\u202cc\u202dd\u2066e\u2067f\u2068g\u2069", "abcdefg"),
        ("nor\u200bge \ufeffog \u2060fred", "norge og fred"),
        ("bell\x07 og \x1b[2J og \x85", "bell og [2J og "),
        ("merket\U000e0041\U000e0042", "merket"),
        ("to\tlinjer\r\nher", "to\tlinjer\r\nher"),
        ("Blåbærsyltetøy – «godt» 👩‍🌾", "Blåbærsyltetøy – «godt» 👩‍🌾"),
        ("می‌خواهم ראשון\u200f!", "می‌خواهم ראשון\u200f!"),
    ],
)
def test_what_turns_or_hides_is_taken_out(written, shown):
    assert without_unseen(written) == shown
