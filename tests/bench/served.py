"""The application as production serves it: gunicorn, production settings, a real Redis."""

import os
import re
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


@contextmanager
def behind_nginx(web, *, file=b""):
    """The nginx of deploy/nginx.conf before the server at this port, over TLS. Yields its port.

    It serves `file` too, itself, at /prove.html.
    """
    ports = {name: free_port() for name in ("http", "https", "health")}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's workers are another user
        (folder / "prove.html").write_bytes(file)
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "tls_key"]
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-nodes",
                *key,
                "-out",
                "tls_certificate",
                "-subj",
                "/CN=x",
            ],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        configuration = (ROOT / "deploy/nginx.conf").read_text()
        for theirs, ours in {
            "web:8000": f"127.0.0.1:{web}",
            "listen 8080": f"listen 127.0.0.1:{ports['http']}",
            "listen 8443": f"listen 127.0.0.1:{ports['https']}",
            "127.0.0.1:8081": f"127.0.0.1:{ports['health']}",
            " /tmp/": f" {folder}/",
            "/run/secrets": str(folder),
            "location / {": f"location = /prove.html {{ root {folder}; default_type text/html; }}"
            " location / {",
        }.items():
            configuration = configuration.replace(theirs, ours)
        (folder / "nginx.conf").write_text(configuration)
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        running = subprocess.Popen([nginx, "-c", folder / "nginx.conf", "-g", "daemon off;"])
        try:
            time.sleep(1)
            yield ports["https"]
        finally:
            running.terminate()
            running.wait(20)


def pressed(address, *, clients, seconds, headers=None):
    """Ask for the address as often as can be, by wrk. Returns what it prints."""
    wrk = shutil.which("wrk")
    if not wrk:
        raise SystemExit("Install wrk: a client in Python needs more than what it measures.")
    headers = [f"--header={name}: {value}" for name, value in (headers or {}).items()]
    command = [
        wrk,
        "-t1",
        f"-c{clients}",
        f"-d{seconds}s",
        "--latency",
        "--timeout=60s",
        *headers,
        address,
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(said)
    return said


def requests(said):
    """How many requests wrk got answered, how many a second, and p50 and p99 as it writes them."""
    return (
        int(re.search(r"(\d+) requests in", said)[1]),
        float(re.search(r"Requests/sec: +([\d.]+)", said)[1]),
        *(re.search(rf"{share}% +(\S+)", said)[1] for share in (50, 99)),
    )


def processor_seconds():
    """What our children and the private PostgreSQL's processes have used until now."""
    parents, used = {}, {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        pid = int(each.parent.name)
        parents[pid] = int(fields[1])
        used[pid] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        postmaster = parents[cursor.fetchone()[0]]
    ours = {os.getpid(), postmaster}
    while True:
        more = {pid for pid, parent in parents.items() if parent in ours} - ours
        if not more:
            return sum(used[pid] for pid in ours - {os.getpid()})
        ours |= more


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
