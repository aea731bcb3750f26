"""Whether a PDF is PDF/A, as far as that can be told without a validator of the whole standard.

Asked of it: that it opens and is not encrypted; that its metadata claim a part and a level of
PDF/A that are an archive format; and that it keeps what a reader of the future will miss first:
every font is embedded, nothing in it runs, plays or leads to another file, no file is attached,
and a level "a" has its tags. Not asked: colours, transparency, the tables of the fonts, and the
syntax of each object. For that the receiver has veraPDF, which is a Java program that no
package of ours brings.

The PDF may be a stranger's. qpdf reads it, with a limit to what it unpacks.
"""

from collections import deque
from io import BytesIO
from typing import NamedTuple

import pikepdf
from django.utils.translation import gettext_lazy as _
from lxml import etree

MEGABYTE = 1 << 20
# Of one stream, unpacked. Only metadata, object streams and cross-references are unpacked here.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=64 * MEGABYTE,
    png_max_memory=64 * MEGABYTE,
    tiff_max_memory=64 * MEGABYTE,
    run_length_max_memory=64 * MEGABYTE,
    dct_max_memory=64 * MEGABYTE,
    parser_max_container_size=1_000_000,
    doc_max_warnings=100,
)
MOST_OBJECTS = 2_000_000  # looked at in one file
LONGEST_METADATA = MEGABYTE
NAMESPACE = "{http://www.aiim.org/pdfa/ns/id/}"
LEVELS = {"1": "AB", "2": "ABU"}  # part 3 takes any file inside it, and is no archive format here
RUNS = {
    "/JavaScript",
    "/Launch",
    "/Sound",
    "/Movie",
    "/ResetForm",
    "/ImportData",
    "/Hide",
    "/SetOCGState",
    "/Rendition",
    "/Trans",
    "/GoTo3DView",
}
PLAYS = {"/3D", "/Sound", "/Screen", "/Movie", "/RichMedia", "/FileAttachment"}
FONTS = {"/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2"}
BROKEN, ENCRYPTED = _("it can not be opened"), _("it is encrypted")
ATTACHED = _("files are attached inside it")
NOT_CLAIMED = _("it does not claim to be PDF/A")

# What qpdf, and looking into what it read, raise for a PDF that is not as it should be.
UNREADABLE = (
    pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError
)  # fmt: skip


class Inspection(NamedTuple):
    """The level that is claimed ("2a"; empty for none), what speaks against it, the number of
    pages, and the program that made it, by its own word."""

    level: str
    faults: tuple
    pages: int = 0
    producer: str = ""


def inspect(file):
    """Look at an open PDF. Raises nothing for what may be wrong with it."""
    file.seek(0)
    try:
        with pikepdf.open(file, suppress_warnings=True, attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                return Inspection("", (ENCRYPTED,))
            level, faults = _claim(pdf)
            faults = dict.fromkeys((*faults, *_faults(pdf, level)))
            producer = str(pdf.docinfo.get("/Producer", ""))
            return Inspection(level, tuple(faults), len(pdf.pages), producer)
    except pikepdf.PasswordError:
        return Inspection("", (ENCRYPTED,))
    except UNREADABLE:
        return Inspection("", (BROKEN,))


def count_pages(file):
    """How many pages a reader that mends what it can would show; 0 where it shows none."""
    file.seek(0)
    try:
        with pikepdf.open(file, suppress_warnings=True) as pdf:
            return len(pdf.pages)
    except UNREADABLE:
        return 0


def without_attachments(file):
    """The same PDF without the files inside it, which Ghostscript would keep."""
    file.seek(0)
    made = BytesIO()
    with pikepdf.open(file, suppress_warnings=True) as pdf:
        for holder, name in ((pdf.Root.get("/Names", {}), "/EmbeddedFiles"), (pdf.Root, "/AF")):
            if name in holder:
                del holder[name]
        for page in pdf.pages:
            kept = [each for each in page.get("/Annots", []) if each.get("/Subtype") not in PLAYS]
            page.Annots = pikepdf.Array(kept)
        pdf.save(made)
    return made


def _claim(pdf):
    """The level that the metadata claim, and what is wrong with the claim."""
    metadata = pdf.Root.get("/Metadata")
    content = metadata.read_bytes() if isinstance(metadata, pikepdf.Stream) else b""
    if not content or len(content) > LONGEST_METADATA:
        return "", [NOT_CLAIMED]
    try:
        tree = etree.fromstring(
            content.strip(b"\0 \r\n\t"), etree.XMLParser(resolve_entities=False, no_network=True)
        )
    except etree.XMLSyntaxError:
        return "", [_("its metadata can not be read")]
    part, conformance = (_value(tree, name) for name in ("part", "conformance"))
    if not part:
        return "", [NOT_CLAIMED]
    if part not in LEVELS or conformance not in tuple(LEVELS[part]):
        return "", [
            _("PDF/A-%(level)s is not an archive format here")
            % {"level": f"{part}{conformance.lower()}"[:5]}
        ]
    return f"{part}{conformance.lower()}", []


def _value(tree, name):
    """Of an element or an attribute: XMP allows both."""
    for each in tree.iter():
        if each.tag == NAMESPACE + name:
            return (each.text or "").strip().upper()
        if NAMESPACE + name in each.attrib:
            return each.attrib[NAMESPACE + name].strip().upper()
    return ""


def _faults(pdf, level):
    root = pdf.Root
    names, form = root.get("/Names", {}), root.get("/AcroForm", {})
    if "/JavaScript" in names:
        yield _("it has JavaScript")
    if "/EmbeddedFiles" in names:
        yield ATTACHED
    if "/XFA" in form or bool(form.get("/NeedAppearances", False)):
        yield _("it has a form that needs a program")
    if level.endswith("a") and not (
        root.get("/MarkInfo", {}).get("/Marked", False) and "/StructTreeRoot" in root
    ):
        yield _("it has no tags")
    for dictionary in _dictionaries(pdf):
        yield from _faults_of(dictionary)


def _faults_of(dictionary):
    if dictionary.get("/Type") == "/EmbeddedFile" or "/EF" in dictionary:
        yield ATTACHED
    subtype = dictionary.get("/Subtype")
    if _is_name(subtype, PLAYS) and "/Rect" in dictionary:
        yield _("it plays sound or film, or has a file attached")
    if _is_name(dictionary.get("/S"), RUNS) and not {"/K", "/P"} & set(dictionary.keys()):
        yield _("it does something when it is opened or pressed")
    if "/AA" in dictionary:
        yield _("it does something when it is opened or pressed")
    is_font = dictionary.get("/Type") == "/Font" or "/BaseFont" in dictionary
    if is_font and _is_name(subtype, FONTS):
        descriptor = dictionary.get("/FontDescriptor", {})
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
            name = str(dictionary.get("/BaseFont", "?")).lstrip("/")[:60]
            yield _("the font %(name)s is not embedded") % {"name": name}


def _is_name(value, names):
    return isinstance(value, pikepdf.Name) and str(value) in names


def _dictionaries(pdf):
    """Every dictionary of the file, also those that stand inside another object."""
    seen = 0
    for indirect in pdf.objects:
        waiting = deque([indirect])
        while waiting:
            each = waiting.pop()
            seen += 1
            if seen > MOST_OBJECTS:
                raise ValueError("more objects than are looked at")
            if isinstance(each, pikepdf.Stream):
                yield each
                waiting += _direct(each.stream_dict.values())
            elif isinstance(each, pikepdf.Dictionary):
                yield each
                waiting += _direct(each.values())
            elif isinstance(each, pikepdf.Array):
                waiting += _direct(each)


def _direct(values):
    """Those that are written here and not referred to; the others come by themselves."""
    return [
        each
        for each in values
        if isinstance(each, (pikepdf.Dictionary, pikepdf.Array)) and not each.is_indirect
    ]
