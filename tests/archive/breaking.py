"""Breaks a copy of a good extraction in one place, and puts the checksums right again.

So that what the validator then finds is the fault itself, and not that a file was changed.
"""

import hashlib
import re
from pathlib import Path

from archive.validation.checks import validate
from archive.validation.package import Package

MANIFEST, STRUCTURE, LOG = "arkivuttrekk.xml", "arkivstruktur.xml", "endringslogg.xml"
RUNNING, PUBLIC = "loependeJournal.xml", "offentligJournal.xml"


class Extraction:
    """An extraction that is to be broken."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def text(self, name):
        return (self.folder / name).read_bytes().decode()

    def replace(self, name, pattern, new, *, count=1):
        """Put `new` for what a regular expression finds in a file; it must find it."""
        text, found = re.subn(pattern, new, self.text(name), count=count, flags=re.DOTALL)
        assert found, f"{name} has no {pattern}"
        self.write(name, text.encode())

    def write(self, name, content):
        """Give a file other content, and its digest and size to the file that tells them."""
        path = self.folder / name
        old = path.read_bytes()
        path.write_bytes(content)
        if name == MANIFEST:
            return
        teller = STRUCTURE if name.startswith("DOKUMENT") else MANIFEST
        before, place, told = self.text(teller).partition(f">{name}<")
        digests = [hashlib.sha256(each).hexdigest() for each in (old, content)]
        told = told.replace(*digests, 1)
        if teller == STRUCTURE:
            sizes = [f"<filstoerrelse>{len(each)}<" for each in (old, content)]
            told = told.replace(*sizes, 1)
        self.write(teller, (before + place + told).encode())

    def document(self, extension):
        """The path of the first document file of this kind."""
        return re.search(rf"DOKUMENT/[^<]*\.{extension}", self.text(STRUCTURE))[0]

    def registration(self, holds):
        """The first registration of the structure that holds a text, as it is written."""
        found = re.findall(r"<registrering .*?</registrering>\n", self.text(STRUCTURE), re.DOTALL)
        return next(each for each in found if holds in each)

    def edit(self, name, whole, pattern, new):
        """`replace` within one passage of a file."""
        changed, found = re.subn(pattern, new, whole, count=1, flags=re.DOTALL)
        assert found, f"{pattern} is not in {whole}"
        self.write(name, self.text(name).replace(whole, changed).encode())


def breaches(folder, schemas=None):
    """All that the validator has to say of an extraction."""
    return list(validate(Package(folder, schemas)))


def numbers(lines):
    """The numbers of the tests that have found something."""
    return {line.partition(" ")[0] for line in lines}
