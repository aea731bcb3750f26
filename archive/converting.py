"""How a file gets a copy in an archive format, and whether the copy is one.

DOCX and ODT are set as PDF/A-2b, tagged, by LibreOffice; a PDF is written anew as PDF/A-2b by
Ghostscript; text in Windows-1252 becomes UTF-8. The programs run in a sandbox, see `sandbox`.
docs/decisions/0006 says why these.
"""

import json
import logging
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from archive import pdf_a, sandbox
from archive.actions import (
    StoredCopy,
    claim_conversion,
    fail_conversion,
    postpone_conversion,
    record_conversion,
)
from archive.files import store_file
from archive.formats import UTF_8, WINDOWS, is_archive_format, recognise
from archive.models import ConversionFault
from archive.sandbox import READ, WORK

log = logging.getLogger(__name__)

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a DOCX with a password
COLOURS = "/usr/share/color/icc/ghostscript/srgb.icc"
EXPORT = "pdf:writer_pdf_Export:" + json.dumps(
    {
        "SelectPdfVersion": {"type": "long", "value": "2"},  # PDF/A-2b
        "UseTaggedPDF": {"type": "boolean", "value": "true"},
        "ExportBookmarks": {"type": "boolean", "value": "true"},
        "ExportNotes": {"type": "boolean", "value": "true"},
    }
)
# The profile is new for each run. No macro runs, and nothing outside the file is asked for;
# nor could it be had, for the sandbox has no network.
PROFILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""
SET_BY_LIBREOFFICE = (
    f"mkdir -p {WORK}/profile/user {WORK}/made"
    f" && cp {READ}/profile.xcu {WORK}/profile/user/registrymodifications.xcu"
    f' && "$0" -env:UserInstallation=file://{WORK}/profile --headless --norestore --nolockcheck'
    f' --nodefault --convert-to "$1" --outdir {WORK}/made "$2" >&2'
    f" && cat {WORK}/made/document.pdf"
)
WRITTEN_BY_GHOSTSCRIPT = (
    '"$0" -q -dSAFER -dBATCH -dNOPAUSE -sstdout=%stderr -sDEVICE=pdfwrite -dPDFA=2'
    " -dPDFACompatibilityPolicy=1 -sColorConversionStrategy=RGB -dAutoRotatePages=/None"
    f' --permit-file-read="$1" -sOutputFile={WORK}/made.pdf {READ}/intent.ps {READ}/document.pdf'
    f" >&2 && cat {WORK}/made.pdf"
)
INTENT = b"""%!
[/_objdef {icc} /type /stream /OBJ pdfmark
[{icc} << /N 3 >> /PUT pdfmark
[{icc} (PROFILE) (r) file /PUT pdfmark
[/_objdef {intent} /type /dict /OBJ pdfmark
[{intent} << /Type /OutputIntent /S /GTS_PDFA1 /DestOutputProfile {icc}
 /OutputConditionIdentifier (sRGB) >> /PUT pdfmark
[{Catalog} << /OutputIntents [{intent}] >> /PUT pdfmark
"""
SET_ANEW = "Satt på nytt fra kildefilen: linjer og sider kan falle annerledes enn hos avsenderen."
WRITTEN_ANEW = (
    "Skrevet på nytt: utseendet er bevart. Skjemafelt, skript, vedlagte filer og merking for "
    "hjelpemidler følger ikke med; det gjør de i originalen."
)
HAD_FAULTS = "Originalen hadde feil: sammenlign med den ved tvil."


class CanNotConvert(Exception):
    """The file can not be converted, however often it is tried. Says which ConversionFault."""

    def __init__(self, fault):
        super().__init__(fault)
        self.fault = fault


class ProgramMissing(Exception):
    """The program is not installed here: the file waits until it is."""


SERVER_LACKS = {
    ProgramMissing: ConversionFault.PROGRAM_MISSING,
    sandbox.SandboxMissing: ConversionFault.SANDBOX_MISSING,
    OSError: ConversionFault.UNREADABLE,
}


@dataclass(frozen=True)
class Copy:
    """A copy in an archive format: an open file, and what the record says of it."""

    file: object
    format: str
    format_details: str
    tool: str = ""
    comment: str = ""


def convert_document(conversion):
    """Make the copy that a Conversion waits for, and keep it. Twice does no harm.

    What fails is said in its row, and so is whether it is tried again.
    """
    claimed = claim_conversion(conversion)
    if claimed is None:
        return
    document = claimed.document
    try:
        with (
            default_storage.open(document.path) as file,
            converted(file, document.format) as copy,
        ):
            stored = copy and _stored(copy)
    except CanNotConvert as failed:
        fail_conversion(claimed, failed.fault)
    except sandbox.TimedOut:
        postpone_conversion(claimed, ConversionFault.TIMED_OUT)
    except sandbox.Stopped:
        postpone_conversion(claimed, ConversionFault.STOPPED)
    except tuple(SERVER_LACKS) as lack:
        log.info("Document #%s waits to be converted: %s", document.pk, lack)
        fault = next(said for kind, said in SERVER_LACKS.items() if isinstance(lack, kind))
        postpone_conversion(claimed, fault, counts=False)
    else:
        record_conversion(claimed, stored)


def _stored(copy):
    stored = store_file(File(copy.file, name="copy"), copy.format)
    return StoredCopy(stored, copy.format, copy.format_details, copy.tool, copy.comment)


@contextmanager
def converted(file, extension):
    """Yield a Copy of an open file; None where the file is in an archive format already.

    Raises CanNotConvert, and what may pass: ProgramMissing, sandbox.SandboxMissing and
    sandbox.Stopped.
    """
    found = recognise(file, extension)
    if is_archive_format(found.details):
        yield None
    elif extension == "txt" and found.details == WINDOWS:
        yield _in_utf_8(file)
    elif extension == "pdf":
        if pdf_a.ENCRYPTED in found.faults:
            raise CanNotConvert(ConversionFault.ENCRYPTED)
        with _written_by_ghostscript(file) as copy:
            yield copy
    elif extension in {"docx", "odt"}:
        if file.read(len(OLE_SIGNATURE)) == OLE_SIGNATURE:
            raise CanNotConvert(ConversionFault.ENCRYPTED)
        with _set_by_libreoffice(file, extension) as copy:
            yield copy
    else:
        raise CanNotConvert(ConversionFault.UNKNOWN)


def _in_utf_8(file):
    file.seek(0)
    content = file.read().decode("cp1252").encode()
    return Copy(BytesIO(content), "txt", UTF_8, "Netthøring", "Tegnsettet er nå UTF-8.")


@contextmanager
def _set_by_libreoffice(file, extension):
    program = _program(settings.LIBREOFFICE, "LibreOffice (soffice)")
    name = f"document.{extension}"
    file.seek(0)
    command = ["sh", "-c", SET_BY_LIBREOFFICE, program, EXPORT, f"{READ}/{name}"]
    with sandbox.run(command, {name: file, "profile.xcu": PROFILE}) as result:
        yield _pdf_a(result, SET_ANEW)


@contextmanager
def _written_by_ghostscript(file):
    program = _program(settings.GHOSTSCRIPT, "Ghostscript (gs)")
    pages = pdf_a.count_pages(file)
    if not pages:  # Ghostscript makes an empty page of it
        raise CanNotConvert(ConversionFault.BROKEN)
    if pdf_a.ATTACHED in pdf_a.inspect(file).faults:
        file = pdf_a.without_attachments(file)
    file.seek(0)
    command = ["sh", "-c", WRITTEN_BY_GHOSTSCRIPT, program, COLOURS]
    intent = INTENT.replace(b"PROFILE", COLOURS.encode())
    with sandbox.run(command, {"document.pdf": file, "intent.ps": intent}) as result:
        comment = f"{WRITTEN_ANEW} {HAD_FAULTS}" if "error" in result.said.lower() else WRITTEN_ANEW
        yield _pdf_a(result, comment, pages=pages)


def _program(setting, name):
    found = setting and shutil.which(setting)
    if not found:
        raise ProgramMissing(f"{name} is not installed")
    return found


def _pdf_a(result, comment, *, pages=0):
    """The Copy that a program made, after the same questions as of any that says it is PDF/A.

    `pages`, where it is known, is how many it must have.
    """
    if result.code:
        raise CanNotConvert(ConversionFault.BROKEN)
    found = pdf_a.inspect(result.output)
    if pages and found.pages != pages:
        raise CanNotConvert(ConversionFault.BROKEN)
    details = recognise(result.output, "pdf").details
    if not is_archive_format(details):
        raise CanNotConvert(ConversionFault.NOT_ARCHIVABLE)
    return Copy(result.output, "pdf", details, found.producer[:100], comment)
