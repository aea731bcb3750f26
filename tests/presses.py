"""Presses that are refused or denied and leave every row as it was; and presses at once."""

from contextlib import contextmanager
from threading import Barrier, Thread

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from accounts.rules import ActionRefused

APPS = ("accounts", "archive", "consultations", "casework", "moderation")


def every_row():
    """All that the database holds of our own, history too: each row's table and its text.

    Asked in one query, since it is asked before and after every press.
    """
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f'SELECT \'{name}\', "{name}"::text FROM "{name}"' for name in tables
            )
        )
        return sorted(cursor.fetchall())


@contextmanager
def refused(*words):
    """What is done inside is refused, with these words in the message, and changes nothing."""
    before = every_row()
    with pytest.raises(ActionRefused) as told:
        yield

    for word in words:
        assert str(word) in str(told.value)
    assert every_row() == before


@contextmanager
def denied():
    """What is done inside is denied to whoever does it, and changes nothing."""
    before = every_row()
    with pytest.raises(PermissionDenied):
        yield

    assert every_row() == before


@contextmanager
def undone():
    """What is done inside is undone again: the next press finds everything as this one did.

    Several presses can so be tried on what took many actions to make.
    """
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def at_once(*presses):
    """What each press, in a thread of its own, returned or raised."""
    start = Barrier(len(presses))
    results = {}

    def press(number, action):
        try:
            start.wait()
            results[number] = action()
        except ActionRefused as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [Thread(target=press, args=each) for each in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return [results[number] for number in range(len(presses))]


def told(results):
    """The refusals; there must be one for all but one."""
    refusals = [each for each in results if isinstance(each, ActionRefused)]
    assert len(refusals) == len(results) - 1
    return refusals
