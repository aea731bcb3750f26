"""Files are made here byte by byte, or by the libraries that make real ones."""

import contextlib
import hashlib
import io
import os
import struct
import zipfile
from itertools import permutations

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import (
    InMemoryUploadedFile,
    SimpleUploadedFile,
    TemporaryUploadedFile,
)
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from consultations import file_types, uploads
from consultations.uploads import (
    MAX_ATTACHMENT_BYTES,
    MAX_ATTACHMENTS,
    MAX_NAME_LENGTH,
    BoundedUploadHandler,
    UploadRefused,
    check_upload,
    check_uploads,
    safe_name,
)

ODT = "application/vnd.oasis.opendocument.text"
DOCX_TYPES = (
    '<Types><Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


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


@pytest.mark.parametrize("name", GOOD)
def test_upload_of_an_allowed_type_is_described_and_rewound(name):
    content, content_type = GOOD[name]
    upload = SimpleUploadedFile(name, content, content_type="application/x-whatever")

    checked = check_upload(upload)

    assert checked.name == name
    assert checked.content_type == content_type
    assert checked.size == len(content)
    assert checked.sha256 == hashlib.sha256(content).hexdigest()
    assert upload.tell() == 0
    assert upload.read() == content


@pytest.mark.parametrize("name", GOOD)
def test_upload_on_disk_is_checked_like_one_in_memory(name):
    content, content_type = GOOD[name]
    with TemporaryUploadedFile(name, "", len(content), None) as upload:
        upload.write(content)

        checked = check_upload(upload)

        assert (checked.content_type, upload.tell()) == (content_type, 0)


@pytest.mark.parametrize(
    ("name", "content_of"),
    [
        (name, content_of)
        for name, content_of in permutations(GOOD, 2)
        if GOOD[name][1] != GOOD[content_of][1]
    ],
)
def test_upload_must_be_what_its_name_says(name, content_of):
    refused = refusal(name, GOOD[content_of][0])

    assert refused.code in {"content", "encoding"}
    assert f"“{name}”" in refused.message % refused.params


@pytest.mark.parametrize(
    "name", ["x.exe", "x.pdf.exe", "x", "pdf", "x.docm", "x.doc", "x.svg", "x.html", "x.zip"]
)
def test_upload_of_another_type_is_refused(name):
    upload = InMemoryUploadedFile(io.BytesIO(b"%PDF-1.7"), None, name, "application/pdf", 8, None)

    with pytest.raises(UploadRefused) as refused:
        check_upload(upload)

    assert refused.value.code == "type"
    assert "Send PDF, DOCX, ODT, TXT, PNG or JPEG." in refused.value.messages[0]


def test_refusal_is_a_form_error():
    assert isinstance(refusal("x.exe", b"MZ"), ValidationError)
    assert refusal("x.exe", b"MZ").messages == [
        "“x.exe” is not of a type we can take. Send PDF, DOCX, ODT, TXT, PNG or JPEG."
    ]


def test_ending_may_be_in_capitals():
    assert check_upload(SimpleUploadedFile("BREV.PDF", pdf())).content_type == "application/pdf"


def test_upload_that_is_empty_is_refused():
    assert refusal("brev.txt", b"").code == "empty"


def test_upload_of_the_greatest_size_is_taken_and_one_byte_more_refused():
    content = b"a" * MAX_ATTACHMENT_BYTES

    assert check_upload(SimpleUploadedFile("a.txt", content)).size == MAX_ATTACHMENT_BYTES
    assert refusal("a.txt", content + b"a").code == "too_large"


def test_refused_upload_is_rewound():
    upload = SimpleUploadedFile("brev.pdf", image("PNG"))

    with pytest.raises(UploadRefused):
        check_upload(upload)

    assert upload.tell() == 0


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


def test_every_refusal_can_be_said():
    for code in uploads.REFUSALS:
        assert "“a.pdf”" in uploads._refused(code, "a.pdf").messages[0]


# Names


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("brev.pdf", "brev.pdf"),
        ("Høringssvar fra Bærum.pdf", "Høringssvar fra Bærum.pdf"),
        ("C:\\Brukere\\Kari\\brev.pdf", "brev.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("brev\u202efdp.exe", "brevfdp.exe"),
        ("br\x00ev\n\t.pdf", "brev.pdf"),
        ("a\u030arsmelding.pdf", "årsmelding.pdf"),
        ("  mye \u00a0 luft  .pdf", "mye luft.pdf"),
        ('<b>"hei"?.pdf', "_b__hei__.pdf"),
        (".pdf", "vedlegg.pdf"),
        ("....pdf", "vedlegg.pdf"),
        (".htaccess.txt", "htaccess.txt"),
        ("brev.pdf.", "brev.pdf"),
        ("", "vedlegg"),
        (None, "vedlegg"),
        ("..", "vedlegg"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("console.pdf", "console.pdf"),
        ("\u200b.txt", "vedlegg.txt"),
    ],
)
def test_name_is_made_safe(given_name, expected):
    assert safe_name(given_name) == expected


def test_long_name_keeps_its_ending():
    assert safe_name("å" * 300 + ".docx") == "å" * (MAX_NAME_LENGTH - 5) + ".docx"


@given(st.text() | st.text(alphabet='./\\ aCON:*\x00\u202e\u0301"', max_size=12))
def test_any_name_becomes_safe_and_stays_so(name):
    safe = safe_name(name)

    assert 0 < len(safe) <= MAX_NAME_LENGTH
    assert not set(safe) & set('/\\<>:"|?*\x00\u202e')
    assert safe == safe.strip()
    assert not safe.startswith(".")
    assert not safe.endswith(".")
    assert safe_name(safe) == safe


# Together


def test_check_uploads_describes_each_in_order():
    checked = check_uploads(SimpleUploadedFile(name, GOOD[name][0]) for name in GOOD)

    assert [upload.name for upload in checked] == list(GOOD)


def test_check_uploads_says_everything_that_is_wrong():
    files = [SimpleUploadedFile("x.exe", b"MZ"), SimpleUploadedFile("a.txt", b"")]
    files += [SimpleUploadedFile("a.txt", b"a")] * (MAX_ATTACHMENTS - 1)

    with pytest.raises(UploadRefused) as refused:
        check_uploads(files)

    assert refused.value.messages == [
        "You chose 11 files. Send at most 10.",
        "“x.exe” is not of a type we can take. Send PDF, DOCX, ODT, TXT, PNG or JPEG.",
        "“a.txt” is empty. Choose the file again, or leave it out.",
    ]


def test_check_uploads_bounds_the_sum():
    large = SimpleUploadedFile("a.txt", b"a" * (9 * 1024 * 1024))

    assert len(check_uploads([large, large])) == 2
    with pytest.raises(UploadRefused, match="more than 25 MB"):
        check_uploads([large, large, large])


# While it comes in


CHUNK = bytes(1024 * 1024)


def received(*sizes):
    """What the handler makes of files of so many megabytes, and how much lay on disk at most."""
    handler, files, most = BoundedUploadHandler(), [], 0
    for number, size in enumerate(sizes):
        handler.new_file("attachments", f"{number}.txt", "text/plain", None)
        for start in range(size):
            handler.receive_data_chunk(CHUNK, start * len(CHUNK))
            most = max(most, handler.kept)
        files.append(handler.file_complete(size * len(CHUNK)))
    return files, most


@pytest.mark.parametrize(
    ("sizes", "cut"),
    [
        ([10, 10, 5], []),
        ([11], [0]),
        ([400, 10, 10, 5], [0]),
        ([10, 10, 6, 5], [2]),
        ([1] * 12, [10, 11]),
    ],
)
def test_handler_keeps_what_there_is_room_for_and_tells_of_the_rest(sizes, cut):
    files, most = received(*sizes)

    assert [number for number, file in enumerate(files) if file.is_cut] == cut
    assert [file.size for file in files] == [size * len(CHUNK) for size in sizes]
    assert most <= uploads.MAX_TOTAL_BYTES
    for number, file in enumerate(files):
        assert os.path.exists(file.temporary_file_path()) is (number not in cut)
        file.close()


def test_upload_that_was_cut_is_refused():
    *kept, cut = received(*[1] * 11)[0]

    with pytest.raises(UploadRefused) as refused:
        check_upload(cut)

    for file in kept:
        file.close()

    assert refused.value.code == "no_room"


def test_upload_that_breaks_off_leaves_nothing():
    handler = BoundedUploadHandler()
    handler.new_file("attachments", "a.txt", "text/plain", None)
    handler.receive_data_chunk(CHUNK * 11, 0)

    handler.upload_interrupted()

    assert not os.path.exists(handler.file.temporary_file_path())
