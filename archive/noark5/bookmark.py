"""How far a package has come on disk, so that whoever goes on does not start over.

The bookmark is a file beside the parts of a package that grows. It says of each XML file how
many bytes of it are whole, after which entry they end, and what had been counted by then; and
it says of what the package was made. Only what is made of the same is gone on with: a package
shows one moment, never two (docs/decisions/0005-an-extraction-goes-on.md).
"""

import json
import os
import time

NAME = ".bookmark.json"
EVERY = 5.0  # seconds between two bookmarks


class Bookmark:
    """Where an earlier run stopped, and from now on where this one is.

    `moment` is the digest of all that the package is made of. Where the earlier run's is
    another, `is_kept` is false and nothing is kept of its XML.
    """

    def __init__(self, folder, moment):
        self._path = folder / NAME
        self._folder = folder
        self._turned_at = time.monotonic()
        kept = self._read()
        self.is_kept = kept.get("moment") == moment and self._is_on_disk(kept)
        self._leaf = kept if self.is_kept else {"moment": moment, "whole": {}, "open": {}}

    def whole(self, name):
        """What `finish` was told of a file that is whole; None where it is not."""
        return self._leaf["whole"].get(name)

    def kept(self, name):
        """How many bytes of an open file are whole."""
        return self._leaf["open"].get("bytes", {}).get(name, 0)

    def place(self, name):
        """After what the open file goes on: what `turn` was told; None where it begins."""
        return self._leaf["open"].get("place") if self.kept(name) else None

    def counted(self):
        """What had been counted by then."""
        return self._leaf.get("counted", {})

    def turn(self, files, place, count):
        """Note where the open `files` are, unless that was done a moment ago.

        `count` tells what has been counted, and is called only then.
        """
        if time.monotonic() - self._turned_at >= EVERY:
            os.sync()  # the documents, of which there may be very many
            written = {file.name: file.sync() for file in files}
            self._leaf["open"] = {"place": place, "bytes": written}
            self._leaf["counted"] = count()
            self._write()
            self._turned_at = time.monotonic()

    def finish(self, file, counted, **facts):
        """Note that a file is whole, with what has to be known of it later."""
        os.sync()
        self._leaf["whole"][file.name] = {"sha256": file.sha256, **facts}
        self._leaf["open"] = {}
        self._leaf["counted"] = counted
        self._write()

    def remove(self):
        self._path.unlink(missing_ok=True)

    def _read(self):
        try:
            return json.loads(self._path.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}

    def _is_on_disk(self, kept):
        least = dict.fromkeys(kept["whole"], 1) | kept["open"].get("bytes", {})
        paths = {self._folder / name: size for name, size in least.items()}
        return all(path.is_file() and path.stat().st_size >= paths[path] for path in paths)

    def _write(self):
        fresh = self._path.with_suffix(".new")
        with fresh.open("w") as file:
            json.dump(self._leaf, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
