"""The schemas: whether they are the official ones, and whether the files follow them."""

import hashlib
import re

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
OFFICIAL = {  # N5/v5.0 (Noark 5.5.0) and ADDML 8.3 as Nasjonalarkivet publishes them: SHA-256
    "addml.xsd": "900d238446096154af2d6f066c51ec35bcbb82c4e843079d870b94235b12f24f",
    "arkivstruktur.xsd": "77acc0f549f4f3856f56429cb30e6b626ddb05d8b8a3d6cae00cb5911b60f58c",
    "endringslogg.xsd": "07cbc86e8b3c4b42ed831cdd5c09aa402a2c4049bbca2d287e184f3138edf1de",
    "loependeJournal.xsd": "a631f05eac6496394e78597ac7d20d9e1269fcaccb6d1a8f5c50c75e53384f27",
    "metadatakatalog.xsd": "c7c0a7e7996f60b4c28eacd0e34e6af0d6ca2cfb76f58080221e163fb972a305",
    "offentligJournal.xsd": "e3d9befccf53255be8233d2836ef1de35d9270d95bb3bcbd58ca63544fe170b3",
}
CATALOGUE = "metadatakatalog.xsd"
DECLARATION = re.compile(
    rb"""(\xef\xbb\xbf)?<\?xml version=["']1\.0["'] encoding=["']utf-8["']""", re.I
)
SHOWN = 100  # different messages of one file; Arkade stops there too


class UnusableSchema(Exception):
    """There is nothing to validate with. The text says why."""


def local_parser():
    """A parser that fetches nothing and expands nothing."""
    return etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)


def compiled(folder, name):
    """The schema of a file, with what it imports from beside it. Raises UnusableSchema."""
    try:
        tree = etree.parse(folder / name, local_parser())
        for borrowed in tree.iter(f"{XS}import", f"{XS}include", f"{XS}redefine"):
            if borrowed.get("schemaLocation") != CATALOGUE:
                raise UnusableSchema(f"{name} takes in something that is not in the package")
            if name != CATALOGUE:
                compiled(folder, CATALOGUE)
        return etree.XMLSchema(tree)
    except (OSError, etree.LxmlError) as error:
        raise UnusableSchema(f"{name} cannot be used: {error}") from error


def invalid_files(package):
    for name, faults in package.invalid.items():
        for fault in faults[:SHOWN]:
            yield f"{name}: {fault.removesuffix('.')}."


def unnamed_schemas(package):
    """A file whose schemas are not described is validated with the receiver's own (S07)."""
    for part in package.parts:
        named = [each.name for each in part.schemas]
        for wanted in (f"{part.name}.xsd", CATALOGUE):
            if wanted not in named:
                yield f"arkivuttrekk.xml: {part.name} does not name its schema {wanted}."


def unofficial_schemas(package):
    for folder in dict.fromkeys((package.folder, package.schema_folder)):
        for name, digest in OFFICIAL.items():
            path = folder / name
            if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                yield f"{path}: this is not the schema that Nasjonalarkivet published."


def unreadable_prologs(package):
    """XML 1.0 in UTF-8 (krav 6.4.3–6.4.4), and no document type: no entities, nothing fetched."""
    for name in package.files:
        path = package.path(name)
        if path is None:
            continue
        with path.open("rb") as file:
            if not DECLARATION.match(file.read(100)):
                yield f"{name}: it does not begin by saying that it is XML 1.0 in UTF-8."
        if package.forbids(name):
            yield f"{name}: it has a document type (DTD), and was not read."


def has_document_type(path):
    """True where a DTD stands before the first element."""
    with path.open("rb") as source:
        events = etree.iterparse(
            source, events=("start",), no_network=True, load_dtd=False, resolve_entities=False
        )
        try:
            _event, root = next(events)
        except (etree.XMLSyntaxError, StopIteration):
            return False
        return bool(root.getroottree().docinfo.doctype)
