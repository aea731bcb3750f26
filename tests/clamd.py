"""Starts a real clamd with one signature of its own, so that nothing is downloaded."""

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager

from tests.conftest import wanted

# The EICAR file, put together here so that no scanner trips over this one.
EICAR = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()
SIGNATURE = f"Eicar-Test:0:*:{EICAR.hex()}\n"
CONFIGURATION = """
Foreground yes
DatabaseDirectory {folder}/signatures
LocalSocket {folder}/clamd.ctl
TCPSocket {port}
TCPAddr 127.0.0.1
StreamMaxLength {limit}
"""


def clamd_program():
    path = f"{os.environ['PATH']}:/usr/sbin"
    return wanted("clamd (Debian's clamav-daemon)", shutil.which("clamd", path=path))


@contextmanager
def clamd(folder, *, limit="25M"):
    """A clamd that answers; gives its two addresses, for TCP and for the socket."""
    program = clamd_program()
    (folder / "signatures").mkdir(exist_ok=True)
    (folder / "signatures/test.ndb").write_text(SIGNATURE)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    configuration = CONFIGURATION.format(folder=folder, port=port, limit=limit)
    (folder / "clamd.conf").write_text(configuration)
    with (folder / "clamd.log").open("w") as log:
        process = subprocess.Popen(
            [program, "--config-file", folder / "clamd.conf"], stdout=log, stderr=log
        )
    try:
        _wait(process, port, folder / "clamd.log")
        yield f"tcp://127.0.0.1:{port}", f"unix://{folder}/clamd.ctl"
    finally:
        process.kill()
        process.wait()


def _wait(process, port, log):
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
