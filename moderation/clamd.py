"""Asks ClamAV's daemon about a file, by its INSTREAM command.

The clients on PyPI know no IPv6 or no time limit, or are under the GPL, and the protocol is
this: a length before each chunk, none at the end, and one line back.
"""

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT = 30  # seconds for each step; a file of ten megabytes takes one or two
CHUNK = 64 * 1024
LONGEST_ANSWER = 1000


class ScannerUnreachable(Exception):
    """clamd is down, or says something else than clean or infected: ask again later."""


def find_virus(file):
    """What clamd calls the virus in an open file, or "" for a clean one.

    Raises ScannerUnreachable.
    """
    try:
        with _connected(settings.CLAMAV_URL) as connection:
            connection.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            with connection.makefile("rb") as answers:
                answer = answers.read(LONGEST_ANSWER).decode(errors="replace").strip("\0\n ")
    except OSError as error:
        raise ScannerUnreachable(type(error).__name__) from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerUnreachable("an answer that is neither OK nor FOUND")


def _connected(url):
    parts = urlsplit(url)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname, parts.port or 3310), TIMEOUT)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(TIMEOUT)
    try:
        connection.connect(parts.path)
    except OSError:
        connection.close()
        raise
    return connection
