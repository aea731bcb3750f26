"""XML as Noark 5 wants it: UTF-8, one default namespace, no empty elements (krav 6.4.3–6.4.9).

`leaf` and `branch` make text; an `XmlFile` takes it to disk as it comes, so that a file of
millions of elements needs no more memory than one of ten, and knows its digest when it is
closed. One that was interrupted is written on from where it was whole.
"""

import hashlib
import os
import re
from datetime import datetime
from functools import lru_cache

from django.utils.timezone import get_default_timezone

XSI = "http://www.w3.org/2001/XMLSchema-instance"
UNSAFE = re.compile("[^\t\n\x20-\x25\x27-\x3b\x3d\x3f-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BUFFER = 1 << 20  # bytes
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def leaf(name, value):
    """An element with text; nothing at all where there is no value."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        if value.isspace():
            return ""
        if UNSAFE.search(value):
            value = UNSAFE.sub(_harmless, value)
    elif isinstance(value, datetime):
        value = _moment(value)
    elif value is True or value is False:
        value = str(value).lower()
    return f"<{name}>{value}</{name}>\n"


def branch(name, *children):
    """An element with elements; nothing at all where it would be empty."""
    content = "".join(children)
    return f"<{name}>\n{content}</{name.partition(' ')[0]}>\n" if content else ""


def around(name, pieces):
    """The pieces of an element that is too large to be made at once."""
    yield f"<{name}>\n"
    yield from pieces
    yield f"</{name.partition(' ')[0]}>\n"


class XmlFile:
    """One file of the package, written from its first byte to its last.

    `kept` is how many bytes of it an earlier run left whole: the rest is cut off, and all that
    is written until `go_on` is dropped, for it stands there already.
    """

    def __init__(self, path, root, namespace, schema, attributes="", *, kept=0):
        self._file = path.open("r+b" if kept else "wb", buffering=BUFFER)
        self._digest = hashlib.sha256()
        self._root = root
        self._is_whole_so_far = not kept
        self.name = path.name
        while kept and (content := self._file.read(min(BUFFER, kept - self._file.tell()))):
            self._digest.update(content)
        self._file.truncate()
        self.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self.write(
            f'<{root} xmlns="{namespace}" xmlns:xsi="{XSI}" '
            f'xsi:schemaLocation="{namespace} {schema}"{attributes}>\n'
        )

    def write(self, markup):
        if self._is_whole_so_far:
            encoded = markup.encode()
            self._digest.update(encoded)
            self._file.write(encoded)

    def go_on(self):
        """From here on, what is written is new."""
        self._is_whole_so_far = True

    def sync(self):
        """Force all that is written to disk. Returns how many bytes that is."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    @property
    def sha256(self):
        return self._digest.hexdigest()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.go_on()
                self.write(f"</{self._root}>\n")
                self.sync()
        finally:
            self._file.close()


@lru_cache(maxsize=4096)
def _moment(value):
    """In Norwegian time, with its offset."""
    return value.astimezone(get_default_timezone()).isoformat(timespec="seconds")


def _harmless(match):
    """Its entity, or the sign for "not a character" where XML 1.0 has no room for it."""
    return ENTITIES.get(match[0], "\ufffd")
