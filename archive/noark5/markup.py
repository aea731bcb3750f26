"""XML as Noark 5 wants it: UTF-8, one default namespace, no empty elements (krav 6.4.3–6.4.9).

`leaf` and `branch` make text; an `XmlFile` takes it to disk as it comes, so that a file of
millions of elements needs no more memory than one of ten, and knows its digest when it is
closed.
"""

import hashlib
import re
from datetime import datetime

from django.utils.timezone import get_default_timezone

XSI = "http://www.w3.org/2001/XMLSchema-instance"
UNSAFE = re.compile("[^\t\n\x20-\x25\x27-\x3b\x3d\x3f-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def leaf(name, value):
    """An element with text; nothing at all where there is no value."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        if value.isspace():
            return ""
        return f"<{name}>{UNSAFE.sub(_harmless, value)}</{name}>\n"
    return f"<{name}>{_plain(value)}</{name}>\n"


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
    """One file of the package, written from its first byte to its last."""

    def __init__(self, path, root, namespace, schema, attributes=""):
        self._file = path.open("wb", buffering=1 << 20)
        self._digest = hashlib.sha256()
        self._root = root
        self.name = path.name
        self.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self.write(
            f'<{root} xmlns="{namespace}" xmlns:xsi="{XSI}" '
            f'xsi:schemaLocation="{namespace} {schema}"{attributes}>\n'
        )

    def write(self, markup):
        encoded = markup.encode()
        self._digest.update(encoded)
        self._file.write(encoded)

    @property
    def sha256(self):
        return self._digest.hexdigest()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.write(f"</{self._root}>\n")
        self._file.close()


def _plain(value):
    """A moment in Norwegian time with its offset, true or false; all else writes itself."""
    if isinstance(value, datetime):
        return value.astimezone(get_default_timezone()).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _harmless(match):
    """Its entity, or the sign for "not a character" where XML 1.0 has no room for it."""
    return ENTITIES.get(match[0], "\ufffd")
