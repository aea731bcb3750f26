"""What a first view costs: ≤ 100 kB over the wire without images, and all of it from the site.

Measured in a browser that has nothing yet, against the app server as it is set up in production:
with the collected files, whose names tell their content and which lie there packed.
"""

import os
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection

from tests import pages
from tests.config.test_production import free_port

pytestmark = pytest.mark.server
BUDGET = 100_000  # bytes
RESPONSES = 50  # of some length: a full page of a theme
MAIN_PAGES = [
    "",
    pages.HOME,
    pages.HOME + "tema/{theme}/",
    pages.HOME + "svar/{published}/",
    pages.HOME + "tall/",
    pages.TREATED + "hva-det-forte-til/",
    pages.HOME + "svar-pa-horingen/",
    "innsending/{draft}/kontroll/",
    "innsending/{sent}/kvittering/",
    "sok/?q=mener",
    "journal/{authority}/",
]


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The static files as an installation collects them."""
    folder = tmp_path_factory.mktemp("static")
    manage("collectstatic", "--no-input", "--verbosity=0", STATIC_ROOT=str(folder))
    return folder


def manage(*command, **environment):
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def site(collected, tmp_path):
    """The address of an app server that serves the test's database."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    database = connection.settings_dict
    host, name, user = database["HOST"], database["NAME"], database["USER"]
    password, its_port = database["PASSWORD"], database["PORT"]
    url = f"postgresql://{user}:{password}@/{name}?host={host}&port={its_port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DATABASE_URL": url,
            "STATIC_ROOT": str(collected),
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "SITE_URL": address,
        },
        stdout=(log := (tmp_path / "site.log").open("w")),
        stderr=log,
    )
    try:
        wait_for(f"{address}/helse/")
        yield address
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def wait_for(address):
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail("The app server did not start.")


def first_view(browser, address):
    """(kind, address, bytes over the wire) of all that a new visitor's browser asks for."""
    context = browser.new_context(locale="nb-NO")
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    asked, received = {}, {}
    network.on("Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: e}))
    network.on(
        "Network.loadingFinished",
        lambda e: received.update({e["requestId"]: e["encodedDataLength"]}),
    )
    page.goto(address, wait_until="networkidle")
    context.close()
    return [
        (each["type"], each["request"]["url"], received.get(number, 0))
        for number, each in asked.items()
    ]


def test_the_first_view_of_each_main_page_is_within_the_budget(browser, request):
    world = pages.world(responses=RESPONSES)
    site = request.getfixturevalue("site")
    spent = {}

    for path in MAIN_PAGES:
        loaded = first_view(browser, site + pages.address_of(path, world))

        spent[path] = sum(size for kind, _url, size in loaded if kind != "Image")
        elsewhere = [url for _kind, url, _size in loaded if not url.startswith((site, "data:"))]
        assert elsewhere == []
        assert [url for kind, url, size in loaded if kind == "Stylesheet" and not size] == []

    print(spent)  # noqa: T201 — the figures, with pytest -s
    assert {path: size for path, size in spent.items() if size > BUDGET} == {}
