"""The search: what it finds in either written norm, what it never shows, and what it costs."""

import re

import pytest
from django.db import connection
from django.utils.translation import override
from hypothesis import HealthCheck, example, given, settings, strategies

from accounts.search_words import asked_for
from config.integrity import public_pages
from consultations.actions import edit_consultation, publish_consultation, save_theme
from consultations.models import Publication, Response, SearchText, SenderKind
from consultations.search import MARK, UNMARK, as_searched, find, matching
from moderation.actions import publish_response, redact_response, withhold_response
from moderation.models import PublicationGround
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = "/en/sok/"


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def consultation():
    return factories.open_for_answers()


def shown(consultation, text, publication=Publication.PUBLISHED, **fields):
    return factories.response_shown_as(publication, consultation, text=text, **fields)


def found(query):
    return set(matching(Response.objects.all(), query))


def things(query, **narrowed):
    """What the search finds, best first."""
    result = find(query, **narrowed)
    return [hit.thing for hit in result.page.rows] if result else []


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
        ("fastlege", "fastlegene FASTLEGE fastlegeordningen"),
        ("kollega", "kolleger"),
        ("dagleg", "daglige"),
        ("veg", "veien"),
        ("vegane", "veier"),
        ("byar", "byene"),
        ("bruer", "brua"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_word_of_one_norm_finds_that_of_the_other(one, other, turned):
    asked, written = (other, one) if turned else (one, other)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('norwegian', consultations_as_searched(%s))"
            " @@ to_tsquery('norwegian', %s)",
            [f"Vi meiner at {written} må kome først.", as_searched(asked_for(asked.split()[0]))],
        )
        [is_found] = cursor.fetchone()

    assert is_found


def test_a_doctor_is_not_what_stands_before_the_word(consultation):
    doctor = shown(consultation, "FASTLEGEN min er flink.")
    shown(consultation, "Noen faste voksne følger et barn over veien.")

    [hit] = find("fastleger", kind="svar").page.rows

    assert hit.thing == doctor
    assert found("barnelege") == set()
    assert hit.thing.snippet == f"{MARK}FASTLEGEN{UNMARK} min er flink"


def test_matching_finds_public_responses_in_either_norm(consultation):
    response = shown(consultation, "Barnehagane treng fleire lærarar.")
    shown(consultation, "Barnehager nå!", Publication.WITHHELD)

    assert found("barnehager lærere") == {response}
    assert found("barnehager sykehjem") == set()
    assert found("") == set(Response.objects.all())


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("skole buss", True),
        ("buss skole", True),
        ('"skolen trenger"', True),
        ('"trenger skolen"', False),
        ("skole -tog", True),
        ("skole -buss", False),
        ("-tog", True),
        ("skole & buss", True),
        ("SKOLEN!", True),
        ("og skole", True),
        ("frå skole", True),
        ("buss | tog", False),
        ("§ 5-1", True),
        ("5-2", False),
    ],
)
def test_words_are_asked_for_as_people_mean_them(consultation, query, is_found):
    response = shown(consultation, "Skolen trenger buss, jf. § 5-1 i loven.")

    assert (response in things(query)) is is_found


def test_consultations_and_themes_are_found_before_what_is_said_of_them(consultation):
    theme = consultation.themes.get(title="Sykehjem")
    response = shown(consultation, "Sjukeheimane treng folk.")

    assert things("sjukeheim") == [theme, response]
    assert things(consultation.title) == [consultation]
    assert things("sykehjem", kind="svar") == [response]
    assert things("sykehjem", kind="temaer") == [theme]
    assert things("sykehjem", kind="horinger") == []


def test_the_search_is_narrowed_by_authority_and_consultation(client, consultation):
    other = factories.open_for_answers()
    here, there = shown(consultation, "Buss til skolen."), shown(other, "Buss til skolen.")

    assert set(things("buss")) == {here, there}
    assert things("buss", authority=other.authority) == [there]
    assert things("buss", consultation=consultation) == [here]
    page = client.get(ADDRESS, {"q": "buss", "horing": other.slug})
    assert there.reference in page.content.decode()
    assert here.reference not in page.content.decode()


def test_nothing_of_a_draft_is_found_until_it_is_published():
    draft = factories.drafted_consultation(title="Omdanning av kvartersnettet")
    assert things("kvartersnettet") == []

    publish_consultation(draft, by=draft.created_by)

    assert things("kvartersnettet") == [draft]
    assert len(things("sykehjem")) == 1


def test_what_an_editor_changes_is_found_by_its_new_words(consultation):
    theme = consultation.themes.get(title="Sykehjem")
    editor = consultation.created_by

    save_theme(consultation, theme, by=editor, title="Hjemmehjelp", text="<p>Om hjelp.</p>")
    edit_consultation(consultation, by=editor, title="Ei heilt anna sak")

    assert things("sykehjem") == []
    assert things("heimehjelp") == [theme]
    assert things("anna sak") == [consultation]


# --- What is not public -----------------------------------------------------------------


def named(consultation, text, **fields):
    return factories.accepted_response(consultation, text=text, **factories.named(**fields))


def redact(response, passage):
    start = response.text.index(passage)
    redact_response(
        response,
        passages=[(start, start + len(passage))],
        ground=PublicationGround.PERSONAL_DATA,
        by=None,
    )


def test_redacted_words_find_nothing_from_the_moment_they_are_redacted(client, consultation):
    response = named(consultation, "Naboen Gunnvald drikker. Skolen trenger buss.")
    publish_response(response, by=None)
    assert things("gunnvald") == [response]

    redact(response, "Gunnvald")

    assert things("gunnvald") == []
    assert found("gunnvald") == set()
    assert things("buss") == [response]
    assert "Gunnvald" not in client.get(ADDRESS, {"q": "buss naboen"}).content.decode()
    publish_response(response, by=None)
    assert things("gunnvald") == [response]


def test_withheld_and_waiting_responses_are_not_found(consultation):
    response = named(consultation, "Skolen trenger buss.", name="Gunnvald Prøve")
    assert things("buss") == things("gunnvald") == []
    publish_response(response, by=None)
    assert things("buss") == things("gunnvald") == [response]

    withhold_response(response, ground=PublicationGround.HATEFUL, by=None)

    assert things("buss") == things("gunnvald") == []


def test_a_hidden_name_finds_nothing_and_is_not_shown(client, consultation):
    response = named(consultation, "Skolen trenger buss.", name="Gunnvald Prøve")
    publish_response(response, hide_name=True, by=None)

    assert things("gunnvald") == []
    assert things("buss") == [response]
    text = client.get(ADDRESS, {"q": "buss"}).content.decode()
    assert "Name withheld" in text
    assert "Gunnvald" not in text


def test_an_organisation_is_found_by_its_name_and_not_by_who_wrote(consultation):
    response = factories.accepted_response(
        consultation,
        text="Ja.",
        sender_kind=SenderKind.ORGANISATION,
        organisation_name="Landslaget for skogseiere",
        name="Gunnvald Prøve",
        email="gunnvald@prove.example",
    )
    publish_response(response, by=None)

    assert things("landslaget") == [response]
    assert things("gunnvald") == things("gunnvald@prove.example") == []


def test_check_integrity_notices_a_search_that_shows_too_much(consultation):
    response = named(consultation, "Naboen Gunnvald drikker. Skolen trenger buss.")
    redact(response, "Gunnvald")
    assert list(public_pages()) == []

    with connection.cursor() as cursor:
        cursor.execute("UPDATE consultations_searchtext SET words = words || 'gunnvald:1'")

    assert any(f"response #{response.pk}" in breach for breach in public_pages())
    SearchText.objects.all().delete()
    assert any("does not find" in breach for breach in public_pages())


# --- The page ---------------------------------------------------------------------------


def test_what_was_found_is_marked_and_everything_else_is_escaped(client, consultation):
    shown(consultation, "<script>alert(1)</script> & <b>Skulen</b> treng \x02buss\x03.")

    text = client.get(ADDRESS, {"q": "skole"}).content.decode()

    assert "<mark>Skulen</mark>" in text
    assert text.count("<mark>") == 1
    assert "<script>" not in text
    assert "<b>" not in text


def test_a_snippet_of_a_theme_reads_as_its_text(client, consultation):
    theme = consultation.themes.get(title="Sykehjem")
    theme.text = (
        '<h2>Skulen</h2><p>Les <a href="https://lovdata.no/">skulelova</a>, kropp &amp; helse '
        "og <strong>lær</strong>.</p>"
    )
    theme.save()

    text = client.get(ADDRESS, {"q": "skolelova"}).content.decode()

    assert "Les <mark>skulelova</mark>, kropp &amp; helse og lær." in text


TYPED = strategies.one_of(
    strategies.text(max_size=60),
    strategies.text(alphabet="ab \"'\\:*&|!()<->-%_$\0§", max_size=40),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(typed=TYPED, after=TYPED)
@example(typed=":*&|!()", after="")
@example(typed="' OR 1=1 --", after="1_1")
@example(typed='"', after="9" * 40 + "_1")
@example(typed="og i på", after="")
@example(typed="🙂👩‍👧", after="٣_٣")
@example(typed="\0", after="\0")
@example(typed="skole" * 2000, after="")
@example(typed="a " * 5000, after="")
@example(typed="\\", after="")
@example(typed="-", after="-")
@example(typed='-"a b" "" --a', after="")
def test_whatever_is_typed_gives_a_page(client, typed, after):
    values = dict.fromkeys(("q", "type", "virksomhet", "horing"), typed) | {"etter": after}

    page = client.get(ADDRESS, values)

    assert page.status_code == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", ""),
        ("og som", "0 results"),
        ("!!!", "There are no words"),
        ("finnesikke", "0 results"),
        ("sykehjem", "1 result<"),
    ],
)
def test_the_page_says_how_much_was_found(client, consultation, query, words):
    page = client.get(ADDRESS, {"q": query})

    assert words in page.content.decode()
    assert ('id="treff"' in page.content.decode()) is ("result" in words)


def test_more_than_is_counted_is_said(client, consultation, monkeypatch):
    monkeypatch.setattr("consultations.search.COUNTED", 2)
    for _number in range(3):
        shown(consultation, "Skolen trenger buss.")

    assert find("buss").more
    assert find("buss").total == 2
    assert not find("sykehjem").more


def test_the_best_comes_first_and_pages_follow_by_key(client, consultation, monkeypatch):
    monkeypatch.setattr("consultations.search.RESULTS", 2)
    responses = [shown(consultation, "Buss. " * number + "Tog og båt.") for number in (1, 2, 3)]

    first = find("buss")
    second = find("buss", after=first.page.next)

    assert [hit.thing for hit in first.page.rows] == [responses[2], responses[1]]
    assert [hit.thing for hit in second.page.rows] == [responses[0]]
    assert not second.page.next
    page = client.get(ADDRESS, {"q": "buss"}).content.decode()
    [following] = re.findall(r'rel="next" href="([^"]*)"', page)
    last = client.get(ADDRESS + following.replace("&amp;", "&").split("#")[0]).content.decode()
    assert responses[0].reference in last
    assert responses[2].reference not in last


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_seven_queries(client, rows, django_assert_num_queries):
    for _row in range(rows):
        consultation = factories.open_for_answers(summary="Vi vil ha flere sykehjem.")
        shown(consultation, "Sykehjem må bli bedre.")

    with django_assert_num_queries(7):
        page = client.get(ADDRESS, {"q": "sykehjem"})

    assert f"{3 * rows} results" in page.content.decode()


def test_a_copy_is_good_until_something_is_published(client, consultation):
    address = f"{ADDRESS}?q=sykehjem"
    etag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304

    shown(consultation, "Sykehjem må bli bedre.")

    page = client.get(address, headers={"if-none-match": etag})
    assert page.status_code == 200
    assert not page.cookies
    assert "Cookie" not in page.headers.get("Vary", "")
