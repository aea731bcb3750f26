"""What is shown when something goes wrong, with a database that is really gone."""

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import path

from config import embedded
from config.urls import handler500  # noqa: F401 — this module stands in for config.urls
from config.urls import urlpatterns as addresses

ROOT = Path(__file__).resolve().parents[2]


def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- Nobody answers: wherever it is noticed ----------------------------------------------


def ask_nobody():
    """What Django raises when nobody listens where the database should be."""
    with connection.wrap_database_errors:
        psycopg.connect(host="127.0.0.1", port=unused_port(), connect_timeout=1)


def break_in_view(request, where):
    if where == "view":
        ask_nobody()
    if where == "template":
        HttpResponse(Template("{{ ask }}").render(Context({"ask": ask_nobody})))
    if where == "consequence":
        try:
            ask_nobody()
        except Exception as error:
            raise LookupError from error
    raise ValueError("Something else")


def broken_middleware(get_response):
    def middleware(request):
        if "middleware" in request.path:
            ask_nobody()
        return get_response(request)

    return middleware


# "front" is public: nobody is asked who they are before the view breaks.
urlpatterns = [path("en/brister/<str:where>/", break_in_view, name="front"), *addresses]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("where", ["view", "template", "consequence", "middleware"])
@pytest.mark.parametrize("place", [0, None])
def test_database_out_of_reach_is_503_wherever_it_is_noticed(settings, method, where, place):
    ours = f"{__name__}.broken_middleware"
    place = len(settings.MIDDLEWARE) if place is None else place
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:place], ours, *settings.MIDDLEWARE[place:]]
    client = Client(raise_request_exception=False)

    page = getattr(client, method)(f"/en/brister/{where}/", {"text": "Mitt svar"})

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "60"
    assert "no-store" in page.headers["Cache-Control"]
    assert ("What you sent was not received" in page.content.decode()) == (method == "post")


@pytest.mark.urls(__name__)
def test_another_fault_is_500_with_nothing_of_it_told():
    page = Client(raise_request_exception=False).get("/en/brister/ellers/")

    assert page.status_code == 500
    assert "Something went wrong" in page.content.decode()
    assert "Something else" not in page.content.decode()


def test_unknown_address_is_404_in_its_language(client, db):
    page = client.get("/nn/finst-ikkje/<b>/")

    assert page.status_code == 404
    assert '<html lang="nn"' in page.content.decode()
    assert "<b>" not in page.content.decode()


def test_front_leads_to_the_list(client):
    assert client.get("/").headers["Location"] == "/nb/"


# --- The whole of it: an app server whose PostgreSQL is stopped -----------------------------


class Visitor:
    """A browser without a screen: keeps cookies, follows no error."""

    def __init__(self, port):
        self.site = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        keeping = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(keeping)

    def visit(self, address, **typed):
        data = urllib.parse.urlencode(typed).encode() if typed else None
        try:
            page = self.opener.open(self.site + address, data, timeout=30)
        except urllib.error.HTTPError as error:
            page = error
        with page:
            return page.status, page.read().decode()

    def token(self, address):
        _status, page = self.visit(address)
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]


@pytest.fixture
def app_server(tmp_path):
    """The app server by itself, with a PostgreSQL of its own: its port and where that lies."""
    var_dir, port = tmp_path / "var", unused_port()
    environment = os.environ | {
        "DATABASE_URL": embedded.database_url(var_dir),
        "VAR_DIR": str(var_dir),
        "STATIC_ROOT": str(tmp_path / "static"),
        "PYTHONPATH": str(ROOT),
    }
    for command in (["migrate"], ["collectstatic", "--no-input"]):
        manage = [sys.executable, "manage.py", *command, "--verbosity=0"]
        subprocess.run(manage, cwd=ROOT, env=environment, check=True)
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(gunicorn, cwd=ROOT, env=environment, stderr=log)
    wait_for(port)
    yield port, var_dir
    process.terminate()
    process.wait(timeout=30)
    embedded.remove(var_dir)


def wait_for(port):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError


@pytest.mark.server
def test_stopped_database_is_said_and_forgotten_when_it_returns(app_server):
    port, var_dir = app_server
    stranger, member = Visitor(port), Visitor(port)
    log_in, sign_up = "/en/konto/login/", "/en/konto/signup/"
    token = stranger.token(log_in)
    typed = {
        "email": "nora@prove.example",
        "password1": "Blåbær-2026!",
        "password2": "Blåbær-2026!",
    }
    _status, form = member.visit(sign_up)
    hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|opened)" value="([^"]+)"', form))
    time.sleep(3.1)  # as long as a person takes at least
    signed_up, _page = member.visit(sign_up, name="Nora Prøve", **typed, **hidden)
    assert signed_up == 200
    assert "sessionid" in {cookie.name for cookie in member.cookies}
    assert stranger.visit("/nb/")[0] == 200

    embedded.stop(var_dir)

    for visitor, address in (
        (stranger, "/en/"),  # the view
        (member, "/en/min-side/"),  # the middleware that asks who it is, by the session
        (stranger, "/en/journal/"),
    ):
        status, page = visitor.visit(address)
        assert status == 503, address
        assert "can not answer just now" in page
        assert "was not received" not in page
    status, page = stranger.visit(
        log_in, csrfmiddlewaretoken=token, login="nora@prove.example", password="Feil-2026!"
    )
    assert status == 503
    assert "was not received" in page
    stylesheet = re.search(r'href="(/static/css/site[^"]*)"', page)[1]
    assert stranger.visit(stylesheet)[0] == 200

    assert stranger.visit("/helse/")[0] == 503

    embedded.database_url(var_dir)

    assert stranger.visit("/nb/")[0] == 200
