"""Who is stopped before a form is read: machines and floods, and nobody who has logged in.

No third party is asked, and no address is kept. The cache counts, for one window, under a
keyed hash of the address that changes with every window; where the cache is gone, everybody
gets through. A person who is stopped by mistake is told how to get through.
"""

import time
from ipaddress import ip_address, ip_network
from math import ceil

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WINDOW = 600  # seconds
LIMITS = {  # per address and window: a whole school may sit behind one address
    "answer": 60,
    "draft": 600,
    "follow": 60,
    "discussion": 60,
    "report": 60,
    "access": 60,
    "sign-up": 60,
    "look-up": 300,
}
HONEYPOT = "homepage"  # a person does not see it, a machine fills it in
OPENED = "opened"  # when the form was shown, signed


def stop(request, purpose, *, is_timed=True, begun_at=None):
    """What to tell a visitor who must not go on now, or None. Counts this attempt.

    The form holds `{% human_fields %}`; one that stands on a cached page does not, and is
    not timed. A form that goes on with what was `begun_at` a time is timed from then: to mend
    what was wrong may take a second. The caller keeps what was typed, and shows it again.
    """
    if request.user.is_authenticated:
        return None
    if request.POST.get(HONEYPOT, "").strip():
        return _(
            "A field that people do not see was filled in, perhaps by your browser. It is empty "
            "again now, and what you wrote is kept. Press the button once more, or log in."
        )
    seconds = max(_seconds_open(request.POST.get(OPENED, "")), _seconds_since(begun_at))
    if is_timed and seconds < settings.FORM_MINIMUM_SECONDS:
        return _(
            "The form was sent sooner than a person can read it. What you wrote is kept. Wait a "
            "few seconds and press the button once more, or log in."
        )
    count, seconds_left = _count(request, purpose)
    if count > LIMITS[purpose]:
        minutes = ceil(seconds_left / 60)
        return ngettext(
            "Many have sent from your network just now. What you wrote is kept. Wait %(minutes)d "
            "minute and press the button once more, or log in, or write to us by e-mail.",
            "Many have sent from your network just now. What you wrote is kept. Wait %(minutes)d "
            "minutes and press the button once more, or log in, or write to us by e-mail.",
            minutes,
        ) % {"minutes": minutes}
    return None


def opened_at(request=None):
    """The time at which a form is shown, signed. One that is shown once more, with what was
    wrong in it, has been open since the first time: to mend that may take a second."""
    posted = request.POST.get(OPENED, "") if request else ""
    return posted if _seconds_open(posted) else signing.dumps(time.time(), salt=OPENED)


def pseudonym(address):
    """A keyed hash that stands for an address today; tomorrow it is another.

    Of IPv6, a subscriber has a whole /64.
    """
    address = ip_address(address)
    network = ip_network((address, 64 if address.version == 6 else 32), strict=False)
    return _hash(time.strftime("%Y-%m-%d"), network)


def _count(request, purpose):
    """How many attempts this one makes, and the seconds until they are forgotten."""
    window, elapsed = divmod(int(time.time()), WINDOW)
    address = get_adapter().get_client_ip(request)  # a pseudonym already
    key = f"attempts:{_hash(window, purpose, address)}"
    cache.add(key, 0, WINDOW - elapsed)
    try:
        return cache.incr(key) or 0, WINDOW - elapsed  # None where the cache is gone
    except ValueError:  # forgotten meanwhile
        return 0, WINDOW - elapsed


def _seconds_open(opened):
    try:
        return time.time() - signing.loads(opened, salt=OPENED)
    except signing.BadSignature:
        return 0


def _seconds_since(moment):
    return time.time() - moment.timestamp() if moment else 0


def _hash(*parts):
    return salted_hmac("accounts.abuse", repr(parts), algorithm="sha256").hexdigest()[:32]
