"""Reading much of the database as it stood at one moment."""

from contextlib import contextmanager

from django.db import connection, transaction

from archive.streaming import close_streams, quick_streams


@contextmanager
def one_moment():
    """Everything read in the block is as it stood when the block began. Nothing is written.

    Inside a transaction that is open already, its own rules hold.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), quick_streams():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            yield
        finally:
            close_streams()
