"""Reads millions of rows as they come, past the ORM's objects, with flat memory."""

import gc
import sys
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count, groupby
from weakref import WeakSet

from django.db import connection

HANDED_OVER = 0.0005  # seconds until a thread that works lets one that has rows come in between
YOUNG = 50_000  # objects between two rounds of the collector, more than the rows of some chunks
CHUNK = 2000  # rows fetched at a time
LAST = (float("inf"),)  # a place that comes after every row

_names = count()
_open = WeakSet()


def stream(queryset, columns):
    """Yield the rows of a queryset as tuples. `columns` are expressions, or names of fields.

    The database fetches the next rows while those it has sent are being worked on. Ask only
    inside a transaction. The rows are raw: no converter of a field has seen them.
    """
    statement, values = queryset.values_list(*columns).query.sql_with_params()
    with (
        connection.connection.cursor(name=f"stream_{next(_names)}", binary=True) as cursor,
        ThreadPoolExecutor(1) as ahead,
    ):
        _open.add(cursor)
        cursor.execute(statement, values)
        coming = ahead.submit(cursor.fetchmany, CHUNK)
        while batch := coming.result():
            coming = ahead.submit(cursor.fetchmany, CHUNK)
            yield from batch


@contextmanager
def quick_streams():
    """Set the interpreter for rows by the million, until the block ends; it goes for all threads.

    What fetches rows would wait 5 ms each time for what works on them, and the collector would
    look for circles among rows that have none: together a third of the time.
    """
    before, rounds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(HANDED_OVER)
    gc.set_threshold(YOUNG, *rounds[1:])
    try:
        yield
    finally:
        sys.setswitchinterval(before)
        gc.set_threshold(*rounds)


def close_streams():
    """End what this connection has begun to read and nobody reads on: its transaction is over."""
    for cursor in list(_open):
        if cursor.connection is connection.connection:
            cursor.close()


def stream_named(queryset, columns):
    """The same as named tuples: `columns` is name → lookup."""
    row = namedtuple("row", columns)
    return map(row._make, stream(queryset, columns.values()))


def beside(rows, places):
    """A function that gives the rows of one place, asked for in the order of the places.

    The place of a row is its first `places` columns, on which the rows are ordered.
    """
    groups = groupby(rows, key=lambda row: row[:places])
    place, group = next(groups, (LAST, ()))

    def take(*wanted):
        nonlocal place, group
        while place < wanted:
            place, group = next(groups, (LAST, ()))
        return list(group) if place == wanted else []

    return take
