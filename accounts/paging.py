"""How long lists are read: by key, never by offset, so that page 1000 costs what page 1 does.

A key is the place of a row in its order: the values of the fields that the list is ordered
by, the last of which is unique. In an address it is written `1792300000000000_42`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce

from django.db.models import Q

PAGE_SIZE = 50
COUNTED = 1000  # further than this no list counts: a person reads "more than 1000"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class KeyPage:
    """Some rows of a list, and the key after which the next page begins; empty on the last."""

    rows: list
    next: str


def read_page(rows, *order, after="", size=PAGE_SIZE):
    """The page of `rows` that comes after the key, in the order of these fields.

    The fields go all up or all down (`-`). A key that is not one of ours is the beginning.
    """
    found = list(beyond(rows, *order, after=after).order_by(*order)[: size + 1])
    return cut_page(found, *order, size=size)


def cut_page(found, *order, size=PAGE_SIZE):
    """The page of ordered rows of which there are at most one more than fit in it."""
    more = len(found) > size
    return KeyPage(found[:size], _key(found[size - 1], order) if more else "")


def beyond(rows, *order, after):
    """Those of `rows` that come after the key."""
    values = _values(rows.model, order, after)
    if not values:
        return rows
    sign = "lt" if order[0].startswith("-") else "gt"
    names = [name.lstrip("-") for name in order]
    same, later = Q(), []
    for name, value in zip(names, values, strict=True):
        later.append(same & Q(**{f"{name}__{sign}": value}))
        same &= Q(**{name: value})
    # The first condition says nothing new, but an index can begin at it.
    return rows.filter(reduce(Q.__or__, later), **{f"{names[0]}__{sign}e": values[0]})


def count_some(rows):
    """How many rows, and whether there are more than is counted."""
    counted = rows.order_by()[: COUNTED + 1].count()
    return min(counted, COUNTED), counted > COUNTED


def _key(row, order):
    values = [getattr(row, name.lstrip("-")) for name in order]
    return "_".join(str(_number(value)) for value in values)


def _number(value):
    return (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value


def _values(model, order, after):
    try:
        numbers = [int(part) for part in after.split("_")]
        fields = [model._meta.get_field(name.lstrip("-")) for name in order]
        return [
            EPOCH + timedelta(microseconds=number)
            if field.get_internal_type() == "DateTimeField"
            else number
            for field, number in zip(fields, numbers, strict=True)
        ]
    except (ValueError, OverflowError):
        return []
