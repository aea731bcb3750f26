"""The private PostgreSQL: it starts for whoever asks first, and loses nothing."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from config import embedded

pytestmark = pytest.mark.server
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused by PostgreSQL")


@pytest.fixture
def var_dir(tmp_path):
    yield tmp_path / "var"

    embedded.remove(tmp_path / "var")


@pytest.fixture
def no_namespaces(tmp_path, monkeypatch):
    """A machine whose `unshare` is refused, as in most containers."""
    refusing = tmp_path / "bin/unshare"
    refusing.parent.mkdir()
    refusing.write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{refusing.parent}:{os.environ['PATH']}")


def execute(var_dir, query):
    with psycopg.connect(embedded.database_url(var_dir)) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def postmaster(var_dir):
    pid_file = embedded.server(var_dir).cluster / "postmaster.pid"
    return int(pid_file.read_text().split("\n", 1)[0])


def wait_until_gone(pid):
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}/cmdline").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_database_url_keeps_data_when_the_server_was_stopped(var_dir):
    execute(var_dir, "CREATE TABLE kept AS SELECT 'blåbærsyltetøy' AS word")

    embedded.stop(var_dir)

    assert not embedded.is_running(var_dir)
    assert execute(var_dir, "SELECT word FROM kept") == "blåbærsyltetøy"


def test_database_url_starts_one_server_only(var_dir):
    embedded.database_url(var_dir)
    first = postmaster(var_dir)

    embedded.database_url(var_dir)

    assert postmaster(var_dir) == first


def test_server_listens_on_no_port_and_is_durable(var_dir):
    assert execute(var_dir, "SHOW listen_addresses") == ""
    assert execute(var_dir, "SHOW fsync") == "on"
    assert execute(var_dir, "SHOW synchronous_commit") == "on"
    assert execute(var_dir, "SHOW server_encoding") == "UTF8"
    assert execute(var_dir, "SELECT lower('ÆØÅ')") == "æøå"


def test_socket_can_be_reached_by_its_owner_only(var_dir):
    embedded.database_url(var_dir)

    folder = embedded.server(var_dir).socket_dir

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_database_url_survives_a_killed_server(var_dir):
    execute(var_dir, "CREATE TABLE kept AS SELECT 1 AS number")
    killed = postmaster(var_dir)

    os.kill(killed, signal.SIGKILL)
    wait_until_gone(killed)

    assert execute(var_dir, "SELECT number FROM kept") == 1
    assert postmaster(var_dir) != killed


def test_database_url_survives_a_pid_that_another_process_has_taken(var_dir):
    execute(var_dir, "CREATE TABLE kept AS SELECT 1 AS number")
    embedded.stop(var_dir)
    cluster = embedded.server(var_dir).cluster
    (cluster / "postmaster.pid").write_text(f"{os.getppid()}\n{cluster}\n")

    number = execute(var_dir, "SELECT number FROM kept")

    assert number == 1


def test_database_url_is_safe_when_several_processes_start_at_once(var_dir):
    command = [sys.executable, "-c", "from config import embedded; print(embedded.database_url())"]
    root = Path(embedded.__file__).parent.parent
    environment = os.environ | {"VAR_DIR": str(var_dir), "PYTHONPATH": str(root)}

    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = {process.communicate(timeout=60)[0].strip() for process in processes}

    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    assert answers == {embedded.database_url(var_dir)}


def test_deep_checkout_has_its_socket_in_a_short_private_folder(tmp_path):
    deep = tmp_path / ("dypt" * 20) / "var"
    try:
        embedded.database_url(deep)

        folder = embedded.server(deep).socket_dir

        assert folder.parent == embedded.SHORT_DIR
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        embedded.remove(deep)
    assert not folder.exists()


def test_short_folder_that_others_can_enter_is_refused(tmp_path):
    deep = tmp_path / ("dypt" * 20) / "var"
    folder = embedded.server(deep).socket_dir
    folder.mkdir(mode=0o755)
    try:
        with pytest.raises(embedded.EmbeddedPostgresError, match="not a folder of ours"):
            embedded.database_url(deep)
    finally:
        embedded.remove(deep)


def test_broken_cluster_is_reported_in_the_servers_own_words(var_dir):
    embedded.database_url(var_dir)
    embedded.stop(var_dir)
    (embedded.server(var_dir).cluster / "PG_VERSION").write_text("9\n")

    with pytest.raises(embedded.EmbeddedPostgresError, match="not compatible"):
        embedded.database_url(var_dir)


def test_stop_if_unused_spares_whoever_is_connected(var_dir):
    with psycopg.connect(embedded.database_url(var_dir)) as connection:
        embedded.stop_if_unused(var_dir)

        assert connection.execute("SELECT 1").fetchone() == (1,)
    embedded.stop_if_unused(var_dir)
    assert not embedded.is_running(var_dir)


def test_stop_if_unused_spares_whoever_has_only_asked_for_the_address(var_dir):
    embedded.database_url(var_dir)
    ask = (
        "from config import embedded; embedded.database_url(); print('asked', flush=True); input()"
    )
    environment = os.environ | {"VAR_DIR": str(var_dir)}
    other = subprocess.Popen(
        [sys.executable, "-c", ask],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout.readline() == "asked\n"

        embedded.stop_if_unused(var_dir)

        assert embedded.is_running(var_dir)
        other.communicate("\n")
    embedded.stop_if_unused(var_dir)
    assert not embedded.is_running(var_dir)


def test_secret_key_is_made_once_and_for_its_owner_only(var_dir):
    key = embedded.secret_key(var_dir)

    assert len(key) >= 50
    assert embedded.secret_key(var_dir) == key
    assert stat.S_IMODE((var_dir / "secret-key").stat().st_mode) == 0o600


@as_root
def test_root_without_namespaces_runs_it_as_nobody(var_dir, no_namespaces):
    before = {folder: folder.stat().st_mode for folder in var_dir.parents}

    execute(var_dir, "CREATE TABLE kept AS SELECT 1 AS number")

    assert embedded.server(var_dir).home.parent == embedded.STATE_DIR
    assert Path(f"/proc/{postmaster(var_dir)}").owner() == "nobody"
    assert {folder: folder.stat().st_mode for folder in var_dir.parents} == before


@as_root
def test_root_finds_its_data_again_when_namespaces_are_back(var_dir, no_namespaces, monkeypatch):
    execute(var_dir, "CREATE TABLE kept AS SELECT 1 AS number")
    embedded.stop(var_dir)

    monkeypatch.setenv("PATH", os.defpath)

    assert execute(var_dir, "SELECT number FROM kept") == 1


@as_root
def test_nobody_gets_a_copy_of_programs_that_it_cannot_reach(tmp_path, var_dir):
    wheel = tmp_path / "site-packages"  # in a folder that only root can enter
    wheel.symlink_to(embedded.server(var_dir).wheel)
    home = embedded.STATE_DIR / f"netthoring-{embedded.digest(var_dir)}"

    postgres = embedded.as_nobody(home, wheel)

    assert postgres.wheel.parent == home
    assert embedded.works(postgres)
