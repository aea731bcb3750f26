"""The package: what arkivuttrekk.xml says that it holds, held against what lies in it."""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from lxml import etree

from archive.validation.notebook import Notebook
from archive.validation.schemas import (
    OFFICIAL,
    UnusableSchema,
    compiled,
    has_document_type,
    local_parser,
)

MANIFEST = "arkivuttrekk.xml"
PARTS = ("arkivstruktur", "endringslogg", "loependeJournal", "offentligJournal")
DOCUMENTS = "DOKUMENT"
FLAGS = (
    "inneholderSkjermetInformasjon",
    "omfatterDokumenterSomErKassert",
    "inneholderDokumenterSomSkalKasseres",
    "inneholderVirksomhetsspesifikkeMetadata",
)


@dataclass(frozen=True)
class File:
    """A file as arkivuttrekk.xml describes it; it may give the checksum at another mention."""

    name: str
    algorithm: str
    digest: str


@dataclass(frozen=True)
class Part:
    """A dataObject: one XML file, its schemas, and how often which elements occur in it."""

    name: str
    file: File
    schemas: tuple[File, ...]
    occurrences: dict[str, str]


class Package:
    """A folder to be validated, what it says of itself, and what has been seen in it."""

    files = (MANIFEST, *(f"{part}.xml" for part in PARTS))

    def __init__(self, folder, schemas=None):
        self.folder = folder
        self.schema_folder = schemas or folder
        self.notebook = Notebook()
        self.counts = Counter()  # what was read → how many
        self.invalid = defaultdict(list)  # name of an XML file → what is wrong with its form
        self.read = set()  # names of the XML files that were read to their end
        self.heads = {}  # name of a journal → its journalhode
        self.first_day = self.last_day = ""  # journaldato of the structure
        self.forbids = cache(self._forbids)

    def path(self, name):
        """Where a file of the package lies; None where it is missing, or not in the folder."""
        path = self.folder / name
        return path if name and path.parent == self.folder and path.is_file() else None

    def schema_of(self, name):
        """The compiled schema of an XML file; None, and a word in `invalid`, where none serves."""
        schema = "addml" if name == MANIFEST else name.removesuffix(".xml")
        try:
            return compiled(self.schema_folder, f"{schema}.xsd")
        except UnusableSchema as error:
            self.invalid[name].append(str(error))
            return None

    def _forbids(self, name):
        return has_document_type(self.folder / name)

    @cached_property
    def manifest(self):
        """The dataset of arkivuttrekk.xml; an empty element where it cannot be read."""
        path, root = self.path(MANIFEST), etree.Element("addml")
        if path and not self.forbids(MANIFEST):
            try:
                root = etree.parse(path, local_parser()).getroot()
            except etree.XMLSyntaxError as error:
                self.invalid[MANIFEST].append(str(error))
            else:
                schema = self.schema_of(MANIFEST)
                if schema and not schema.validate(root):
                    self.invalid[MANIFEST] += [each.message for each in schema.error_log]
        return root

    @cached_property
    def whole(self):
        """The dataObject that stands for the whole of the extraction."""
        found = self.manifest.find("{*}dataset/{*}dataObjects/{*}dataObject")
        return etree.Element("dataObject") if found is None else found

    @cached_property
    def parts(self):
        return [_part(each) for each in self.whole.iterfind("{*}dataObjects/{*}dataObject")]

    def part(self, name):
        found = [part for part in self.parts if part.name == name]
        return found[0] if found else Part(name, File("", "", ""), (), {})

    def says(self, *names):
        """A value of the extraction's additionalInfo."""
        return value_at(self.whole, "info", "additionalInfo", *names)

    @cached_property
    def is_sharp(self):
        sides = ("inngaaendeSkille", "utgaaendeSkille")
        return all(self.says("periode", side) == "skarpt" for side in sides)

    @cached_property
    def period(self):
        """The first and the last day of the archival period, as written; empty where it is not."""
        below = self.manifest.find(
            "{*}dataset/{*}reference/{*}content/{*}additionalElements/{*}additionalElement"
        )
        names = ("startDate", "endDate")
        return ("", "") if below is None else tuple(value_at(below, name) for name in names)


def properties_at(node, *names):
    path = "/".join(f"{{*}}properties/{{*}}property[@name='{name}']" for name in names)
    return node.findall(path)


def value_at(node, *names):
    """The value of the first property at a path of names; empty where there is none."""
    found = properties_at(node, *names)
    return (found[0].findtext("{*}value") or "").strip() if found else ""


def _part(node):
    occurrences = properties_at(node, "info", "numberOfOccurrences")
    return Part(
        node.get("name", ""),
        _file(node),
        tuple(_file(each) for each in properties_at(node, "schema")),
        {
            (each.findtext("{*}value") or "").strip(): value_at(each, "value")
            for each in occurrences
        },
    )


def _file(node):
    return File(
        value_at(node, "file", "name"),
        value_at(node, "file", "checksum", "algorithm"),
        value_at(node, "file", "checksum", "value"),
    )


def missing_files(package):
    described = [each.name for part in package.parts for each in (part.file, *part.schemas)]
    for name in dict.fromkeys((*package.files, *OFFICIAL, *filter(None, described))):
        if package.path(name) is None:
            yield f"{name}: the file is missing."


def strange_files(package):
    """What nobody described does not belong in the package: file names are mandatory."""
    for path in sorted(package.folder.iterdir()):
        if path.name not in {*package.files, *OFFICIAL, DOCUMENTS} or path.is_symlink():
            yield f"{path.name}: this is not a part of an extraction."


def wrong_checksums(package):
    summed = set()
    for part in package.parts:
        for file in (part.file, *part.schemas):
            if not (file.digest or file.algorithm) and file.name in summed:
                continue
            summed.add(file.name)
            if file.algorithm not in {"SHA-256", "SHA256"}:
                yield f"{file.name}: arkivuttrekk.xml gives no checksum of the kind SHA-256."
                continue
            path = package.path(file.name)
            if path and (found := digest_of(path)) != file.digest.lower():
                yield (
                    f"{file.name}: the SHA-256 is {found}, where arkivuttrekk.xml says "
                    f"{file.digest or 'nothing'}."
                )


def digest_of(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def wrong_information(package):
    """What a receiver needs to read the package at all: kind, version, period, parts in order."""
    if len(package.manifest) == 0:
        return
    wanted = [
        (("Noark 5",), "type", value_at(package.whole, "info", "type")),
        (("5.0",), "version", value_at(package.whole, "info", "type", "version")),
        *(
            (("skarpt", "mykt"), side, package.says("periode", side))
            for side in ("inngaaendeSkille", "utgaaendeSkille")
        ),
        *((("true", "false"), flag, package.says(flag)) for flag in FLAGS),
    ]
    for allowed, name, found in wanted:
        if found not in allowed:
            yield f"{MANIFEST}: {name} is {found!r}, not {' or '.join(allowed)}."
    if tuple(part.name for part in package.parts) != PARTS:
        yield f"{MANIFEST}: it does not describe {', '.join(PARTS)}, in this order."
    if not all(is_day(day) for day in package.period):
        yield f"{MANIFEST}: archivalPeriod has no startDate and endDate."


def is_day(text):
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def wrong_occurrences(part, element):
    """The check that as many of an element were read as arkivuttrekk.xml says."""

    def check(package):
        if f"{part}.xml" not in package.read:
            return
        said, found = package.part(part).occurrences.get(element, ""), package.counts[element]
        if said != str(found):
            said = said or "nothing"
            yield f"{part}.xml: it holds {found} {element}, where {MANIFEST} says {said}."

    return check


def contradicted_flag(flag, element):
    """The check that a flag of additionalInfo says whether such an element occurs."""

    def check(package):
        said, count = package.says(flag), package.counts[element]
        is_known = "arkivstruktur.xml" in package.read and said in {"true", "false"}
        if is_known and (said == "true") != bool(count):
            yield f"arkivstruktur.xml: it holds {count} {element}, but {flag} is {said}."

    return check
