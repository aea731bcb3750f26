"""The demo ends all that it started, in whichever way it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from config import embedded
from config.management.commands.demo import is_anybody_left, stop

ROOT = Path(embedded.__file__).parent.parent
pytestmark = [pytest.mark.server, pytest.mark.xdist_group("demo")]
SCENARIO = ["--scenario", "trygg-og-aktiv-skolevei"]  # the quick one
READY = "until you press Ctrl-C"


class Demo:
    """A demo with a database, a port and a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "demo.log"
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        ours = {"SITE_URL", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
        self.environment = {k: v for k, v in os.environ.items() if k not in ours}
        self.environment |= {"VAR_DIR": str(folder), "PYTHONWARNINGS": "ignore"}
        self.process = None

    def run(self, *command):
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", *SCENARIO, "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 40
        while READY not in self.log.read_text():
            if time.monotonic() > deadline or self.process.poll() is not None:
                pytest.fail(self.log.read_text())
            time.sleep(0.1)

    def others(self):
        """The command lines of all that runs for this demo, itself not counted."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environment = (folder / "environ").read_bytes()
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            is_ours = f"VAR_DIR={self.folder}\0".encode() in environment or (
                os.fsencode(self.folder / "postgres") in command
            )
            if command and is_ours and int(folder.name) != self.process.pid:
                found[int(folder.name)] = command.replace(b"\0", b" ").decode()
        return found

    def wait_until_served_by_nobody(self):
        """Nothing but the database runs, which a demo that is killed cannot stop."""
        deadline = time.monotonic() + 20
        while any("postgres" not in command for command in self.others().values()):
            if time.monotonic() > deadline:
                pytest.fail(f"still running: {self.others()}")
            time.sleep(0.1)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder with a database in which the scenario is, for one demo after the other."""
    folder = tmp_path_factory.mktemp("demo")
    for command in (["prepare_database"], ["load_scenario", SCENARIO[1]]):
        done = Demo(folder).run(*command)
        assert done.returncode == 0, done.stderr
    yield folder

    embedded.remove(folder)


@pytest.fixture
def demo(prepared):
    demo = Demo(prepared)
    yield demo

    if demo.process and demo.process.poll() is None:
        demo.process.terminate()
        demo.process.wait(30)


def test_demo_stops_everything_on_control_c(demo):
    demo.start()
    running = " ".join(demo.others().values())
    assert all(name in running for name in ("gunicorn", "beat", "postgres"))
    assert running.count("celery --app config --quiet worker") == 2  # and none has a child
    with urlopen(f"{demo.address}/nb/atom/") as feed:
        assert f'href="{demo.address}/nb/horinger/' in feed.read().decode()

    demo.process.send_signal(signal.SIGINT)

    assert demo.process.wait(30) == 0
    assert demo.others() == {}
    assert not embedded.is_running(demo.folder)
    assert re.search(r"Moderator +\S+@\S+ +\S+", demo.log.read_text())


def test_demo_runs_only_once_in_a_checkout_and_ends_when_terminated(demo):
    demo.start()

    assert "is loaded already" in demo.log.read_text()
    second = demo.run("demo", *SCENARIO, "--port", "1")
    demo.process.terminate()

    assert second.returncode == 1
    assert "running already" in second.stderr
    assert demo.process.wait(30) == 0
    assert demo.others() == {}


def test_demo_takes_its_processes_along_when_it_is_killed(demo):
    demo.start()

    demo.process.kill()
    demo.process.wait()

    demo.wait_until_served_by_nobody()


def test_demo_ends_with_a_message_when_one_of_its_processes_dies(demo):
    demo.start()
    beat = next(
        pid
        for pid, command in demo.others().items()
        if "celery --app config --quiet beat" in command
    )

    os.kill(beat, signal.SIGKILL)

    assert demo.process.wait(30) == 1
    assert "The beat ended by itself" in demo.log.read_text()
    assert demo.others() == {}


def test_demo_says_that_the_port_is_taken(demo):
    with socket.socket() as other:
        other.bind(("127.0.0.1", demo.port))
        other.listen()

        done = demo.run("demo", *SCENARIO, "--port", str(demo.port))

    assert done.returncode == 1
    assert f"Port {demo.port} is taken" in done.stderr


STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if not os.fork():
    held = bytearray(os.urandom(1) * 500_000_000)  # takes a moment to give back
print(flush=True)
time.sleep(60)
"""


def test_demo_waits_for_the_children_of_what_it_had_to_kill():
    worker = subprocess.Popen(
        [sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, start_new_session=True
    )
    with worker.stdout as told:
        for _each in ("parent", "child"):
            told.readline()

        stop([worker])

    assert not is_anybody_left(worker.pid)
