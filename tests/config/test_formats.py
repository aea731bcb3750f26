"""Times are written as people write them here: with the word before the clock."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nb", "22. november 2026 kl. 14:30"),
        ("nn", "22. november 2026 kl. 14:30"),
        ("en", "22 November 2026 at 14:30"),
    ],
)
def test_a_time_is_told_by_the_clock(language, told):
    moment = datetime(2026, 11, 22, 14, 30)

    with translation.override(language):
        shown = Template('{{ at|date:"DATETIME_FORMAT" }}').render(Context({"at": moment}))

    assert shown == told


@pytest.mark.parametrize(
    ("language", "told"), [("nb", "01.11.2026"), ("nn", "01.11.2026"), ("en", "1 Nov 2026")]
)
def test_a_short_date_is_taken_for_no_other_day(language, told):
    with translation.override(language):
        shown = Template('{{ at|date:"SHORT_DATE_FORMAT" }}').render(
            Context({"at": datetime(2026, 11, 1, 14, 30)})
        )

    assert shown == told


def test_no_page_has_a_format_of_its_own_for_a_time():
    own = [
        f"{path.relative_to(TEMPLATES)}: {line.strip()}"
        for path in TEMPLATES.rglob("*.html")
        if path.name != "_moment_public.html"  # joins date and time by a word that is translated
        for line in path.read_text().splitlines()
        if re.search(r'date:"(([^"]*[YF] )?H:i:?s?|j[^"]*)"', line)
    ]

    assert own == []
