"""Office documents and PDFs for these tests: honest ones, and such as somebody might send who
wants to see what happens."""

import zipfile
from io import BytesIO

import pikepdf

from archive.pdf import render_pdf
from scenarios.attachments import docx, pdf
from tests.archive import records

PLAIN_PDF = pdf(["Vi er for.", "Men ikke for fort, og ikke på Ås."])
WORD = docx(["Vi er for.", "Men ikke for fort, og ikke på Ås."])
OPEN_TEXT = "application/vnd.oasis.opendocument.text"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing"><wp:extent cx="990000" cy="990000"/><wp:docPr id="1" name="b"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData '
    'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://'
    'schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="1" name="b"/>'
    '<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="rId7" xmlns:r="'
    + RELATIONS
    + '"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"'
    '/><a:ext cx="990000" cy="990000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


def kind(value):
    """What a test is called by: not by the bytes it is about."""
    return "" if isinstance(value, bytes) else None


def pdf_a():
    """A real PDF/A-2a, as our own printer makes them."""
    return render_pdf(records.page(title="Brev", body="Vi er for."))


def changed_pdf_a(change):
    """The same after `change` was made to it, which may leave what it claims to be.

    What stands as /Metadatx in it becomes its metadata, which pikepdf would mend.
    """
    made = BytesIO()
    with pikepdf.open(BytesIO(pdf_a())) as document:
        change(document)
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return made.getvalue().replace(b"/Metadatx", b"/Metadata")


def odt(text="Vi er for.", parts=(), scripts=""):
    """An OpenDocument text, with more parts in it if wanted: name → bytes."""
    content = (
        f'<office:document-content xmlns:office="{OFFICE}" office:version="1.2" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f"{scripts}<office:body><office:text>"
        f"<text:p>{text}</text:p></office:text></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{OPEN_TEXT}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        + "".join(f'<manifest:file-entry manifest:full-path="{name}"/>' for name in dict(parts))
        + "</manifest:manifest>"
    )
    return zipped(
        {"mimetype": OPEN_TEXT, "content.xml": content, "META-INF/manifest.xml": manifest}
        | dict(parts)
    )


def docx_with_a_picture_at(address):
    """A DOCX that shows a picture which is somewhere else."""
    whole = zipfile.ZipFile(BytesIO(WORD))
    parts = {name: whole.read(name) for name in whole.namelist()}
    body = parts["word/document.xml"].decode()
    parts["word/document.xml"] = body.replace("</w:body>", f"{PICTURE}</w:body>")
    parts["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId7" Type="{RELATIONS}/image" '
        f'Target="{address}" TargetMode="External"/></Relationships>'
    )
    return zipped(parts)


def docx_that_unpacks_to(megabytes):
    """A DOCX of a few kilobytes."""
    whole = zipfile.ZipFile(BytesIO(WORD))
    parts = {name: whole.read(name) for name in whole.namelist()}
    paragraph = b"<w:p><w:r><w:t>" + b"a" * 1000 + b"</w:t></w:r></w:p>"
    before, after = parts["word/document.xml"].split(b"</w:body>")
    parts["word/document.xml"] = before + paragraph * (megabytes * 1000) + b"</w:body>" + after
    return zipped(parts)


def zipped(parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # the same bytes each time
            package.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
