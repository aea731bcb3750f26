"""Files that are missing, strange or dangerous, and parts that do not go together."""

import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.archive.breaking import LOG, MANIFEST, PUBLIC, RUNNING, STRUCTURE, breaches, numbers

pytestmark = pytest.mark.django_db  # else no test database is made, and the real one is used

NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (MANIFEST, {"N5.01", "N5.10", "N5.16", "N5.28", "C01", "J04"}),
        (STRUCTURE, {"N5.01"}),
        (LOG, {"N5.01", "N5.61"}),
        (RUNNING, {"N5.01", "N5.59", "N5.60"}),
        (PUBLIC, {"N5.01", "N5.59", "N5.60"}),
        ("addml.xsd", {"N5.01"}),
        ("metadatakatalog.xsd", {"N5.01"}),
    ],
)
def test_missing_file_is_found(extraction, noark5_schemas, name, found):
    (extraction.folder / name).unlink()

    lines = breaches(extraction.folder, noark5_schemas)

    assert numbers(lines) == found, lines
    assert any(name in line for line in lines)


def test_missing_schema_leaves_nothing_to_validate_with(extraction):
    (extraction.folder / "metadatakatalog.xsd").unlink()

    lines = breaches(extraction.folder)

    assert numbers(lines) == {"N5.01", "N5.03"}
    assert len([line for line in lines if "cannot be used" in line]) == 4


def test_missing_document_is_found(extraction):
    name = extraction.document("pdf")
    (extraction.folder / name).unlink()

    lines = breaches(extraction.folder)

    assert numbers(lines) == {"N5.28", "N5.32"}
    assert any(line.startswith(f"N5.32 {name}: the file is missing") for line in lines)


def test_document_that_nobody_refers_to_is_found(extraction):
    (extraction.folder / "DOKUMENT" / "00000" / "ekstra.txt").write_text("Hei")

    assert numbers(breaches(extraction.folder)) == {"N5.28", "N5.33"}


def test_missing_document_folder_is_found(extraction):
    shutil.rmtree(extraction.folder / "DOKUMENT")

    assert numbers(breaches(extraction.folder)) == {"N5.28", "N5.32"}


def test_changed_document_is_found_with_both_digests(extraction):
    name = extraction.document("txt")
    (extraction.folder / name).write_bytes("Æ, ø og å!\n".encode())

    (line,) = breaches(extraction.folder)

    assert re.fullmatch(
        rf"N5\.30 {name}: the SHA-256 is [0-9a-f]{{64}}, "
        r"where arkivstruktur\.xml says [0-9a-f]{64}\.",
        line,
    )


@pytest.mark.parametrize(
    ("extension", "content", "found"),
    [
        ("txt", b"", {"N5.64"}),
        ("txt", b"MZ\0\0", {"D07"}),
        ("txt", "Ø".encode("latin-1"), set()),
        ("txt", "“Ø”".encode("cp1252"), {"D07"}),
        ("pdf", b'%PDF-1.7\n<x pdfaid:part="2" pdfaid:conformance="B"/>', set()),
        ("pdf", b'%PDF-1.7\n<x pdfaid:part="3" pdfaid:conformance="B"/>', {"D07"}),
        (
            "pdf",
            b"%PDF-1.7\n<pdfaid:part>1</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"
            b"trailer<</Encrypt 5 0 R>>",
            {"D07"},
        ),
        ("pdf", b"%PDF-1.7\nplain", {"D07"}),
        ("pdf", b"<html>", {"D07"}),
    ],
)
def test_document_in_no_archive_format_is_found(extraction, extension, content, found):
    extraction.write(extraction.document(extension), content)

    assert numbers(breaches(extraction.folder)) == found


def test_file_that_is_no_part_of_an_extraction_is_found(extraction):
    (extraction.folder / "Thumbs.db").write_bytes(b"")
    (extraction.folder / "DOKUMENT" / "00000" / "lenke.txt").symlink_to("/etc/hostname")

    assert numbers(breaches(extraction.folder)) == {"S02"}


def test_file_changed_after_it_was_summed_is_found(extraction):
    path = extraction.folder / LOG
    path.write_text(path.read_text() + "\n")

    (line,) = breaches(extraction.folder)

    assert line.startswith("N5.02 endringslogg.xml: the SHA-256 is ")


def test_schema_that_is_not_the_official_one_is_found(extraction):
    extraction.replace("arkivstruktur.xsd", "$", "\n")

    assert numbers(breaches(extraction.folder)) == {"S04"}


def test_schema_that_fetches_something_is_not_used(extraction):
    extraction.replace(
        "endringslogg.xsd", '"metadatakatalog.xsd"', '"http://localhost:1/metadatakatalog.xsd"'
    )

    lines = breaches(extraction.folder)

    assert numbers(lines) == {"S04", "N5.03"}
    assert any("not in the package" in line for line in lines)


@pytest.mark.parametrize("name", [STRUCTURE, MANIFEST, PUBLIC])
@pytest.mark.parametrize("entity", ['SYSTEM "file:///etc/hostname"', '"x"'])
def test_document_type_is_refused_and_nothing_is_expanded(extraction, name, entity):
    extraction.replace(name, r"(<\?xml [^>]*>)", rf"\1<!DOCTYPE arkiv [<!ENTITY e {entity}>]>")
    extraction.replace(name, r"(<(?:tittel|description|arkivskaperNavn)>)", r"\1&e;")

    lines = breaches(extraction.folder)

    assert f"S06 {name}: it has a document type (DTD), and was not read." in lines


def test_file_in_another_encoding_is_found(extraction):
    text = extraction.text(LOG).replace("UTF-8", "windows-1252")
    extraction.write(LOG, text.encode("cp1252"))

    assert numbers(breaches(extraction.folder)) == {"S06"}


def test_class_that_holds_both_classes_and_something_else_is_found(extraction):
    klass = re.search(
        r"<klasse>\s*<systemID>.*?</opprettetAv>\n", extraction.text(STRUCTURE), re.DOTALL
    )[0].replace(re.search("[0-9a-f-]{36}", extraction.text(STRUCTURE))[0], NOWHERE)
    klass = re.sub("<systemID>[^<]*", f"<systemID>{NOWHERE}", klass) + "</klasse>\n"
    extraction.replace(STRUCTURE, "<mappe ", f"{klass}<mappe ")

    assert numbers(breaches(extraction.folder)) == {"N5.03", "N5.12"}


def test_class_that_holds_both_classes_and_registrations_is_found(extraction):
    written = extraction.registration("Fjellaget")
    extraction.replace(STRUCTURE, re.escape(written), "")
    extraction.replace(STRUCTURE, "</klasse>\n", rf"\g<0>{written}".replace("\\g", "\\g"))

    assert numbers(breaches(extraction.folder)) == {"N5.03", "N5.19", "T01", "J05"}


def test_case_file_without_a_class_is_found(extraction):
    text = extraction.text(STRUCTURE)
    inside = re.search(r"<mappe .*</mappe>\n", text, re.DOTALL)[0]
    extraction.replace(
        STRUCTURE, "<klassifikasjonssystem>.*</klassifikasjonssystem>\n", lambda _found: inside
    )

    assert numbers(breaches(extraction.folder)) == {"T01"}


def test_identifier_that_occurs_twice_is_found_in_any_case(extraction):
    first, second = re.findall("<systemID>([^<]*)", extraction.text(STRUCTURE))[-2:]
    extraction.replace(STRUCTURE, second, first.upper())

    lines = breaches(extraction.folder)

    assert numbers(lines) == {"N5.47"}
    assert first in lines[0]


def swapped(extraction, name):
    first, second = re.findall(
        "<journalregistrering>.*?</journalregistrering>\n", extraction.text(name), re.DOTALL
    )[:2]
    extraction.replace(name, re.escape(first + second), lambda _found: second + first)


@pytest.mark.parametrize("names", [(RUNNING, PUBLIC), (RUNNING,), (PUBLIC,)])
def test_unsorted_journal_is_found(extraction, names):
    for name in names:
        swapped(extraction, name)

    assert numbers(breaches(extraction.folder)) == {"J03"}


def test_entry_that_is_in_no_journal_is_found(extraction):
    for name in (RUNNING, PUBLIC):
        extraction.replace(name, "<journalregistrering>.*?</journalregistrering>\n", "")

    assert numbers(breaches(extraction.folder)) == {"J04", "J05"}


def test_entry_that_is_in_no_structure_is_found_where_the_periods_are_sharp(extraction):
    extraction.replace(STRUCTURE, re.escape(extraction.registration("Fjellaget")), "")

    sharp = numbers(breaches(extraction.folder))
    extraction.replace(MANIFEST, "<value>skarpt<", "<value>mykt<", count=2)
    soft = numbers(breaches(extraction.folder))

    assert sharp - soft == {"J05", "N5.59"}
    assert soft == {"N5.16", "N5.33", "N5.62"}


def test_screened_name_in_another_place_is_found(extraction):
    masked = re.findall(
        "<journalregistrering>.*?</journalregistrering>\n", extraction.text(PUBLIC), re.DOTALL
    )
    masked = next(each for each in masked if "*****" in each)
    extraction.edit(PUBLIC, masked, "(<saksbehandler>)[^<]*", r"\1Hilde Hemmelig")

    (line,) = breaches(extraction.folder)

    assert line.startswith("P05 offentligJournal.xml, journalpost ")


# --- Properties ---------------------------------------------------------------------------


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_of_what_is_summed_is_found(extraction, data):
    files = sorted(
        path
        for path in extraction.folder.rglob("*")
        if path.is_file() and path.name not in {MANIFEST, "addml.xsd"}
    )
    path = data.draw(st.sampled_from(files))
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])

    lines = breaches(extraction.folder)
    path.write_bytes(content)

    assert numbers(lines) & {"N5.02", "N5.30"}, path


@pytest.mark.parametrize("file", [STRUCTURE, LOG, RUNNING, PUBLIC])
def test_any_blank_element_is_found(extraction, file):
    text = extraction.text(file)
    missed = []
    for name in sorted(set(re.findall(r"<(\w+)>[^<\n]+</", text))):
        extraction.write(file, re.sub(rf"<{name}>[^<\n]+<", f"<{name}> <", text, count=1).encode())
        if not numbers(breaches(extraction.folder)) & {"N5.63", "V06", "N5.03"}:
            missed.append(name)

    assert missed == []
