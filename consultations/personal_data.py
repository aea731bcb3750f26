"""Finds what looks like personal data in a text, so that a person can decide on it.

Screening flags and never removes, so a doubtful number is better shown than missed;
but years, amounts, law references, case numbers and organisation numbers fill every
høringssvar, and a moderator who sees flags everywhere stops looking. What is written
like a phone number and nothing else is flagged; what has control digits must pass them.

Every pattern has a bounded length and is tried once per place in the text, so the time
grows in proportion to the text, whatever the text is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.no import kontonr

from accounts.unseen import UNSEEN


class Kind(TextChoices):
    """What sort of personal data. The first ones win where two read the same digits."""

    NATIONAL_ID = "national_id", _("national identity number")
    CARD_NUMBER = "card_number", _("card number")
    BANK_ACCOUNT = "bank_account", _("bank account number")
    PHONE = "phone", _("phone number")
    EMAIL = "email", _("e-mail address")


@dataclass(frozen=True, slots=True)
class Finding:
    """One passage: `text[start:end]` of the text that was searched."""

    kind: Kind
    start: int
    end: int
    text: str


def find_personal_data(text: str) -> list[Finding]:
    """All findings in the order of the text, none overlapping another.

    Of two that overlap the longer is kept: a phone number inside an e-mail address is
    the e-mail address. Of two equally long, the first kind in `Kind`. Characters that are
    not seen, as between the digits of what is pasted, hide nothing.
    """
    if UNSEEN_ANYWHERE.search(text):
        return _find_behind_unseen(text)
    candidates = sorted(
        _candidates(text), key=lambda found: (found.start - found.end, KINDS.index(found.kind))
    )
    taken = bytearray(len(text))
    findings = []
    for found in candidates:
        if not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\x01" * (found.end - found.start)
            findings.append(found)
    return sorted(findings, key=lambda found: found.start)


def _find_behind_unseen(text: str) -> list[Finding]:
    """The same as if no unseen character were there; what is found holds those within it."""
    places = [place for place, one in enumerate(text) if not UNSEEN_ANYWHERE.match(one)]
    return [
        Finding(found.kind, start, end, text[start:end])
        for found in find_personal_data("".join(text[place] for place in places))
        for start, end in [(places[found.start], places[found.end - 1] + 1)]
    ]


# What `accounts.unseen` takes out of a public text, and what it leaves for other scripts.
UNSEEN_ANYWHERE = re.compile(f"{UNSEEN.pattern}|[\u00ad\u034f\u061c\u200c-\u200f]")
# Between the groups of digits that make a number: a space of any width or a full stop; in
# some also a hyphen or slash. At most three, so that " - " is a gap and a new line is not.
SPACE = r"[ \u00a0\u2007\u2009\u202f.]"
GAP = r"[ \u00a0\u2007\u2009\u202f.,/\-\u2011\u2013]{1,3}"
DASH = r"[ \u00a0.\-\u2011]"


def _number(*groupings: str) -> re.Pattern:
    """A number written in one of these groupings, no digits touching it on either side.

    It stands in a look-ahead, so that a place refused hides none that begins inside it.
    """
    body = "|".join(groupings)
    return re.compile(rf"(?<![0-9])(?=({body})(?![0-9]))", re.IGNORECASE)


NATIONAL_ID = _number(
    rf"(?:[0-9]{{6}}|[0-9]{{2}}{GAP}[0-9]{{2}}{GAP}[0-9]{{2}})(?:{GAP})?[0-9]{{3}}(?:{GAP})?[0-9]{{2}}"
)
NATIONAL_ID_WITH_CENTURY = _number(
    rf"(?:[0-9]{{4}}|[0-9]{{2}}{GAP}[0-9]{{2}}{GAP})(?:18|19|20)[0-9]{{2}}(?:{GAP})?[0-9]{{5}}"
)
BANK_ACCOUNT = _number(
    r"[0-9]{11}",
    rf"[0-9]{{4}}{SPACE}[0-9]{{2}}{SPACE}[0-9]{{5}}",
    rf"NO[0-9]{{2}}{SPACE}?[0-9]{{4}}{SPACE}?[0-9]{{4}}{SPACE}?[0-9]{{3}}",
)
CARD_NUMBER = _number(
    r"[0-9]{13,19}",
    rf"[0-9]{{4}}(?:{DASH}[0-9]{{4}}){{3}}(?:{DASH}[0-9]{{3}})?",
    rf"[0-9]{{4}}{DASH}[0-9]{{6}}{DASH}[0-9]{{4,5}}",
)
# Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay and Maestro.
CARD_ISSUER = re.compile(
    r"4(?:.{12}|.{15}|.{18})$|5[1-5].{14}$|(?:222[1-9]|22[3-9]|2[3-6]|27[01]|2720).{12,14}$"
    r"|3[47].{13}$|3(?:0[0-5]|[689]).{11,12}$|35[2-8].{13}$|(?:50|5[6-8]|6).{11,17}$"
)
PHONE = _number(
    rf"(?:47{SPACE})?[2-79][0-9]{{7}}",
    rf"(?:47{SPACE})?[2-79][0-9]{{2}}{SPACE}[0-9]{{2}}{SPACE}[0-9]{{3}}",
    rf"(?:47{SPACE})?[2-79][0-9](?:{SPACE}[0-9]{{2}}){{3}}(?!{SPACE}[0-9]{{2}}(?![0-9]))",
)
PHONE_WITH_COUNTRY = re.compile(
    rf"(?<![0-9+(])(?=(\(?(?:\+|00)47\)?{SPACE}?-?(?:[0-9]{SPACE}?){{7}}[0-9]"
    r"|\+[1-9](?:\)?[ \u00a0\-]?[0-9]){8,14})(?![0-9]))"
)
EMAIL = re.compile(
    r"(?<![\w+%-])(?=([\w+%][\w.+%&'-]{0,63}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?![\w-]))",
    re.IGNORECASE,
)
# What stands beside eight digits that are no phone number: an amount, a case, an address on
# the web, part of a word or of a row of numbers.
NO_PHONE_BEFORE = re.compile(
    r"(?:\b(?:kr|nok|eur|usd|saks?|saksnr|saksnummer|ref|referanse|dok|lov|kid|isbn|issn)[.:]?\s?"
    r"|[€$£§#]\s?|[0-9][ \u00a0]|(?<![0-9])[0-9]{1,4}[/.,-]|[^\W\d][/-]|[\w=])\Z",
    re.IGNORECASE,
)
NO_PHONE_AFTER = re.compile(
    r"\w|[/.,-][0-9]{1,4}(?![0-9])|[ \u00a0]?(?:kr\b|kroner|nok\b|mill|mrd|%|,-|[0-9])",
    re.IGNORECASE,
)
PHONE_WORD_BEFORE = re.compile(
    r"(?:\b(?:tlf|telefon|mobil|mob|ring|sms)\w*|☎|📞)[^\w\n]{0,5}(?:n(?:r|ummer)[^\w\n]{0,3})?\Z",
    re.IGNORECASE,
)
LONGEST_WORD_BEFORE = 30
FEWEST_DIGITS = 8  # of any number that is looked for; most texts have fewer, and are soon read


def _candidates(text: str) -> Iterator[Finding]:
    may_hold_number = sum(map(text.count, "0123456789")) >= FEWEST_DIGITS
    may_hold_email = "@" in text
    for kind, pattern, is_right in RECOGNISERS:
        if not (may_hold_email if kind is Kind.EMAIL else may_hold_number):
            continue
        for match in pattern.finditer(text):
            if is_right(match):
                yield Finding(kind, match.start(1), match.end(1), match[1])


def _digits(match: re.Match) -> str:
    return "".join(filter(str.isdigit, match[1]))


def _is_national_id(match: re.Match) -> bool:
    return is_national_id(_digits(match))


def _is_national_id_with_century(match: re.Match) -> bool:
    digits = _digits(match)
    return is_national_id(digits[:4] + digits[6:])


def is_national_id(digits: str) -> bool:
    """Whether eleven digits are a fødselsnummer, or a number of its family.

    D-numbers add 40 to the day and H-numbers 40 to the month; the synthetic people of
    Skatteetaten and NAV add 80, 65 or 40 to the month. FH-numbers begin with 8 or 9 and
    hold no date.

    The rule is Skatteetaten's for numbers given from 2032, which also passes every number
    given before: the first control digit leaves a remainder of 0, 1, 2 or 3, the second
    of 0, and the individual number no longer tells the century. It lets through about 1 in
    100 other numbers of eleven digits, against 1 in 400 by the old rule; both are few, and
    nobody has to remember to change this in 2032. (stdnum.no.fodselsnummer knows neither
    the new rule nor the synthetic numbers.)
    """
    first = sum(w * int(d) for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), digits, strict=False))
    second = sum(w * int(d) for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), digits, strict=True))
    return first % 11 <= 3 and second % 11 == 0 and (digits[0] in "89" or _has_birthday(digits))


def _has_birthday(digits: str) -> bool:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    day -= 40 if day > 40 else 0
    for added in (80, 65, 40):
        if month > added:
            month -= added
            break
    try:
        date(2000 + year, month, day)  # 2000 and 1900 differ only in 29 February of year 00
    except ValueError:
        return False
    return True


def _is_bank_account(match: re.Match) -> bool:
    digits = _digits(match)[-11:]
    return not digits.startswith("0000") and kontonr.is_valid(digits)


def _is_card_number(match: re.Match) -> bool:
    digits = _digits(match)
    return bool(CARD_ISSUER.match(digits)) and luhn.is_valid(digits)


def _is_phone(match: re.Match) -> bool:
    """Eight digits in a Norwegian grouping, unless what stands around says otherwise.

    Eight digits in one run may be a date; they are a phone number only if they cannot be,
    or if a word such as “tlf.” stands before them.
    """
    text, start, end = match.string, match.start(1), match.end(1)
    before = text[max(0, start - LONGEST_WORD_BEFORE) : start]
    if PHONE_WORD_BEFORE.search(before):
        return True
    if NO_PHONE_BEFORE.search(before) or NO_PHONE_AFTER.match(text, end):
        return False
    return not (match[1].isdigit() and _is_a_date(match[1]))


def _is_a_date(digits: str) -> bool:
    """Written 20240131 or 31012024, between 1900 and 2099."""
    for year, month, day in (
        (digits[:4], digits[4:6], digits[6:]),
        (digits[4:], digits[2:4], digits[:2]),
    ):
        if year[:2] in ("19", "20"):
            try:
                date(int(year), int(month), int(day))
            except ValueError:
                continue
            return True
    return False


def _always(match: re.Match) -> bool:
    return True


KINDS = list(Kind)
RECOGNISERS = (
    (Kind.NATIONAL_ID, NATIONAL_ID, _is_national_id),
    (Kind.NATIONAL_ID, NATIONAL_ID_WITH_CENTURY, _is_national_id_with_century),
    (Kind.CARD_NUMBER, CARD_NUMBER, _is_card_number),
    (Kind.BANK_ACCOUNT, BANK_ACCOUNT, _is_bank_account),
    (Kind.PHONE, PHONE, _is_phone),
    (Kind.PHONE, PHONE_WITH_COUNTRY, _always),
    (Kind.EMAIL, EMAIL, _always),
)
