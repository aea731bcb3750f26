import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.pdf import DocumentNotRendered, Page, _compile, render_pdf
from tests.pdf_reader import said_in, without_space

PAGE = Page(
    title="Høringssvar fra Kari Nordmann",
    language="nb",
    created_at=datetime(2010, 10, 18, 9, tzinfo=UTC),
    facts=(("Fra", "Kari Nordmann"), ("Vedlegg", "1. brev.pdf\n2. tall.xlsx")),
    body="Vi takker for muligheten.\nVi er for.\n\nMen ikke for fort.",
    sections=(("Underskrift", "Kari Nordmann\nleder"),),
    footer="2010/1-5",
)
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"


def opened(page):
    return pikepdf.open(BytesIO(render_pdf(page)))


def printed(page):
    return said_in(BytesIO(render_pdf(page)))


def structure(node):
    kids = node.get("/K", [])
    yield str(node.S)
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from structure(kid)


def assert_archivable(pdf):
    metadata = pdf.open_metadata()
    assert (metadata[PDFA + "part"], metadata[PDFA + "conformance"]) == ("2", "A")
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.StructTreeRoot.K
    assert pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()
    for sheet in pdf.pages:
        for font in sheet.get("/Resources", {}).get("/Font", {}).values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
            assert "/ToUnicode" in font


def test_render_pdf_is_archivable():
    pdf = opened(PAGE)

    assert_archivable(pdf)
    assert "/Encrypt" not in pdf.trailer
    assert not any("/JavaScript" in str(key) for key in pdf.Root)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_render_pdf_says_its_language_title_and_date(language):
    pdf = opened(replace(PAGE, language=language))

    metadata = pdf.open_metadata()
    assert pdf.Root.Lang == language
    assert metadata["dc:title"] == pdf.docinfo.Title == PAGE.title
    assert metadata["xmp:CreateDate"] == "2010-10-18T09:00:00+00:00"
    assert pdf.docinfo.CreationDate == "D:20101018090000Z"


def test_render_pdf_tags_headings_facts_and_paragraphs():
    pdf = opened(PAGE)

    assert list(structure(pdf.Root.StructTreeRoot.K[0])) == [
        "/Document",
        "/H1",
        *["/Table", "/TR", "/TD", "/TD", "/TR", "/TD", "/TD"],
        *["/P", "/P"],
        *["/H2", "/P"],
    ]


def test_render_pdf_prints_everything_in_order():
    said = printed(PAGE)

    assert said == without_space(
        "Høringssvar fra Kari Nordmann Fra Kari Nordmann Vedlegg 1. brev.pdf 2. tall.xlsx"
        "Vi takker for muligheten. Vi er for. Men ikke for fort. Underskrift Kari Nordmann leder"
        "2010/1-5 Side 1 av 1"
    )


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("nb", "Side1av3", "Side3av3"),
        ("nn", "Side1av3", "Side3av3"),
        ("en", "Page1of3", "Page3of3"),
    ],
)
def test_render_pdf_numbers_its_pages(language, first, last):
    page = replace(PAGE, language=language, body="linje\n" * 90)

    said = printed(page)

    assert first in said
    assert said.endswith(last)


def test_render_pdf_gives_the_same_bytes_in_another_thread_and_another_process():
    with ThreadPoolExecutor(2) as pool:
        here = {sha256(pdf).hexdigest() for pdf in pool.map(render_pdf, [PAGE] * 6)}
    program = (
        "from archive.pdf import *; import datetime, hashlib;"
        f"print(hashlib.sha256(render_pdf({PAGE!r})).hexdigest())"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert here == {elsewhere.stdout.strip()}


def test_render_pdf_differs_when_one_letter_differs():
    assert render_pdf(PAGE) != render_pdf(replace(PAGE, body=PAGE.body + "!"))


@pytest.mark.parametrize(
    "text",
    [
        "Čáhppes ŋ đ ž ŧ š. Zażółć gęślą jaźń. Дякуємо за можливість. Ελληνικά",
        "*fet* _kursiv_ `kode` $x^2$ #panic() #let a = 1 @ref <label> // a /* b */ \\ ~ --- ...",
        "\"anførsel\" 'enkel' = overskrift\n- punkt\n+ nummer\n/ ord: mening",
        "███ [sladdet: offentleglova § 13]",
        "😀 👍🏽 👨‍👩‍👧 ❤️ 🇳🇴",
        "o\u0302 a\u030a fi ffl",
    ],
)
def test_render_pdf_prints_the_words_as_they_were_written(text):
    page = replace(PAGE, body=text)

    assert without_space(text) in printed(page)
    assert "⟨U+" not in printed(page)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("før 中文 etter", "før⟨U+4E2D⟩⟨U+6587⟩etter"),
        ("før\x00\x07\x1better", "før⟨U+0000⟩⟨U+0007⟩⟨U+001B⟩etter"),
        ("før\ue000\uffffetter", "før⟨U+E000⟩⟨U+FFFF⟩etter"),
        ("før\ufeffetter", "føretter"),
        ("før e\u1abf etter", "føre⟨U+1ABF⟩etter"),
    ],
)
def test_render_pdf_writes_what_no_font_has_as_codes(text, shown):
    page = replace(PAGE, title=text, facts=((text, text),), body=text, footer=text)

    said = printed(page)

    assert said.count(shown) == 5
    assert ("Tegnsomikkekangjengis" in said) is ("⟨" in shown)
    assert_archivable(opened(page))


def test_render_pdf_survives_text_that_breaks_the_compiler():
    text = "\u066d\u06db\u200d"

    said = printed(replace(PAGE, body=f"før\n\n{text}\n\netter"))

    assert re.search(r"før\S*⟨U\+200D⟩\S*etter", said)
    with pytest.raises(BaseException, match="out of bounds"):
        _compile(replace(PAGE, body=text), frozenset())


def test_render_pdf_breaks_a_word_longer_than_the_line():
    word = "".join(f"{number:x}" for number in range(600))
    page = replace(PAGE, title="T" * 200, body=word)

    assert word in printed(page)
    pdf = opened(page)
    heights = {
        round(operands[5])
        for operands, operator in pikepdf.parse_content_stream(pdf.pages[0])
        if str(operator) == "cm"
    }
    assert len(heights) > len(word) / 85 + 200 / 35


@pytest.mark.parametrize(
    "text",
    ["ææ " * 50_000, "æ\n" * 20_000, "æ" * 200_000, "\n" * 200_000],
    ids=["words", "lines", "one word", "empty lines"],
)
def test_render_pdf_takes_very_long_texts(text):
    page = replace(PAGE, body=text)

    said = printed(page)

    assert said.count("æ") == text.count("æ")
    assert_archivable(opened(page))


def test_render_pdf_of_next_to_nothing():
    page = Page(title="Uten merknader", language="nb", created_at=PAGE.created_at)

    assert printed(page) == "UtenmerknaderSide1av1"


def test_render_pdf_refuses_text_that_is_no_text():
    with pytest.raises(DocumentNotRendered, match="Kari Nordmann"):
        render_pdf(replace(PAGE, body="\ud800"))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_render_pdf_takes_any_text(text):
    page = replace(PAGE, title=text, facts=((text, text),), body=text, footer=text)

    assert_archivable(opened(page))


@given(st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cc", "Cf"])))
def test_render_pdf_prints_any_latin_text_exactly(text):
    page = replace(PAGE, body=text)

    assert without_space(text) + "Underskrift" in printed(page)
