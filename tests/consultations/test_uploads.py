"""What is said of an upload, what its name becomes, and what is cut while it comes in."""

import hashlib
import io
import os
from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import (
    InMemoryUploadedFile,
    SimpleUploadedFile,
    TemporaryUploadedFile,
)
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from consultations import uploads
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
from tests.consultations.attached_files import GOOD, image, pdf, refusal


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


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
        ("0. 0.", "0.0"),
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
