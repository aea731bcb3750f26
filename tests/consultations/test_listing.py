"""The list of consultations, and how it is narrowed."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from consultations.actions import conclude_consultation, edit_consultation
from tests import factories
from tests.consultations.reading import published, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    """The words of the code, whatever the catalogues say."""
    with override("en"):
        yield


@pytest.fixture
def several():
    """Three open consultations of two authorities."""
    health, roads = factories.authority("Helse"), factories.authority("Vei")
    return {
        "doctors": factories.open_for_answers(health, subject="health", outcome="white_paper"),
        "water": factories.open_for_answers(health, subject="environment", outcome="regulation"),
        "bridges": factories.open_for_answers(roads, subject="transport", outcome="regulation"),
    }


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("emne=health", {"doctors"}),
        ("blir=regulation", {"water", "bridges"}),
        ("blir=regulation&emne=transport", {"bridges"}),
        ("emne=energy", {"doctors", "water", "bridges"}),
        ("virksomhet=%00&ar=x", {"doctors", "water", "bridges"}),
    ],
)
def test_the_list_is_narrowed_by_what_is_chosen(client, several, query, left):
    page = client.get(f"/en/?{query}")

    assert page.context["open"] == sorted(
        (several[name] for name in left), key=lambda each: (each.deadline_at, each.pk)
    )
    assert page.context["counts"]["open"] == page.context["counts"]["all"] == len(left)


def test_the_list_is_narrowed_by_authority_and_year(client, several):
    roads, year = several["bridges"].authority.slug, timezone.localdate().year

    of_roads = client.get(f"/en/?virksomhet={roads}")
    of_this_year = client.get(f"/en/?ar={year}")
    of_both = client.get(f"/en/?ar={year}&virksomhet={roads}")

    assert of_roads.context["open"] == of_both.context["open"] == [several["bridges"]]
    assert len(of_this_year.context["open"]) == 3


def test_an_option_tells_how_many_it_would_leave(client, several):
    page = client.get("/en/?blir=regulation")

    options = {
        option.value: option.count for each in page.context["filters"] for option in each.options
    }
    assert options["health"] == 0
    assert options["transport"] == options["environment"] == 1
    assert (options["white_paper"], options["regulation"]) == (1, 2)
    assert "ar" not in {each.name for each in page.context["filters"]}  # there is one year only


def test_a_chip_leads_to_the_list_without_it(client, several):
    page = client.get("/en/?blir=regulation&emne=transport")

    assert [(chip.label, chip.url) for chip in page.context["chips"]] == [
        ("Transport and roads", "?blir=regulation"),
        ("Regulation", "?emne=transport"),
    ]
    assert 'href="?blir=regulation"' in page.content.decode()


def test_the_list_says_when_nothing_matches(client, several):
    text = text_of(client, "/en/?emne=health&blir=regulation")

    assert "No consultation matches all that you chose" in text
    assert "0 consultations match" in text


def test_the_list_says_when_nothing_is_there_or_open(client):
    empty = text_of(client, "/en/")
    factories.published_consultation()
    coming = text_of(client, "/en/")

    assert "There are no consultations here yet" in empty
    assert "Nothing is open for answers right now" in coming


def test_the_pages_of_the_concluded_keep_what_is_chosen(client, monkeypatch):
    at = factories.authority()
    for subject in ("health", "health", "energy"):
        each = factories.closed_for_treatment(factories.open_for_answers(at, subject=subject))
        conclude_consultation(each, by=each.created_by)
    monkeypatch.setattr("consultations.views.listing.PAGE_SIZE", 1)

    first = client.get("/en/?emne=health")
    second = client.get(f"/en/{first.context['concluded_next']}")

    assert first.context["concluded_next"].startswith("?emne=health&etter=")
    assert second.context["concluded"].rows[0].subject == "health"
    assert second.context["concluded_next"] == ""


def test_the_list_counts_published_responses(client, consultation):
    published(consultation)
    published(consultation, themes=[consultation.themes.get(title="Sykehjem")])

    assert client.get("/en/").context["open"][0].published == 2
    assert "2 published responses" in text_of(client, "/en/")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_narrowed_list_takes_three_queries(client, rows, django_assert_num_queries):
    at = factories.authority()
    for _number in range(rows):
        factories.open_for_answers(at, subject="health")

    with django_assert_num_queries(3):
        client.get("/en/?emne=health")


def test_the_etag_of_the_list_depends_on_what_is_chosen_and_on_the_day(client, several):
    def etag(query=""):
        return client.get(f"/en/{query}").headers["ETag"]

    today, narrowed, other = etag(), etag("?emne=health"), etag("?emne=transport")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tomorrow = etag()
    edit_consultation(several["water"], subject="energy", by=None)

    assert len({today, narrowed, other, tomorrow, etag()}) == 5


def test_the_etag_of_the_list_is_new_when_an_authority_is_renamed(client, consultation):
    before = client.get("/en/").headers["ETag"]
    consultation.authority.name = "Et nytt departement"
    consultation.authority.save()

    page = client.get("/en/", headers={"if-none-match": before})

    assert page.status_code == 200
    assert "Et nytt departement" in page.content.decode()


def test_a_304_of_the_list_takes_one_query(client, several, django_assert_num_queries):
    etag = client.get("/en/?emne=health").headers["ETag"]

    with django_assert_num_queries(1):
        page = client.get("/en/?emne=health", headers={"if-none-match": etag})

    assert page.status_code == 304


@pytest.mark.parametrize(
    ("deadline", "words"),
    [((16, 0), "Closes today at 16:00"), ((23, 59), "Last day today")],
)
def test_the_last_day_is_told_to_the_minute_unless_it_is_the_whole_day(client, deadline, words):
    hour, minute = deadline
    at = timezone.localtime().replace(hour=hour, minute=minute, second=0) + timedelta(days=9)
    factories.open_for_answers(deadline_at=at)

    with time_machine.travel(at - timedelta(hours=2), tick=False):
        assert words in text_of(client, "/en/")
