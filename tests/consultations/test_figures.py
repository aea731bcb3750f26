"""The figures of a consultation: they are what the database holds, drawn, told and downloaded."""

import csv
import re
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from lxml import etree

from consultations.charts import LABEL, LINE, chart
from consultations.figures import MOST_BARS, Figure, Row, figures_of
from consultations.models import DailyTally, Publication, Response, Theme
from moderation.actions import accept_response
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def address_of(consultation, name=None):
    if name:
        return reverse("consultations:figures-download", args=[consultation.slug, name])
    return reverse("consultations:figures-show", args=[consultation.slug])


def received(consultation, *, days_ago, **fields):
    with time_machine.travel(timezone.now() - timedelta(days=days_ago)):
        return factories.accepted_response(consultation, **fields)


def numbers(figure):
    return {row.label: row.number for row in figure.rows}


def test_the_figures_are_what_the_database_holds(consultation):
    first, second = consultation.themes.filter(is_whole=False)
    received(consultation, days_ago=0, themes=[first])
    received(consultation, days_ago=0, themes=[second], **factories.named())
    factories.response_shown_as(Publication.WITHHELD, consultation, themes=[second])
    factories.screened_response(consultation, themes=[first])
    received(factories.open_for_answers(consultation.authority), days_ago=0)

    over_time, by_theme, by_sender = figures_of(consultation)

    accepted = Response.objects.accepted().filter(consultation=consultation).count()
    assert accepted == 3
    assert [sum(numbers(each).values()) for each in (over_time, by_theme, by_sender)] == [3] * 3
    assert numbers(by_theme) == {first.title: 1, second.title: 2, "Høringen som helhet": 0}
    assert numbers(by_sender)["Anonymous"] == 2
    assert numbers(by_sender)["Private persons"] == 1


@pytest.mark.parametrize(("days", "of"), [(3, "Day"), (MOST_BARS + 8, "Week from")])
def test_time_is_told_in_no_more_bars_than_one_can_read(consultation, days, of):
    received(consultation, days_ago=days)
    received(consultation, days_ago=0)

    over_time = figures_of(consultation)[0]

    assert over_time.of == of
    assert over_time.most_in_words.startswith("the week from") == (of == "Week from")
    assert 2 < len(over_time.rows) <= MOST_BARS
    assert over_time.rows[0].number == over_time.rows[-1].number == 1
    assert sum(row.number for row in over_time.rows) == 2


def test_figures_are_drawn_and_stand_in_tables(client, consultation):
    factories.accepted_response(consultation)

    page = client.get(address_of(consultation))

    text = page.content.decode()
    charts = re.findall(r'<svg[^>]*class="chart".*?</svg>', text, re.DOTALL)
    assert len(charts) == text.count("<caption") == 3
    for drawn in charts:
        svg = etree.fromstring(drawn)
        assert svg.get("role") == "img"
        assert svg.get("aria-label")
        assert f'id="{svg.get("aria-describedby")}"' in text
        assert {node.tag for node in svg.iter()} <= SHAPES
        assert not svg.xpath("//@style | //@id")
        assert svg.xpath("//*[contains(@class, 'bar')]")


SHAPES = {"svg", "g", "rect", "path", "text", "tspan"}


@pytest.mark.parametrize(
    "label",
    [
        "Kort",
        "Sammenheng, samordning og elektronisk pasientjournal i hele helsetjenesten",
        "Kommunehelsetjenestesamhandlingsavtaleforhandlinger",
    ],
)
def test_a_label_is_drawn_whole_on_as_many_lines_as_it_takes(label):
    rows = [Row("Annet", 1), Row(label, 2), Row("Høringen som helhet", 0)]

    svg = etree.fromstring(chart(Figure("tema", "Tema", "Tema", rows), described_by="sagt"))

    drawn = [[line.text for line in text] for text in svg.xpath("//text[tspan]")]
    assert ["".join(lines).replace(" ", "") for lines in drawn] == [
        row.label.replace(" ", "") for row in rows[::-1]
    ]
    assert all(len(line) <= LABEL for lines in drawn for line in lines)
    heights = sorted(float(line.get("y")) for line in svg.xpath("//tspan"))
    assert all(below - above >= LINE for above, below in pairwise(heights))


def test_the_page_is_the_same_each_time_it_is_drawn(client, consultation):
    factories.accepted_response(consultation)

    pages = {client.get(address_of(consultation)).content for _ in range(2)}

    assert len(pages) == 1


def test_a_consultation_without_responses_says_so(client, consultation):
    page = client.get(address_of(consultation))

    assert page.status_code == 200
    assert "nothing to count" in page.content.decode()
    assert client.get(address_of(consultation, "tid")).status_code == 404


def test_a_draft_has_no_figures(client):
    draft = factories.drafted_consultation()

    assert client.get(address_of(draft)).status_code == 404


def test_the_file_holds_what_the_table_holds(client, consultation):
    factories.accepted_response(consultation)

    page = client.get(address_of(consultation, "tema"))

    text = page.content.decode()
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")  # else Excel shows other letters than æ, ø and å
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0] == ["Theme", "Responses"]
    assert rows[1:] == [
        [label, str(number)] for label, number in numbers(figures_of(consultation)[1]).items()
    ]


@pytest.mark.parametrize(("language", "short"), [("nb", "18. okt"), ("en", "18 Oct")])
def test_a_day_is_told_in_the_language_and_in_the_file_as_programs_read_it(
    client, consultation, language, short
):
    response = factories.accepted_response(consultation)
    DailyTally.objects.filter(theme=response.theme).update(day=date(2010, 10, 18))

    with override(language):
        drawn = client.get(address_of(consultation)).content.decode()
        file = client.get(address_of(consultation, "tid")).content.decode()

    assert f">{short}<" in drawn
    assert file.splitlines()[1] == "2010-10-18,1"


@pytest.mark.parametrize("title", ["=1+1", "+47", "-2", "@SUM(A1)", "\t=1"])
def test_no_file_holds_a_formula(client, title):
    consultation = factories.open_for_answers()
    factories.accepted_response(consultation)
    Theme.objects.filter(is_whole=True).update(title=title)

    text = client.get(address_of(consultation, "tema")).content.decode()

    assert f"'{title}" in text


def test_a_response_that_is_accepted_makes_the_page_new(client, consultation):
    factories.accepted_response(consultation)
    waiting = factories.screened_response(consultation)
    etag = client.get(address_of(consultation)).headers["ETag"]
    assert client.get(address_of(consultation), headers={"if-none-match": etag}).status_code == 304

    accept_response(waiting, by=None)

    page = client.get(address_of(consultation), headers={"if-none-match": etag})
    assert page.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_six_queries(client, consultation, rows, django_assert_num_queries):
    for _row in range(rows):
        factories.accepted_response(consultation)

    with django_assert_num_queries(6):
        client.get(address_of(consultation))
