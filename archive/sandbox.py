"""Runs a program that reads what a stranger has sent, where it can do no harm.

In a bubblewrap of its own: no network, the system's programs and fonts read-only and nothing
else of the machine, namespaces of its own, no environment, and a /tmp in memory that is gone
with it. It has only so much memory, time, disk and so many processes. What it makes comes back
through its standard output, so it needs no place to write that anybody else reads.

Where bubblewrap is not there, or the machine does not let it make namespaces, nothing is run:
see CONVERSION_SANDBOX.
"""

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from django.conf import settings

MEGABYTE = 1 << 20
PROCESSES = 64  # threads too, of the sandbox alone; the kernel asks it of everybody but root
SAID = 2000  # of what the program says, the last so many characters are kept
READ, WORK = "{read}", "{work}"  # in a command: where its files are, and where it may write
SYSTEM = ("/usr", "/lib", "/lib64", "/bin")
# What LibreOffice and Ghostscript read outside of /usr: fonts, and their settings.
READ_IF_THERE = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ghostscript",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/etc/papersize",
    "/var/cache/fontconfig",
    "/var/lib/ghostscript",
)
NAMESPACES = ("--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent")


class SandboxMissing(Exception):
    """Nothing was run, for it could not be run safely here. The words are for the log."""


class Stopped(Exception):
    """The program was stopped, or fell, before it was done: it may do better another time."""


class TimedOut(Stopped):
    """It was stopped because it took too long."""


@dataclass(frozen=True)
class Result:
    """What a program left: a file of its standard output, at its beginning; the end of what it
    said; and its exit code."""

    output: object
    said: str
    code: int


@contextmanager
def run(command, files):
    """Run `command` where each of `files` (name → bytes, or an open file) is in the folder READ.

    Yields a Result, whose file is closed afterwards. Raises SandboxMissing, and Stopped where
    the limits of CONVERSION_… or a signal ended the program.
    """
    with TemporaryDirectory(prefix="conversion-") as folder, TemporaryFile() as output:
        read, work = Path(folder, "read"), Path(folder, "work")
        read.mkdir()
        work.mkdir()
        for name, content in files.items():
            _place(read / name, content)
        around = _around(read)
        places = {READ: "/in", WORK: "/tmp"} if around else {READ: str(read), WORK: str(work)}  # noqa: S108
        said, code = _carry_out(
            [*around, *_limits(), *(_placed(each, places) for each in command)],
            output,
            work,
        )
        output.seek(0)
        yield Result(output, said, code)


def is_available():
    """Whether anything can be run at all; asks by doing so."""
    try:
        with run(["true"], {}) as result:
            return result.code == 0
    except (SandboxMissing, Stopped):
        return False


def _placed(word, places):
    for name, place in places.items():
        word = word.replace(name, place)
    return word


def _place(path, content):
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with path.open("wb") as target:
            shutil.copyfileobj(content, target)
    path.chmod(0o444)


def _carry_out(command, output, work):
    with TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 - no shell; the command is ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=work,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            code = process.wait(settings.CONVERSION_SECONDS)
        except subprocess.TimeoutExpired as late:
            raise TimedOut(f"stopped after {settings.CONVERSION_SECONDS} seconds") from late
        finally:
            _kill(process)
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - SAID))
        said = errors.read().decode(errors="replace")
    if said.startswith("bwrap: ") and code == 1:
        raise SandboxMissing(said.strip())
    if code < 0 or code > 128:  # a shell, and bubblewrap, say 128 + the signal
        raise Stopped(f"ended by signal {-code if code < 0 else code - 128}")
    return said, code


def _kill(process):
    """The whole group: in a namespace of its own, nothing outlives its first process."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _limits():
    return (
        "prlimit",
        f"--as={settings.CONVERSION_MEMORY * MEGABYTE}",
        f"--cpu={settings.CONVERSION_SECONDS}",
        f"--fsize={settings.CONVERSION_OUTPUT * MEGABYTE}",
        f"--nproc={PROCESSES}",
        "--core=0",
        "--",
    )


def _around(read):
    """The command in which another is run: bubblewrap; none where that is said in the settings."""
    if settings.CONVERSION_SANDBOX == "container":
        return ()
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise SandboxMissing("bubblewrap (bwrap) is not installed")
    return (
        bubblewrap,
        *NAMESPACES,
        "--new-session",
        *("--uid", "65534", "--gid", "65534"),
        *_bindings(),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--size", str(settings.CONVERSION_OUTPUT * MEGABYTE * 2), "--tmpfs", "/tmp"),  # noqa: S108
        *("--ro-bind", str(read), "/in"),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--chdir", "/tmp"),  # noqa: S108
    )


def _bindings():
    for place in SYSTEM:
        if os.path.islink(place):  # where /bin is /usr/bin, it is so inside too
            yield from ("--symlink", os.readlink(place), place)
        elif os.path.isdir(place):
            yield from ("--ro-bind", place, place)
    for place in (*READ_IF_THERE, *_homes()):
        yield from ("--ro-bind-try", place, place)


def _homes():
    """Where the programs are that are not the system's own, as /opt/libreoffice/program."""
    for program in filter(None, (settings.LIBREOFFICE, settings.GHOSTSCRIPT)):
        home = os.path.dirname(os.path.dirname(os.path.realpath(program)))
        if home != "/" and not home.startswith("/usr/"):
            yield home
