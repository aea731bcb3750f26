"""The application as production serves it: gunicorn, production settings, a real Redis."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import synthetic_journal  # noqa: F401 — finds the project
from django.conf import settings
from django.db import connection

from config import embedded

ROOT = Path(embedded.__file__).parent.parent
HOST = "netthoring.example"
AS_PROXY = {"Host": HOST, "X-Forwarded-Proto": "https"}


@contextmanager
def served(*, workers=2, threads=4):
    """Serve the database that is connected to, on a port of this machine. Yields the port.

    Nudges go to the Redis and stay there: no worker takes from the server's processors.
    """
    ports = {name: free_port() for name in ("web", "redis")}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        database = embedded.database_url().replace(f"/{embedded.NAME}?", f"/{name()}?")
        environment = os.environ | {
            "PRODUCTION": "1",
            "SECRET_KEY": "a-key-for-this-benchmark-only-" + "0123456789" * 4,
            "SITE_URL": f"https://{HOST}",
            "ALLOWED_HOSTS": HOST,
            "EMAIL_HOST": "127.0.0.1",
            "DEFAULT_FROM_EMAIL": f"post@{HOST}",
            "DATABASE_URL": database,
            "REDIS_URL": f"redis://127.0.0.1:{ports['redis']}/0",
            "VAR_DIR": folder,
            "STATIC_ROOT": str(settings.STATIC_ROOT),
        }
        redis = ["--port", ports["redis"], "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        web = ["-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{ports['web']}"]
        web += [f"--workers={workers}", f"--threads={threads}", "--no-control-socket"]
        commands = [[shutil.which("redis-server"), *map(str, redis)], [sys.executable, *web]]
        with (Path(folder) / "log").open("w") as log:
            running = [
                subprocess.Popen(
                    command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
                )
                for command in commands
            ]
            try:
                wait_for(ports["web"])
                yield ports["web"]
            finally:
                for process in reversed(running):
                    process.terminate()
                    process.wait(20)


def name():
    return connection.settings_dict["NAME"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        visitor = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            visitor.request("GET", "/helse/", headers=AS_PROXY)
            if visitor.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            visitor.close()
    raise SystemExit("The server did not start.")


def percentile(seconds, share):
    return 1000 * sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]
