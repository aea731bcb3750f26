"""Asks Enhetsregisteret for the organisation behind a number.

Off unless ENHETSREGISTERET_URL is set. The register may be slow, down or speak nonsense: then
people go on with what they typed, and a sweep asks again.
"""

import json
from dataclasses import dataclass

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from stdnum.no import orgnr

from accounts.models import OrganisationKind

TIMEOUT = (2, 3)  # seconds to connect, and to wait for the answer: a person waits meanwhile
LONGEST_ANSWER = 100_000  # bytes
GONE = (404, 410)  # unknown, and taken out of the open data
NONSENSE = (AttributeError, LookupError, TypeError, ValueError)  # not the JSON of a unit
KINDS = {  # organisasjonsform → kind; what is not here is other
    OrganisationKind.PUBLIC_BODY: "ADOS FKF FYLK IKS KF KOMM ORGL SF STAT SÆR",
    OrganisationKind.NGO: "FLI STI",
    OrganisationKind.BUSINESS: "ANS AS ASA BA BBL BRL DA ENK GFS KS NUF PK PRE SA SE SPA",
}
KIND_OF = {form: kind for kind, forms in KINDS.items() for form in forms.split()}


class RegisterUnreachable(Exception):
    """The register is off, down, or says what nobody understands."""


@dataclass(frozen=True)
class Found:
    """What the register knows of an organisation, its name as the register writes it."""

    number: str
    name: str
    kind: OrganisationKind
    is_deleted: bool
    is_bankrupt: bool


def is_on():
    return bool(settings.ENHETSREGISTERET_URL)


def look_up(number):
    """What is Found under a number, or None where there is no such organisation.

    A number with a wrong control digit is not asked for. Raises RegisterUnreachable.
    """
    if not orgnr.is_valid(number):
        return None
    number = orgnr.compact(number)
    if not is_on():
        raise RegisterUnreachable("off")
    try:
        with requests.get(
            f"{settings.ENHETSREGISTERET_URL}/enheter/{number}",
            headers={"Accept": "application/json"},
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code in GONE:
                return None
            answer.raise_for_status()
            return _found(number, json.loads(next(answer.iter_content(LONGEST_ANSWER), b"")))
    except (requests.RequestException, *NONSENSE) as fault:
        raise RegisterUnreachable(type(fault).__name__) from fault


def describe(found):
    """What is said of a Found, or of None."""
    if found is None:
        return _("No organisation has this number. Check the nine digits.")
    if found.is_deleted:
        return _("%(name)s is deleted from Enhetsregisteret.") % {"name": found.name}
    if found.is_bankrupt:
        return _("%(name)s is bankrupt, says Enhetsregisteret.") % {"name": found.name}
    return _("Found in Enhetsregisteret: %(name)s.") % {"name": found.name}


def _found(number, unit):
    """Raises NONSENSE where this is no unit of that number."""
    name = " ".join(unit["navn"].split())[:200]
    if unit["organisasjonsnummer"] != number or not name:
        raise ValueError("another unit")
    return Found(
        number=number,
        name=name,
        kind=KIND_OF.get(unit["organisasjonsform"]["kode"], OrganisationKind.OTHER),
        is_deleted="slettedato" in unit,  # a deleted unit is answered with status 200 too
        is_bankrupt=unit.get("konkurs") is True,
    )
