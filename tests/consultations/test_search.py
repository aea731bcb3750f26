"""The search: what it finds in either written norm, what it never shows, and what it costs."""

import pytest
from django.db import connection

from consultations.models import Publication, Response
from consultations.search import asked_for, matching
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return factories.open_for_answers()


def found(query):
    return set(matching(Response.objects.all(), query))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("skule", "skole"),
        ("skulane", "skolen"),
        ("skulehelsetenesta", "skolehelsetjenesten"),
        ("høyringssvar", "høringssvar"),
        ("tenester", "tjenester"),
        ("tenestene", "tjenesten"),
        ("barnehagar", "barnehager"),
        ("barnehagane", "barnehagene"),
        ("lærarane", "lærere"),
        ("brukarar", "brukerne"),
        ("sjukeheim", "sykehjem sjukehjem"),
        ("sjukehus", "sykehuset"),
        ("framtida", "fremtidens"),
        ("heimebuande", "hjemmeboende heimebuende"),
        ("moglegheiter", "mulighetene"),
        ("tryggleik", "trygghet"),
        ("verksemder", "virksomhetene virksomhet"),
        ("veke", "uke"),
        ("tidlegare", "tidligere"),
        ("offentleg", "offentlige"),
        ("kvardagen", "hverdagen"),
        ("sjølvstendig", "selvstendige"),
        ("følgje", "følge"),
        ("skuleveg", "skolevei"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_word_of_one_norm_finds_that_of_the_other(one, other, turned):
    asked, written = (other, one) if turned else (one, other)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('norwegian', %s) @@ to_tsquery('norwegian', %s)",
            [f"Vi meiner at {written} må kome først.", asked_for(asked.split()[0])],
        )
        [is_found] = cursor.fetchone()

    assert is_found


def test_matching_finds_public_responses_in_either_norm(consultation):
    response = factories.response_shown_as(
        Publication.PUBLISHED, consultation, text="Barnehagane treng fleire lærarar."
    )
    factories.response_shown_as(Publication.WITHHELD, consultation, text="Barnehager nå!")

    assert found("barnehager lærere") == {response}
    assert found("barnehager sykehjem") == set()
