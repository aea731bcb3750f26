"""What an action is, and what it asks before it writes: who, and when.

`action` makes it one transaction, `require` answers for permissions, `move` for life
cycles. Each app's `lifecycle.py` holds the table of what may follow what and calls `move`.
"""

import threading
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

_deciding = threading.local()


class ActionRefused(Exception):
    """A rule says no. The text is for the person who pressed: what, why, what now."""


def action(decide):
    """Make a function one decision in one transaction: all that it writes, or nothing.

    An action that another one calls joins its transaction, without a savepoint of its own.
    So what is refused inside undoes both, and no action may catch another's refusal.
    """

    @wraps(decide)
    def decided(*args, **kwargs):
        if getattr(_deciding, "is_on", False):
            return decide(*args, **kwargs)
        with transaction.atomic():
            _deciding.is_on = True
            try:
                return decide(*args, **kwargs)
            finally:
                _deciding.is_on = False  # before the commit: what runs then decides for itself

    return decided


def require(allowed):
    """Raise PermissionDenied unless `allowed` is true."""
    if not allowed:
        raise PermissionDenied


def move_all(things, axis, new, *, following, by, at=None, also=()):
    """`move` for many locked rows of one model without history, in one UPDATE.

    `also` holds fields, with the values that all of them get. All or none: raises
    ActionRefused for the first that the table does not allow.
    """
    at = at or timezone.now()
    changed = {}
    for thing in things:
        changed = _moved(thing, axis, new, following=following, by=by, at=at) | dict(also)
    if changed:
        rows = type(things[0])._default_manager.filter(pk__in=[thing.pk for thing in things])
        rows.update(**changed)


def move(thing, axis, new, *, following, by, at=None, also=()):
    """Set the state `axis` of `thing` to `new` where `following[old]` holds it, and stamp it.

    The stamps are `<state>_at` and `<state>_by` where the model has such fields, so that
    who never stands without when. `also` names fields that the caller has set and that must
    be written in the same UPDATE. The row must be locked by the caller. Raises
    ActionRefused, naming both states, where the table does not allow the move.
    """
    changed = _moved(thing, axis, new, following=following, by=by, at=at)
    thing.save(update_fields=[*changed, *also])


def _moved(thing, axis, new, *, following, by, at):
    """Set state and stamps on the object, and return what must be written."""
    old = getattr(thing, axis)
    if new not in following[old]:
        raise ActionRefused(thing.refusal(axis, new))
    fields = {field.name for field in thing._meta.concrete_fields}
    stamps = {f"{new.value}_at": at or timezone.now(), f"{new.value}_by": by}
    changed = {axis: new} | {name: value for name, value in stamps.items() if name in fields}
    for name, value in changed.items():
        setattr(thing, name, value)
    return changed
