"""What all tests share: a media folder of their own, and the services the machine must have."""

import gc
import os
import shutil
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import override_settings
from django.utils import translation

from archive import sandbox
from consultations.models import Consultation
from tests import factories
from tests.database import migrated_template
from tests.presses import undone

ROOT = Path(__file__).resolve().parent.parent
IS_CI = os.environ.get("CI") == "true"
QUIET = (  # a browser that asks nobody but us
    "no-sandbox",
    "disable-gpu",
    "disable-quic",
    "no-first-run",
    "disable-sync",
    "disable-background-networking",
    "disable-component-update",
)
# How many examples a property is tried on; a machine that others share is slow now and then.
hypothesis.settings.register_profile("quick", max_examples=40, deadline=None)
hypothesis.settings.register_profile("thorough", max_examples=100, deadline=None)
hypothesis.settings.load_profile("thorough" if IS_CI else "quick")

# Playwright drives the browser from an event loop in the thread where Django's ORM is used too.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


# A test with transaction=True empties the database. Nobody asks for Django's permissions, of which
# some 400 rows would be made anew after each.
post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


def pytest_collection_finish():
    """What is loaded by now lives as long as the run: the collector need not walk it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # nor look so often at what a test makes


def wanted(what, found):
    """`found`, or a loud skip; under CI=true a failure, for there all must be had."""
    if found:
        return found
    message = f"!!! {what} was not found on this machine: this was NOT tested !!!"
    if IS_CI:
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix,
    django_db_keepdb,
    django_db_createdb,
    django_db_blocker,
):
    """Copy the database from one that is migrated, unless the last run's is used again."""
    if django_db_createdb or not django_db_keepdb:
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


SHARED = pytest.StashKey[ExitStack]()  # on a module: what undoes the rows that its tests share


@pytest.fixture(scope="module")
def shared(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """Lets a fixture of a module make rows that all the module's tests find; yields their files.

    What a test changes is undone after it, and the rows themselves after the module's last, or
    before its first with transaction=True: two threads would not see them.
    """
    folder = tmp_path_factory.mktemp("shared")
    with ExitStack() as rows:
        request.node.stash[SHARED] = rows
        rows.enter_context(django_db_blocker.unblock())
        rows.enter_context(override_settings(MEDIA_ROOT=folder))
        rows.enter_context(undone())
        yield folder


def pytest_collection_modifyitems(items):
    """Use `one_consultation` where it is asked for, but for what does not see shared rows."""
    for item in items:
        if item.get_closest_marker("one_consultation") and not is_transactional(item):
            item.fixturenames[:0] = ["shared", "one_consultation"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Tests with transaction=True come after all others, so nobody misses what is undone here."""
    if is_transactional(item):
        assert "shared" not in item.fixturenames, f"{item.name} does not see what is shared"
        module = item.getparent(pytest.Module)
        module.stash.get(SHARED, ExitStack()).close()


def is_transactional(item):
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="module")
def opened(shared):
    return factories.open_for_answers()


@pytest.fixture
def consultation(db, opened):
    """A consultation that takes responses, opened once for the module."""
    return Consultation.objects.get(pk=opened.pk)


@pytest.fixture
def one_consultation(opened, monkeypatch):
    """Who does not say where answers in the module's consultation, not each in a new one."""
    monkeypatch.setattr(
        factories, "some_consultation", lambda: Consultation.objects.get(pk=opened.pk)
    )


_media = count()


@pytest.fixture(autouse=True)
def media_root(request, settings, tmp_path_factory):
    """A folder of the test's own, with the files of what the module shares."""
    own = tmp_path_factory.getbasetemp() / f"files-{next(_media)}"
    settings.MEDIA_ROOT = own / "media"
    settings.EXTRACTIONS_DIR = own / "extractions"
    own.mkdir()
    if "shared" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("shared"), settings.MEDIA_ROOT)
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def nothing_is_left():
    """No test knows what the one before has counted, or which language it has read."""
    for cache in caches.all(initialized_only=True):
        cache.clear()
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def noark5_schemas():
    """The folder with the official schemas, which are not ours to copy."""
    given = Path(django_settings.NOARK5_SCHEMAS or ROOT.parent / "shared/noark5/schemas/5.0")
    return wanted("The folder of the Noark 5 schemas (NOARK5_SCHEMAS)", given.is_dir() and given)


@pytest.fixture(scope="session")
def redis_server():
    """The path of the machine's redis-server."""
    return wanted("redis-server", shutil.which("redis-server"))


@pytest.fixture(scope="session")
def chromium():
    """The path of the machine's Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return wanted("Chromium", next(filter(None, map(shutil.which, names)), None))


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium):
    return {"executable_path": chromium, "args": [f"--{switch}" for switch in QUIET]}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"locale": "nb-NO", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def bubblewrap():
    """The machine's bubblewrap, which must be able to shield a program here."""
    return wanted("bubblewrap (bwrap), able to make namespaces", sandbox.is_available())


@pytest.fixture
def libreoffice(settings, bubblewrap):
    """The machine's LibreOffice, to be used as in production."""
    settings.LIBREOFFICE = wanted("LibreOffice (soffice)", shutil.which("soffice"))


@pytest.fixture
def ghostscript(settings, bubblewrap):
    """The machine's Ghostscript, to be used as in production."""
    settings.GHOSTSCRIPT = wanted("Ghostscript (gs)", shutil.which("gs"))


@pytest.fixture(scope="session", autouse=True)
def no_session_is_left(django_db_setup, django_db_blocker):
    """End what still talks to the test database when all is done: a worker that was killed,
    the last request of a browser. PostgreSQL does not drop a database that is in use."""
    yield
    connection.close()  # a test may have ended it, and the tests after it may have needed none
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def english():
    """What is said is said in English: for tests of the words in the code."""
    with translation.override("en"):
        yield
