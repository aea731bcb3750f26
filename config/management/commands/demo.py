"""The whole platform on one machine: the scenarios, the site, Celery workers and beat.

All that is started here is stopped again when it ends, in whichever way that is.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections
from django.urls import reverse

from config import embedded
from scenarios.people import logins
from scenarios.register import SCENARIOS

# Workers without children, two of them. The children of one read from the same pipe in turn, and
# one that is killed while it waits there (for want of memory, say) keeps its turn for ever: the
# worker goes on, and does nothing. One that has none ends itself, and that is told.
WORKER = "celery --app config --quiet worker --pool solo --loglevel WARNING "
PROCESSES = {
    "site": "gunicorn config.wsgi --bind {address} --workers 2 --threads 4 --no-control-socket "
    "--log-level warning",
    "worker": WORKER + "--hostname worker@%h --queues celery",
    "converter": WORKER + "--hostname converter@%h --queues conversions,celery",
    "beat": "celery --app config --quiet beat --loglevel WARNING",
}
PYTHON_OPTIONS = ["-W", "ignore:You're running the worker with superuser", "-m"]
START_SECONDS = 30
STOP_SECONDS = 4  # a task that is cut off runs again later: every task may run twice
DYING_SECONDS = 10  # what is killed goes at once, unless the machine is very busy


class Command(BaseCommand):
    help = "Serve the platform with its scenarios on this machine, until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--scenario", dest="chosen", action="append", choices=SCENARIOS, help="not all of them"
        )

    def handle(self, *, port, chosen, **options):
        address = f"127.0.0.1:{port}"
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.default_int_handler)
        refuse_taken_port(port)
        try:
            with alone():
                chosen = chosen or list(SCENARIOS)
                for scenario in chosen:
                    call_command("load_scenario", scenario)
                with running(address) as processes:
                    wait_for_site(address, processes)
                    self.announce(address, chosen)
                    wait_for_end(processes)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.")

    def announce(self, address, scenarios):
        """The address, and one log-in per role of the scenarios."""
        self.stdout.write(f"\n  The platform is on http://{address}/ until you press Ctrl-C.\n\n")
        people = [login for scenario in scenarios for login in logins(SCENARIOS[scenario]())]
        for role, email, password in dict.fromkeys(people):
            self.stdout.write(f"  {role:<24}{email:<36}{password}")
        self.stdout.write("")
        self.stdout.flush()


def refuse_taken_port(port):
    """Raise CommandError where something else answers on the port."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise CommandError(f"Port {port} is taken by another program; choose another --port.")


@contextmanager
def alone():
    """One demo at a time in a checkout: they would share a worker's queue and a database.

    Afterwards the private PostgreSQL is stopped too, unless somebody else is using it.
    """
    with (settings.VAR_DIR / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError("The demo of this checkout is running already.") from None
        try:
            yield
        finally:
            connections.close_all()
            embedded.stop_if_unused()


@contextmanager
def running(address):
    """The processes by name. They end with us even if we are killed; Ctrl-C reaches only us.

    What they write in mails and on pages leads to this address, unless `SITE_URL` is set.
    """
    environment = {"SITE_URL": f"http://{address}"} | os.environ
    processes = {}
    try:
        for name, arguments in PROCESSES.items():
            command = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, *PYTHON_OPTIONS]
            processes[name] = subprocess.Popen(  # noqa: S603
                [*command, *arguments.format(address=address).split()],
                cwd=settings.BASE_DIR,
                env=environment,
                start_new_session=True,
            )
        yield processes
    finally:
        stop(processes.values())


def stop(processes):
    """Ask each to end; what has not ended after some seconds is killed with its children.

    A child that outlives its parent for a moment, killed or not, still uses the database: it is
    waited for too.
    """
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)  # an impatient second Ctrl-C changes nothing
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        while process.poll() is None or is_anybody_left(process.pid):
            if time.monotonic() > deadline:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            if time.monotonic() > deadline + DYING_SECONDS:
                break  # dead, but never buried: the machine's first process is no good at it
            time.sleep(0.05)


def is_anybody_left(group):
    """Whether a process of this group lives, though the first of it has ended."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def refuse_dead(processes):
    for name, process in processes.items():
        if process.poll() is not None:
            raise CommandError(f"The {name} ended by itself (exit code {process.returncode}).")


def wait_for_site(address, processes):
    """Return when the site answers; raises CommandError when it does not in time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        refuse_dead(processes)
        try:
            with urlopen(f"http://{address}{reverse('health')}", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise CommandError(f"The site did not answer within {START_SECONDS} seconds.")


def wait_for_end(processes):
    while True:
        refuse_dead(processes)
        time.sleep(0.5)
