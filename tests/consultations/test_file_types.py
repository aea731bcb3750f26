"""What is taken of each type of file, and what is refused although it bears the name of one."""

import contextlib
import io
import struct
import zipfile

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations import file_types
from consultations.uploads import UploadRefused, check_upload
from tests.consultations.attached_files import (
    DOCX_TYPES,
    GOOD,
    ODT,
    docx,
    image,
    odt,
    package,
    pdf,
    refusal,
)

# PDF


def test_pdf_with_something_before_it_is_refused():
    assert refusal("brev.pdf", b"GIF89a" + pdf()).code == "content"


def test_pdf_that_is_cut_short_is_refused():
    assert refusal("brev.pdf", pdf()[:-10]).code == "damaged"


@pytest.mark.parametrize("revision", [3, 4, 6])
@pytest.mark.parametrize("password", ["", "hemmelig"])
@pytest.mark.parametrize("streams", pikepdf.ObjectStreamMode.__members__.values())
def test_pdf_that_is_encrypted_is_refused(revision, password, streams):
    encryption = pikepdf.Encryption(
        owner="eier", user=password, R=revision, aes=revision > 3, metadata=revision > 3
    )

    content = pdf(encryption=encryption, object_stream_mode=streams)

    assert refusal("brev.pdf", content).code == "protected"


def test_pdf_that_is_encrypted_is_found_across_chunks():
    content = pdf(encryption=pikepdf.Encryption(owner="a", user="b"))
    at = content.index(b"/Encrypt")
    chunk = SimpleUploadedFile.DEFAULT_CHUNK_SIZE
    content = content[:20] + b"%" + b" " * (chunk - at - 6) + b"\n" + content[20:]
    assert content.index(b"/Encrypt") < chunk < content.index(b"/Encrypt") + 8

    with TemporaryUploadedFile("brev.pdf", "", len(content), None) as upload:
        upload.write(content)

        with pytest.raises(UploadRefused) as refused:
            check_upload(upload)

    assert refused.value.code == "protected"


# Images


def test_png_with_something_after_it_is_refused():
    assert refusal("bilde.png", image("PNG") + b"PK\x03\x04").code == "damaged"
    assert refusal("bilde.png", image("PNG")[:-8]).code == "damaged"


def test_jpeg_that_is_cut_short_is_refused():
    content = image("JPEG")

    assert refusal("bilde.jpg", content[:-2]).code == "damaged"
    assert refusal("bilde.jpg", content[:20]).code == "damaged"
    assert refusal("bilde.jpg", content[:3] + b"\x00\x00\x00\x00").code == "damaged"


def test_jpeg_with_a_thumbnail_needs_an_end_of_its_own():
    content = image("JPEG")
    thumbnail = b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content
    whole = content[:2] + thumbnail + content[2:]

    assert check_upload(SimpleUploadedFile("bilde.jpg", whole)).content_type == "image/jpeg"
    assert refusal("bilde.jpg", whole[:-2]).code == "damaged"


def test_jpeg_with_a_film_after_it_is_taken():
    content = image("JPEG") + b"\x00" * 100_000

    assert check_upload(SimpleUploadedFile("bilde.jpg", content)).size == len(content)


# Text


@pytest.mark.parametrize(
    "content",
    [
        "Blåbærsyltetøy – «godt»".encode(),
        "Blåbærsyltetøy – «godt»".encode("utf-8-sig"),
        "Blåbærsyltetøy – «godt»".encode("cp1252"),
        b"<script>alert(1)</script>",
        ("å" * 100_000).encode(),
    ],
)
def test_text_is_taken_in_utf8_and_windows_1252(content):
    assert check_upload(SimpleUploadedFile("brev.txt", content)).content_type == "text/plain"


@pytest.mark.parametrize(
    "content",
    [
        b"Hei\x00",
        b"Hei\x1b[2J",
        "Hei".encode("utf-16"),
        b"\x81 is no letter in either",
        "Hei å".encode()[:-1] + b"\x00",
        b"MZ\x90\x00\x03",
    ],
)
def test_text_with_bytes_that_are_no_text_is_refused(content):
    assert refusal("brev.txt", content).code == "encoding"


# DOCX and ODT


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.docx", docx(**{"word/vbaProject.bin": b"x"}), "macros"),
        ("a.docx", docx(**{"word/activeX/activeX1.xml": b"x"}), "macros"),
        ("a.docx", docx(**{"[Content_Types].xml": "ms-word.document.macroEnabled"}), "macros"),
        ("a.docx", docx(**{"../../etc/passwd": b"x"}), "damaged"),
        ("a.docx", docx(**{"C:/x": b"x"}), "damaged"),
        ("a.docx", docx(**{"[Content_Types].xml": "spreadsheetml"}), "content"),
        ("a.docx", package({"[Content_Types].xml": DOCX_TYPES, "xl/workbook.xml": ""}), "content"),
        ("a.docx", package({"word/document.xml": "<document/>"}), "content"),
        ("a.docx", file_types.OLE_SIGNATURE + b"\x00" * 600, "protected"),
        ("a.docx", b"MZ" + docx(), "content"),
        ("a.docx", docx()[:-30], "damaged"),
        ("a.odt", odt(**{"Basic/Standard/Module1.xml": b"x"}), "macros"),
        ("a.odt", odt(**{"Scripts/python/x.py": b"x"}), "macros"),
        ("a.odt", odt(**{"META-INF/manifest.xml": "<encryption-data/>"}), "protected"),
        ("a.odt", odt(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "content"),
        (
            "a.odt",
            package({"content.xml": "", "mimetype": ODT}),
            "content",
        ),
        ("a.odt", package({"mimetype": ODT}), "damaged"),
        ("a.odt", package({"mimetype": ODT, "META-INF/manifest.xml": "<manifest/>"}), "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # the bytes hold the time
)
def test_package_that_is_not_right_inside_is_refused(name, content, code):
    assert refusal(name, content).code == code


def test_docx_from_word_on_the_web_is_taken():
    content = package({"[Content_Types].xml": DOCX_TYPES, "word/document2.xml": "<document/>"})

    assert check_upload(SimpleUploadedFile("brev.docx", content)).name == "brev.docx"


def test_package_that_unpacks_to_far_more_than_it_shows_is_refused():
    bomb = docx(**{"word/media/image1.bmp": b"\x00" * (20 * 1024 * 1024)})

    assert len(bomb) < 100_000
    assert refusal("a.docx", bomb).code == "unpacks_too_large"


def test_package_with_very_many_parts_is_refused():
    many = {f"word/{number}.xml": "" for number in range(file_types.MAX_PACKED_FILES)}

    assert refusal("a.docx", docx(**many)).code == "unpacks_too_large"


def test_package_with_a_part_that_has_a_password_is_refused():
    content = bytearray(docx())
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1

    assert refusal("a.docx", bytes(content)).code == "protected"


def test_package_with_two_parts_of_one_name_is_refused():
    with (
        zipfile.ZipFile(buffer := io.BytesIO(docx()), "a") as packed,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        packed.writestr("word/document.xml", "<another/>")

    assert refusal("a.docx", buffer.getvalue()).code == "damaged"


def test_package_that_lies_about_its_sizes_is_read_no_further_than_it_says():
    types = DOCX_TYPES.ljust(5 * 1024 * 1024)
    content = bytearray(docx(**{"[Content_Types].xml": types}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 10)

    assert refusal("a.docx", bytes(content)).code in {"damaged", "content"}


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(GOOD)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    st.floats(0, 1),
)
def test_damaged_files_are_taken_or_refused_and_never_an_error(name, changes, kept):
    content = bytearray(GOOD[name][0])
    for place, byte in changes:
        content[int(place * len(content))] = byte
    upload = SimpleUploadedFile(name, bytes(content[: max(1, int(len(content) * kept))]))

    with contextlib.suppress(UploadRefused):
        check_upload(upload)

    assert upload.tell() == 0
