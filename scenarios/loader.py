"""Plays a plan: each step through the action that a person would have pressed, at its time.

All in one transaction, so that a scenario is either there or not, whatever happens
meanwhile. What the actions leave to the background is done by the sweeps of each evening.
Nobody in a scenario is written to.
"""

from contextlib import contextmanager
from datetime import UTC, datetime

import time_machine
from celery import Task
from django.conf import settings
from django.db import connection

from accounts.rules import action
from consultations.models import Consultation, ConsultationStatus
from scenarios.player import Player


def is_loaded(plan, *, concluded=False):
    """Whether nothing is left to play until where it stops by itself, or to its end."""
    found = Consultation.objects.filter(slug=plan.consultation.slug)
    if concluded:
        found = found.filter(status=ConsultationStatus.CONCLUDED)
    return found.exists()


@action
def load(plan, *, concluded=False, progress=lambda done, total: None):
    """Play `plan` until today, or until where it stops by itself; `concluded` to its end.

    What is loaded already is not loaded again: then only what is left is played. Returns
    the consultation. `progress` is told how many steps are done, of how many.
    """
    with playing() as clock:
        player = Player(plan)
        steps = [] if is_loaded(plan) else player.beginning()
        if concluded and not is_loaded(plan, concluded=True):
            steps += player.ending()
        for done, step in enumerate(sorted(steps), start=1):
            clock.move_to(step.at.astimezone(UTC))
            step.act()
            work_off()
            progress(done, len(steps))
    return Consultation.objects.get(slug=plan.consultation.slug)


@contextmanager
def playing():
    """Move the clock, and write to nobody."""
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        with time_machine.travel(datetime.now(UTC), tick=False) as clock:
            yield clock
    finally:
        settings.EMAIL_BACKEND = backend


def work_off():
    """Do what waits for the commit, though the transaction goes on. But send no nudge: the
    worker is another process, which sees nothing yet. The evening's sweep finds the rows."""
    waiting, connection.run_on_commit = connection.run_on_commit, []
    for _savepoints, then, _robust in waiting:
        if not isinstance(getattr(getattr(then, "func", None), "__self__", None), Task):
            then()
