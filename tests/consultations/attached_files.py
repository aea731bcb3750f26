"""The files that people attach, made byte by byte or by the libraries that make real ones."""

import io
import zipfile

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from consultations import uploads
from consultations.uploads import UploadRefused, check_upload

ODT = "application/vnd.oasis.opendocument.text"
DOCX_TYPES = (
    '<Types><Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def pdf(**saved_with):
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(buffer := io.BytesIO(), **saved_with)
    return buffer.getvalue()


def image(image_format):
    Image.new("RGB", (8, 8), "red").save(buffer := io.BytesIO(), image_format)
    return buffer.getvalue()


def package(parts, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(buffer := io.BytesIO(), "w", compression) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def docx(**more):
    return package({"[Content_Types].xml": DOCX_TYPES, "word/document.xml": "<document/>"} | more)


def odt(**more):
    parts = {
        "mimetype": ODT,
        "content.xml": "<content/>",
        "META-INF/manifest.xml": "<manifest/>",
    }
    return package(parts | more)


def refusal(name, content):
    with pytest.raises(UploadRefused) as refused:
        check_upload(SimpleUploadedFile(name, content))
    return refused.value


GOOD = {
    "brev.pdf": (pdf(), "application/pdf"),
    "brev.docx": (docx(), uploads.FILE_TYPES["docx"][0]),
    "brev.odt": (odt(), ODT),
    "brev.txt": ("Høringssvar\r\n\tfra oss\f".encode(), "text/plain"),
    "bilde.png": (image("PNG"), "image/png"),
    "bilde.jpg": (image("JPEG"), "image/jpeg"),
    "bilde.jpeg": (image("JPEG"), "image/jpeg"),
}
