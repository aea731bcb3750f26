"""The sandbox: what a program in it can not see, reach, take or outlive."""

import os
import socket
import subprocess
import time

import pytest

from archive import sandbox

pytestmark = pytest.mark.usefixtures("bubblewrap")
SECRET = "hemmelig-0451"


def shell(script, **files):
    """What a shell script prints in the sandbox."""
    with sandbox.run(["sh", "-c", script], files) as result:
        return result.output.read().decode(), result.said


def test_run_gives_what_the_program_prints_and_its_code():
    with sandbox.run(["sh", "-c", "cat {read}/a; echo nei >&2; exit 3"], {"a": b"Hei"}) as result:
        assert (result.output.read(), result.said, result.code) == (b"Hei", "nei\n", 3)


def test_nothing_of_the_machine_is_seen(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", SECRET)
    (tmp_path / "nøkkel").write_text(SECRET)

    said, _errors = shell(
        f"env; ls / /etc; cat /etc/passwd {tmp_path}/*; ls {os.getcwd()} /root /home /var/lib;"
        "cat /proc/1/environ"
    )

    assert SECRET not in said
    assert "manage.py" not in said
    assert "root:" not in said
    assert set(said.split()) & {"home", "root", "work", "srv", "run"} == set()


def test_nothing_can_be_written_but_in_its_own_tmp():
    said, _errors = shell(
        "for place in /usr/x /in/x /x /etc/x /dev/shm/../../usr/x; do"
        " (echo a > $place) 2>/dev/null && echo $place; done; echo ja > {work}/x; cat {work}/x"
    )

    assert said == "ja\n"


def test_there_is_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        said, _errors = shell(
            "python3 -c \"import socket; socket.create_connection(('127.0.0.1', "
            f"{port}), 2); print('inne')\" || perl -MIO::Socket::INET -e "
            f'\'print "inne" if IO::Socket::INET->new("127.0.0.1:{port}")\'; cat /proc/net/route'
        )

        with pytest.raises(TimeoutError):
            server.accept()
    assert "inne" not in said
    assert len(said.splitlines()) <= 1  # the heading, and no way out


def test_program_that_does_not_end_is_stopped_with_all_its_children(settings):
    settings.CONVERSION_SECONDS = 1

    started = time.monotonic()
    with pytest.raises(sandbox.TimedOut):
        shell("sleep 4321 & sleep 4321 & setsid sleep 4321 & sleep 4321")

    assert time.monotonic() - started < 5
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert "sleep 4321" not in left.stdout


def test_program_that_takes_too_much_memory_is_stopped(settings):
    settings.CONVERSION_MEMORY = 64

    said, errors = shell("head -c 200M /dev/zero | tail -c 150M | wc -c")

    assert "memory exhausted" in errors
    assert said.strip() != "157286400"


@pytest.mark.parametrize(
    "script",
    ["head -c 5M /dev/zero > {work}/x", "head -c 5M /dev/zero"],
    ids=["a file", "what it prints"],
)
def test_program_that_writes_too_much_is_stopped(settings, script):
    settings.CONVERSION_OUTPUT = 1

    with pytest.raises(sandbox.Stopped, match="signal 25"):
        shell(f"exec {script}")


def test_many_small_files_do_not_fill_the_disk(settings):
    settings.CONVERSION_OUTPUT = 2

    said, errors = shell(
        "for i in 1 2 3 4 5 6 7 8; do head -c 1M /dev/zero > {work}/$i; done; du -sm {work}"
    )

    assert "No space left" in errors
    assert int(said.split()[0]) <= 4


def test_program_that_multiplies_is_held_back():
    said, _errors = shell("grep -E '(processes|address|core)' /proc/self/limits")
    limits = {" ".join(line.split()[:3]): line.split()[-3] for line in said.splitlines()}

    assert limits["Max processes 64"] == "64"
    assert limits["Max address space"] != "unlimited"
    if os.getuid():  # root is never held back
        said, errors = shell("for i in $(seq 200); do sleep 5 & done; echo alle")
        assert "alle" not in said
        assert "fork" in errors.lower()


def test_nothing_is_run_where_it_can_not_be_done_safely(monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(sandbox.SandboxMissing), sandbox.run(["true"], {}):
        pass

    assert not sandbox.is_available()


def test_nothing_is_run_where_bubblewrap_is_refused(monkeypatch):
    monkeypatch.setattr(sandbox, "NAMESPACES", ("--unshare-user", "--userns", "99"))

    with pytest.raises(sandbox.SandboxMissing, match="bwrap"), sandbox.run(["true"], {}):
        pass


def test_container_that_is_the_sandbox_is_used_where_the_settings_say_so(settings, tmp_path):
    settings.CONVERSION_SANDBOX = "container"
    (tmp_path / "fil").write_text("sees")

    said, _errors = shell(
        f"cat {tmp_path}/fil {{read}}/a; env; echo x > {{work}}/y && pwd", a=b"Hei"
    )

    assert said.startswith("seesHei")
    assert "DJANGO_SETTINGS_MODULE" not in said
    settings.CONVERSION_SECONDS = 1
    with pytest.raises(sandbox.TimedOut):
        shell("sleep 60")
