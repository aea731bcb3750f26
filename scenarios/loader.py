"""Plays a plan: each step through the action that a person would have pressed, at its time.

All in one transaction, so that a scenario is either there or not, whatever happens
meanwhile. What the actions leave to the background is done after each of them, as a worker
would. Nobody in a scenario is written to.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter

import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from accounts.rules import ActionRefused
from casework.actions import (
    appoint_handler,
    handle_assignment,
    mark_excerpt,
    tag_response,
    write_note,
)
from casework.models import Assignment
from config.celery import app
from consultations.actions import (
    attach_file,
    conclude_consultation,
    confirm_email,
    create_consultation,
    invite_consultee,
    publish_consultation,
    save_draft,
    save_theme,
    start_treatment,
    submit,
    withdraw,
)
from consultations.models import Consultation, ConsultationStatus, Outcome, Response
from consultations.tasks import keep_schedule
from consultations.uploads import check_upload
from moderation.actions import (
    accept_response,
    publish_response,
    redact_response,
    reject_response,
    withhold_response,
)
from scenarios.people import Cast
from scenarios.plan import Channel, Publication, SenderKind
from scenarios.plan import Outcome as PlannedOutcome
