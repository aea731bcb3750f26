"""Files become PDF/A by the real programs, those of strangers with bad intentions too."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pytest

from archive import converting, pdf_a, sandbox
from archive.converting import CanNotConvert, ProgramMissing, converted
from archive.models import ConversionFault
from tests.archive import offices


def copy_of(content, extension):
    """The Copy, and what is in it."""
    with converted(BytesIO(content), extension) as copy:
        copy.file.seek(0)
        return copy, copy.file.read()


def fonts(pdf):
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor":
            yield bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(each.keys()))


@pytest.mark.usefixtures("libreoffice")
@pytest.mark.parametrize(
    ("content", "extension"), [(offices.WORD, "docx"), (offices.odt(), "odt")], ids=["docx", "odt"]
)
def test_office_document_becomes_tagged_pdf_a(content, extension):
    copy, made = copy_of(content, extension)

    assert (copy.format, copy.format_details) == ("pdf", "PDF/A-2b (PRONOM fmt/477)")
    assert copy.tool.startswith("LibreOffice ")
    with pikepdf.open(BytesIO(made)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.StructTreeRoot.K
        assert list(fonts(pdf))
        assert all(fonts(pdf))


@pytest.mark.usefixtures("ghostscript")
def test_plain_pdf_becomes_pdf_a_with_its_fonts():
    copy, made = copy_of(offices.PLAIN_PDF, "pdf")

    assert copy.format_details == "PDF/A-2b (PRONOM fmt/477)"
    assert "Ghostscript" in copy.tool
    with pikepdf.open(BytesIO(made)) as pdf:
        assert len(pdf.pages) == 1
        assert list(fonts(pdf)) == [True]
        assert pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()


@pytest.mark.usefixtures("ghostscript")
def test_what_runs_and_what_is_attached_stays_behind():
    def arm(pdf):
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.attachments["regneark.xlsx"] = b"PK"

    copy, made = copy_of(offices.changed_pdf_a(arm), "pdf")

    assert pdf_a.inspect(BytesIO(made)).faults == ()
    assert b"app.alert" not in made
    assert "originalen" in copy.comment


def test_text_of_windows_becomes_utf_8():
    copy, made = copy_of("“Æ, ø og å” – 5 €".encode("cp1252"), "txt")

    assert made.decode() == "“Æ, ø og å” – 5 €"
    assert copy.format_details == "Ren tekst, UTF-8 (PRONOM x-fmt/111)"


def test_what_is_in_an_archive_format_needs_no_copy():
    with converted(BytesIO(offices.pdf_a()), "pdf") as copy:
        assert copy is None


@pytest.mark.usefixtures("libreoffice", "ghostscript")
@pytest.mark.parametrize(
    ("content", "extension", "fault"),
    [
        (b"PK\3\4hei", "docx", ConversionFault.BROKEN),
        (converting.OLE_SIGNATURE + bytes(600), "docx", ConversionFault.ENCRYPTED),
        (b"%PDF-1.4\nhei", "pdf", ConversionFault.BROKEN),
        (b"<html>", "pdf", ConversionFault.BROKEN),
        (b"GIF89a", "png", ConversionFault.UNKNOWN),
        (b"\0\0", "txt", ConversionFault.UNKNOWN),
    ],
    ids=offices.kind,
)
def test_what_can_not_be_converted_says_why(content, extension, fault):
    with pytest.raises(CanNotConvert) as failed:
        copy_of(content, extension)

    assert failed.value.fault == fault


def test_encrypted_pdf_is_not_converted():
    made = BytesIO()
    with pikepdf.open(BytesIO(offices.PLAIN_PDF)) as pdf:
        pdf.save(made, encryption=pikepdf.Encryption(owner="eier", user=""))

    with pytest.raises(CanNotConvert) as failed:
        copy_of(made.getvalue(), "pdf")

    assert failed.value.fault == ConversionFault.ENCRYPTED


@pytest.mark.parametrize(
    ("content", "extension"),
    [(offices.WORD, "docx"), (offices.PLAIN_PDF, "pdf")],
    ids=offices.kind,
)
def test_program_that_is_missing_is_said(settings, content, extension):
    settings.LIBREOFFICE = settings.GHOSTSCRIPT = "finnes-ikke"

    with pytest.raises(ProgramMissing):
        copy_of(content, extension)


@pytest.fixture
def listener():
    """A server on this machine, and all that is asked of it."""
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_GET

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        server.asked = asked
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


UNGUARDED = converting.PROFILE.replace(b"BlockUntrustedRefererLinks", b"Nothing").replace(
    b">2<", b">0<"
)


@pytest.mark.usefixtures("libreoffice")
def test_picture_that_is_somewhere_else_is_not_fetched(settings, monkeypatch, listener):
    document = offices.docx_with_a_picture_at(f"http://127.0.0.1:{listener.server_port}/x.png")

    with monkeypatch.context() as patch:
        patch.setattr(converting, "PROFILE", UNGUARDED)
        copy_of(document, "docx")
        assert listener.asked == []  # nor where LibreOffice itself would have
        settings.CONVERSION_SANDBOX = "container"
        copy_of(document, "docx")
        assert "/x.png" in listener.asked  # so it was the sandbox
    listener.asked.clear()
    copy_of(document, "docx")

    assert listener.asked == []


@pytest.mark.usefixtures("libreoffice")
def test_macro_does_not_run(settings):
    settings.CONVERSION_SECONDS = 25  # which the macro would take, and more
    basic = (
        '<?xml version="1.0"?><script:module xmlns:script="http://openoffice.org/2000/script"'
        ' script:name="M" script:language="StarBasic">Sub Main\nf = FreeFile\n'
        'Open "/tmp/made/document.pdf" For Output As #f\nPrint #f, "kapret"\nClose #f\n'
        "Wait 30000\nEnd Sub</script:module>"
    )
    event = (
        "<office:scripts><office:event-listeners><script:event-listener"
        ' xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
        ' script:language="ooo:script" script:event-name="dom:load"'
        ' xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink"/></office:event-listeners></office:scripts>'
    )
    library = (
        '<library:library xmlns:library="http://openoffice.org/2000/library"'
        ' library:name="Standard"><library:element library:name="M"/></library:library>'
    )
    libraries = (
        '<library:libraries xmlns:library="http://openoffice.org/2000/library">'
        '<library:library library:name="Standard" library:link="false"/></library:libraries>'
    )
    parts = {
        "Basic/Standard/M.xml": basic,
        "Basic/Standard/script-lb.xml": library,
        "Basic/script-lc.xml": libraries,
    }
    document = offices.odt(parts=parts, scripts=event)

    _copy, made = copy_of(document, "odt")

    assert b"kapret" not in made


@pytest.fixture
def place():
    """A folder that is not in /tmp, for that is another one in the sandbox."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


@pytest.mark.usefixtures("bubblewrap")
def test_what_a_macro_would_write_is_written_nowhere(settings, place):
    """A program in LibreOffice's place does what a macro in it could at most: it writes where it
    stands, and elsewhere in the world. The conversion itself goes well."""
    program = place / "office" / "program" / "soffice"
    program.parent.mkdir(parents=True)
    (program.parent / "made.pdf").write_bytes(offices.pdf_a())
    spoilt, elsewhere = place / "office" / "kapret", place / "kapret"
    program.write_text(
        "#!/bin/sh\n"
        f"for each in {spoilt} {elsewhere}; do\n"
        '(echo kapret > "$each") 2>/dev/null\ndone\n'
        f'mkdir -p "$PWD/made"; cat {program.parent}/made.pdf > "$PWD/made/document.pdf"\n'
    )
    program.chmod(0o755)
    settings.LIBREOFFICE = str(program)

    _copy, made = copy_of(offices.odt(), "odt")

    assert made == (program.parent / "made.pdf").read_bytes()
    assert not spoilt.exists()
    assert not elsewhere.exists()
    settings.CONVERSION_SANDBOX = "container"
    copy_of(offices.odt(), "odt")
    assert spoilt.exists()  # so it was the sandbox that held it back
    assert elsewhere.exists()


@pytest.mark.usefixtures("libreoffice")
def test_document_that_unpacks_to_far_too_much_is_stopped(settings):
    settings.CONVERSION_SECONDS, settings.CONVERSION_MEMORY = 8, 512
    document = offices.docx_that_unpacks_to(60)

    with pytest.raises((sandbox.Stopped, CanNotConvert)):
        copy_of(document, "docx")

    assert len(document) < 1 << 20
