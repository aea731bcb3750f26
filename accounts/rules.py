"""What every action asks before it writes: who, and when.

`require` answers for permissions, `move` for life cycles. Each app's `lifecycle.py`
holds the table of what may follow what and calls `move` with it.
"""

from django.core.exceptions import PermissionDenied
from django.utils import timezone


class ActionRefused(Exception):
    """A rule says no. The text is for the person who pressed: what, why, what now."""


def require(allowed):
    """Raise PermissionDenied unless `allowed` is true."""
    if not allowed:
        raise PermissionDenied


def move(thing, axis, new, *, following, by, at=None, also=()):
    """Set the state `axis` of `thing` to `new` where `following[old]` holds it, and stamp it.

    The stamps are `<state>_at` and `<state>_by` where the model has such fields, so that
    who never stands without when. `also` names fields that the caller has set and that must
    be written in the same UPDATE. The row must be locked by the caller. Raises
    ActionRefused, naming both states, where the table does not allow the move.
    """
    old = getattr(thing, axis)
    if new not in following[old]:
        raise ActionRefused(thing.refusal(axis, new))
    fields = {field.name for field in thing._meta.concrete_fields}
    stamps = {f"{new.value}_at": at or timezone.now(), f"{new.value}_by": by}
    changed = {axis: new} | {name: value for name, value in stamps.items() if name in fields}
    for name, value in changed.items():
        setattr(thing, name, value)
    thing.save(update_fields=[*changed, *also])
