"""Redis is gone: people go on, and what waited is done when it is back.

A real Redis that is stopped and started, the application as a process of its own with
production's nudges, and a real worker with beat, over the database of the test.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import Notice
from archive.models import JournalEntry
from casework.models import Assignment
from config import embedded
from config.integrity import CHECKS
from consultations.models import Acceptance, Response, ResponseStatus, WhoMayAnswer
from moderation.models import Screening
from tests import factories

ROOT = Path(embedded.__file__).parent.parent
PATIENCE = 3.0  # seconds that a person waits at most
pytestmark = [
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("redis"),
]

# What people do, each timed; run by a process that has never met Redis.
SUBMIT = """
from consultations.actions import save_draft, submit
from consultations.models import Consultation, Submission
from accounts.models import User
consultation = Consultation.objects.get()
ada = User.objects.get(email="ada@prove.example")
theme = consultation.themes.first()
submission = save_draft(consultation, texts={theme.pk: "Redis er borte."}, by=ada, name="Ada")
timed("submit", lambda: submit(submission, by=ada))
"""
ACCEPT = """
from accounts.models import User
from consultations.models import Response
from moderation.actions import accept_and_publish
moderator = User.objects.get(email="moderator@prove.example")
response = Response.objects.get(text="Redis er borte.")
timed("accept", lambda: accept_and_publish(response, by=moderator))
"""
READ = """
from django.test import Client
from consultations.models import Consultation
consultation = Consultation.objects.get()
theme = consultation.themes.first()
client = Client(headers={"host": "127.0.0.1"})
for path in ("/nb/", f"/nb/horinger/{consultation.slug}/"):
    page = timed("read", lambda: client.get(path, follow=True))
    assert page.status_code == 200, (path, page.status_code)
"""
TIMED = """
import time
from pathlib import Path
def timed(what, do):
    started = time.monotonic()
    result = do()
    print("TOOK", what, time.monotonic() - started)
    return result
"""


class Installation:
    """The application's processes beside a Redis that comes and goes."""

    def __init__(self, folder, redis_server, media_root):
        self.folder = folder
        self.redis_server = redis_server
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        database = connection.settings_dict
        host, name, user = database["HOST"], database["NAME"], database["USER"]
        password, port = database["PASSWORD"], database["PORT"]
        self.environment = {
            **{k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"},
            "DATABASE_URL": f"postgresql://{user}:{password}@/{name}?host={host}&port={port}",
            "REDIS_URL": f"redis://127.0.0.1:{self.port}/0",
            "VAR_DIR": str(folder / "var"),
            "STATIC_ROOT": str(folder / "static"),
            "MEDIA_ROOT": str(media_root),
            "CELERY_TASK_ALWAYS_EAGER": "false",
            "PYTHONWARNINGS": "ignore",
        }
        self.redis = self.worker = None

    def start_redis(self):
        options = ["--port", str(self.port), "--dir", str(self.folder), "--save", ""]
        self.redis = subprocess.Popen([self.redis_server, *options], stdout=subprocess.DEVNULL)
        self.wait_for("Redis", self.is_up)

    def stop_redis(self):
        self.redis.kill()
        self.redis.wait()
        self.redis = None

    def is_up(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def start_worker(self):
        with (self.folder / "worker.log").open("w") as log:
            self.worker = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "config", "worker"),
                    *("--pool", "solo", "--loglevel", "info"),
                    *("--without-gossip", "--without-mingle"),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop(self):
        if self.worker:
            self.worker.send_signal(signal.SIGTERM)
            try:
                self.worker.wait(10)
            except subprocess.TimeoutExpired:
                self.worker.kill()
                self.worker.wait()
        if self.redis:
            self.stop_redis()

    def manage(self, *command):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    def run(self, script):
        """What the script wrote to its log, and the seconds that each of its steps took."""
        done = self.manage("shell", "--no-imports", "-c", TIMED + script)
        took = [line.split() for line in done.stdout.splitlines() if line.startswith("TOOK")]
        return done.stderr, [(what, float(seconds)) for _took, what, seconds in took]

    def nudge(self, task):
        """What beat does each minute."""
        code = f"from config.celery import app; app.send_task({task!r})"
        words, _took = self.run(code)
        assert "was not sent" not in words

    def wait_for(self, what, is_so):
        deadline = time.monotonic() + 30
        while not is_so():
            if time.monotonic() > deadline:
                log = self.folder / "worker.log"
                pytest.fail(f"{what}: not in time.\n{log.read_text() if log.exists() else ''}")
            time.sleep(0.1)

    def mails(self):
        folder = self.folder / "var/mail"
        return "".join(path.read_text() for path in folder.iterdir()) if folder.exists() else ""


@pytest.fixture
def installation(tmp_path, redis_server, media_root):
    installation = Installation(tmp_path, redis_server, media_root)
    yield installation

    installation.stop()


@pytest.fixture
def consultation():
    """One that takes responses, with somebody to answer and somebody to moderate."""
    consultation = factories.open_for_answers(
        who_may_answer=WhoMayAnswer.NAMED, acceptance=Acceptance.AUTOMATIC
    )
    factories.person("Ada", email="ada@prove.example")
    moderator = factories.moderator_of(consultation)
    moderator.email = "moderator@prove.example"
    moderator.save()
    return consultation


def test_people_go_on_without_redis(installation, consultation):
    installation.manage("collectstatic", "--no-input", "--verbosity=0")
    installation.start_redis()
    installation.stop_redis()

    words, submitted = installation.run(SUBMIT)
    _words, accepted = installation.run(ACCEPT)
    _words, read = installation.run(READ)

    steps = submitted + accepted + read
    assert [what for what, _seconds in steps] == ["submit", "accept", "read", "read"]
    assert [step for step in steps if step[1] > PATIENCE] == []
    response = Response.objects.get()
    assert response.publication == "published"
    assert Assignment.objects.get().entry.source == response.reference
    assert set(Notice.objects.values_list("sent_at", flat=True)) == {None}
    assert "moderation.tasks.screen_submission was not sent" in words
    assert "accounts.tasks.send_notice was not sent" in words


def test_what_waited_is_done_when_redis_is_back(installation, consultation):
    installation.start_redis()
    installation.stop_redis()
    installation.run(SUBMIT)
    assert not Screening.objects.exists()
    assert Response.objects.get().status == ResponseStatus.RECEIVED

    installation.start_redis()
    installation.start_worker()
    installation.nudge("moderation.tasks.screen_outstanding")
    installation.nudge("accounts.tasks.send_outstanding")

    installation.wait_for(
        "accepted", lambda: Response.objects.get().status == ResponseStatus.ACCEPTED
    )
    installation.wait_for("sent", lambda: not Notice.objects.filter(sent_at=None).exists())
    response = Response.objects.select_related("submission").get()
    assert response.screening.screened_at
    assert JournalEntry.objects.filter(source=response.reference).count() == 1
    assert "To: ada@prove.example" in installation.mails()
    assert [breach for check in CHECKS for breach in check()] == []


def test_a_worker_that_lost_redis_goes_on_when_it_is_back(installation, consultation):
    installation.start_redis()
    installation.start_worker()
    log = installation.folder / "worker.log"
    installation.wait_for("the worker is ready", lambda: "ready." in log.read_text())
    installation.stop_redis()
    installation.run(SUBMIT)
    assert Response.objects.get().status == ResponseStatus.RECEIVED

    installation.start_redis()
    installation.nudge("moderation.tasks.screen_outstanding")

    installation.wait_for(
        "accepted", lambda: Response.objects.get().status == ResponseStatus.ACCEPTED
    )
    assert installation.worker.poll() is None
