"""Which files are in an archive format already: by their bytes, whatever they say of themselves."""

import tracemalloc
import zlib
from io import BytesIO

import pikepdf
import pytest
from django.utils.encoding import force_str
from pikepdf import Array, Dictionary, Name, Stream

from archive import pdf_a
from archive.formats import is_archive_format, recognise
from tests import factories
from tests.archive import offices, records

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"


@pytest.mark.parametrize(
    ("content", "extension", "details"),
    [
        ("Æ, ø og å.\n".encode(), "txt", "Ren tekst, UTF-8 (PRONOM x-fmt/111)"),
        ("Æ, ø og å.\n".encode("latin-1"), "txt", "Ren tekst, ISO 8859-1 (PRONOM x-fmt/111)"),
        (factories.PNG, "png", "PNG (PRONOM fmt/11)"),
        (records.JFIF, "jpg", "JPEG (PRONOM fmt/43)"),
        (b"\xff\xd8\xff\xe1\0\0Exif", "jpeg", "JPEG"),
        (b"II*\0" + bytes(20), "tif", "TIFF (PRONOM fmt/353)"),
        (b"MM\0*" + bytes(20), "tiff", "TIFF (PRONOM fmt/353)"),
    ],
    ids=offices.kind,
)
def test_archive_format_is_known_by_its_bytes(content, extension, details):
    found = recognise(BytesIO(content), extension)

    assert found.details == details
    assert is_archive_format(details)


@pytest.mark.parametrize(
    ("content", "extension", "details"),
    [
        ("“Hei”".encode("cp1252"), "txt", "Ren tekst, Windows-1252 (PRONOM x-fmt/111)"),
        (b"MZ\0\0", "txt", ""),
        (b"<html>", "png", ""),
        (b"GIF89a", "jpg", ""),
        (b"PK\3\4", "tif", ""),
        (offices.WORD, "docx", "Office Open XML-dokument (PRONOM fmt/412)"),
        (offices.odt(), "odt", "OpenDocument-tekst (PRONOM fmt/291)"),
        (offices.PLAIN_PDF, "pdf", "PDF 1.4 (PRONOM fmt/18)"),
        (b"%PDF-9.9\n", "pdf", "PDF 9.9"),
        (b"hei", "exe", ""),
    ],
    ids=offices.kind,
)
def test_what_must_be_converted_is_told_from_it(content, extension, details):
    found = recognise(BytesIO(content), extension)

    assert found.details == details
    assert not is_archive_format(details)


def test_pdf_a_of_our_own_is_recognised():
    file = BytesIO(offices.pdf_a())

    assert recognise(file, "pdf").details == "PDF/A-2a (PRONOM fmt/476)"
    assert pdf_a.inspect(file).faults == ()
    assert file.tell() > 0 or file.read(5) == b"%PDF-"


def run_script(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def name_script(pdf):
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([])))


def press_program(pdf):
    action = Dictionary(S=Name.Launch, F="cmd.exe")
    pdf.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 1, 1], A=action)]
    )


def attach(pdf):
    pdf.attachments["regneark.xlsx"] = b"PK"


def ask_a_program_for_the_form(pdf):
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(pdf, b"<xdp/>"))


def play_film(pdf):
    pdf.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 1, 1])]
    )


def untag(pdf):
    del pdf.Root.StructTreeRoot


def lose_fonts(pdf):
    for each in pdf.objects:
        if isinstance(each, Dictionary) and each.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in each:
                    del each[key]


def claim_part_3(pdf):
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata[PDFA + "part"] = "3"


def claim_nothing(pdf):
    del pdf.Root.Metadata


def claim_in_broken_xml(pdf):
    del pdf.Root.Metadata
    pdf.Root.Metadatx = Stream(pdf, b"<rdf pdfaid:part='2'")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (run_script, "does something when it is opened"),
        (name_script, "has JavaScript"),
        (press_program, "does something when it is opened"),
        (attach, "files are attached"),
        (ask_a_program_for_the_form, "form that needs a program"),
        (play_film, "plays sound or film"),
        (untag, "has no tags"),
        (lose_fonts, "is not embedded"),
        (claim_part_3, "PDF/A-3a is not an archive format"),
        (claim_nothing, "does not claim to be PDF/A"),
        (claim_in_broken_xml, "metadata can not be read"),
    ],
)
def test_pdf_that_only_claims_to_be_pdf_a_is_found_out(english, change, said):
    content = offices.changed_pdf_a(change)

    found = recognise(BytesIO(content), "pdf")

    assert not is_archive_format(found.details)
    assert any(said in force_str(fault) for fault in found.faults), found.faults


@pytest.mark.parametrize("password", ["", "hemmelig"])
def test_encrypted_pdf_is_found(password):
    made = BytesIO()
    with pikepdf.open(BytesIO(offices.PLAIN_PDF)) as pdf:
        pdf.save(made, encryption=pikepdf.Encryption(owner="eier", user=password))

    assert pdf_a.ENCRYPTED in pdf_a.inspect(made).faults


def test_metadata_that_unpack_to_too_much_are_not_unpacked():
    bomb = zlib.compress(bytes(200 << 20), 9)

    def claim(pdf):
        del pdf.Root.Metadata
        pdf.Root.Metadatx = Stream(pdf, bomb, Filter=Name.FlateDecode)

    content = offices.changed_pdf_a(claim)
    tracemalloc.start()
    found = pdf_a.inspect(BytesIO(content))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(content) < 1 << 20
    assert found.faults
    assert not found.level
    assert peak < 100 << 20


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.4", b"%PDF-1.4\ntrailer<</Root 1 0 R>>%%EOF"], ids=offices.kind
)
def test_broken_pdf_has_no_pages(content):
    assert pdf_a.inspect(BytesIO(content)).faults == (pdf_a.BROKEN,)
    assert pdf_a.count_pages(BytesIO(content)) == 0
