"""Small attachments that are truly what their names say, written by hand.

Nothing here compresses or asks the clock, so the bytes are the same everywhere.
"""

import struct
import zipfile
import zlib
from io import BytesIO
from xml.sax.saxutils import escape

from scenarios.plan import PlannedAttachment

FIRST_DATE = (1980, 1, 1, 0, 0, 0)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def pdf(lines: list[str]) -> bytes:
    """One page in Helvetica, with a cross-reference table."""
    shown = " T* ".join(f"({_pdf_text(line)}) Tj" for line in lines)
    stream = f"BT /F1 11 Tf 14 TL 60 780 Td {shown} ET".encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    content, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + b"xref\n0 6\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        b"<< /Size 6 /Root 1 0 R >>",
        len(content),
    )


def _pdf_text(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def png(heights: list[int]) -> bytes:
    """A bar chart in grey, one bar of ten pixels' width for each height up to 40."""
    rows = b"".join(
        b"\0" + b"".join((b"\x50" if row < height else b"\xff") * 10 for height in heights)
        for row in range(40, 0, -1)
    )
    stored = struct.pack("<BHH", 1, len(rows), len(rows) ^ 0xFFFF) + rows
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", len(heights) * 10, 40, 8, 0, 0, 0, 0)),
        (b"IDAT", b"\x78\x01" + stored + struct.pack(">I", zlib.adler32(rows))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def docx(paragraphs: list[str]) -> bytes:
    """A Word document with nothing in it but paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{escape(each)}</w:t></w:r></w:p>" for each in paragraphs)
    parts = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{WORD}.main+xml"/></Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{DOCUMENT}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{XML}<w:document xmlns:w="{MAIN}"><w:body>{body}</w:body>'
        "</w:document>",
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, FIRST_DATE)
            entry.create_system = 3
            package.writestr(entry, text.encode())
    return file.getvalue()


def attachment(kind: str, name: str, *, title: str, paragraphs: list[str]) -> PlannedAttachment:
    """A file of this kind, "pdf", "docx", "txt" or "png", that says this."""
    text = "\n\n".join((title, *paragraphs)) + "\n"
    if kind == "pdf":
        content, content_type = pdf([title, "", *paragraphs]), "application/pdf"
    elif kind == "docx":
        content, content_type = docx([title, *paragraphs]), WORD
    elif kind == "png":
        content = png([len(each) % 37 + 3 for each in (title, *paragraphs)])
        content_type = "image/png"
    else:
        content, content_type = text.encode(), "text/plain"
    return PlannedAttachment(f"{name}.{kind}", content_type, content, text)
