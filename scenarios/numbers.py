"""Synthetic numbers: valid by their control digits, and belonging to nobody.

A fødselsnummer has its month raised by 80, as in Skatteetaten's test population
(Tenor), and an organisation number begins with 3, as the test population's do;
neither is ever given to anybody. The telephone numbers begin with 58, which is
only used for longer numbers between machines.
"""

import hashlib
from random import Random

SYNTHETIC_MONTH = 80
FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
ORGANISATION_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def control_digit(digits: str, weights: tuple[int, ...]) -> int:
    """The modulo 11 digit; 10 means that these digits can have none."""
    return -sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11


def national_id(rng: Random) -> str:
    """A synthetic fødselsnummer for somebody born in the 1900s."""
    while True:
        day, month, year = rng.randrange(1, 29), rng.randrange(1, 13), rng.randrange(25, 95)
        digits = f"{day:02}{month + SYNTHETIC_MONTH:02}{year:02}{rng.randrange(500):03}"
        first = control_digit(digits, FIRST_WEIGHTS)
        if first == 10:
            continue
        second = control_digit(f"{digits}{first}", SECOND_WEIGHTS)
        if second != 10:
            return f"{digits}{first}{second}"


def organisation_number(source: str) -> str:
    """A synthetic organisation number, always the same for the same `source`."""
    start = int(hashlib.sha256(source.encode()).hexdigest(), 16)
    while True:
        digits = f"3{start % 10_000_000:07}"
        control = control_digit(digits, ORGANISATION_WEIGHTS)
        if control != 10:
            return f"{digits}{control}"
        start += 1


def telephone(rng: Random) -> str:
    return f"58 {rng.randrange(100):02} {rng.randrange(100):02} {rng.randrange(100):02}"
