"""What is found in the journals, and what nobody finds by what is masked."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import Role
from archive.actions import (
    Party,
    approve_erasure,
    assess_entry,
    correct_entry,
    request_erasure,
    screen_entry,
    write_off_entry,
)
from archive.journal_search import Asked, count_entries, read_entries
from archive.models import JournalEntry, JournalWords
from archive.public_journal import names_are_found_after
from archive.vocabulary import (
    ANONYMOUS,
    SCREENED_WHOLE,
    EntryKind,
    LegalBasis,
    PartyKind,
    WriteOff,
)
from config.integrity import pages as integrity
from tests import factories
from tests.archive import records

pytestmark = pytest.mark.django_db
FIRST_DAY = datetime(2024, 3, 4, 9, tzinfo=UTC)
A_YEAR_LATER = datetime(2025, 3, 4, 9, tzinfo=UTC)
HIDDEN = "Hilde Usynlig"
OBSOLETE = "Feilskrevet Navnesen"


def sent_by(name, *, is_person=True, contact_person="", email=""):
    kind = PartyKind.SENDER
    return (Party(kind, name, is_person=is_person, contact_person=contact_person, email=email),)


@pytest.fixture(scope="module")
def journal(shared):
    """A journal of two cases: name of each entry → the entry."""
    with time_machine.travel(FIRST_DAY, tick=False):
        first = records.case_file(
            title="Høring – forskrift om skolevei", keywords=["Lys langs vei"]
        )
        at = first.authority

        def journaled(**fields):
            return records.entry(first, title=f"Høringssvar – {first.title}", **fields)

        entries = {
            "letter": records.entry(
                first,
                kind=EntryKind.OUTGOING,
                title=first.title,
                parties=(Party(PartyKind.RECIPIENT, "Fylkeskommunen"),),
                received_at=None,
                sent_at=FIRST_DAY,
            ),
            "person": journaled(
                parties=sent_by("Nora Åpenhet", email="nora@apen.example"),
                keywords=("Lys langs vei",),
            ),
            "screened": journaled(parties=sent_by(HIDDEN), keywords=("Lys langs vei",)),
            "anonymous": journaled(parties=sent_by(ANONYMOUS)),
            "organisation": journaled(
                parties=sent_by("Trygg Trafikk", is_person=False, contact_person="Leder Ledersen")
            ),
            "obsolete": journaled(parties=sent_by(OBSOLETE), keywords=("Fart",)),
        }
        screen_entry(entries["screened"], legal_basis=LegalBasis.OFFL_13, sender=True, by=None)
        entries["correction"] = correct_entry(
            entries["obsolete"], sender_name="Rettskrevet Personsen", reason="Feil.", by=None
        )
    with time_machine.travel(A_YEAR_LATER - timedelta(days=1), tick=False):
        second = records.case_file(at, title="Høring – lov om barnehager")
        entries["later"] = records.entry(
            second,
            title="Merknader fra et foreldreutvalg",
            parties=sent_by("Nora Senere"),
        )
    return entries


@pytest.fixture
def at(journal):
    return journal["person"].authority


@pytest.fixture(autouse=True)
def within_the_year():
    with time_machine.travel(FIRST_DAY + timedelta(days=100)), translation.override("en"):
        yield


def found(journal, at, **asked):
    """The names of the entries that are found, in the order in which they are shown."""
    asked = Asked(at, **asked)
    names = {entry.pk: name for name, entry in journal.items()}
    rows = [names[entry.pk] for entry in read_entries(asked).rows]
    assert count_entries(asked) == (len(rows), False)
    return rows


STANDING = ["later", "correction", "organisation", "anonymous", "screened", "person", "letter"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("skoleveg", STANDING[1:]),  # bokmål in the journal, nynorsk in the search
        ("barnehagar", ["later"]),
        ("foreldreutvalg", ["later"]),
        ("Nora", ["later", "person"]),
        ("nora åpenhet", ["person"]),
        ('"trygg trafikk"', ["organisation"]),
        ('"trafikk trygg"', []),
        ("lys", ["screened", "person"]),
        ("anonym", ["anonymous"]),
        ("skolevei -lys", ["correction", "organisation", "anonymous", "letter"]),
        ("skolevei nora", ["person"]),
        ("og", []),
        ("*****", []),
        ("' | !! & <-> :*", []),
    ],
)
def test_public_journal_is_searched_for_titles_cases_themes_and_parties(journal, at, text, names):
    assert found(journal, at, text=text) == names


@pytest.mark.parametrize(
    ("party", "names"),
    [
        ("nora", ["later", "person"]),
        ("trafikk", ["organisation"]),
        ("skolevei", []),  # stands in titles only
        ("Leder Ledersen", []),  # a contact person
        ("nora@apen.example", []),
        ("fylkeskommunen", ["letter"]),
    ],
)
def test_party_is_looked_for_among_parties_alone(journal, at, party, names):
    assert found(journal, at, party=party) == names


def test_private_person_is_found_by_name_in_the_first_year_only(journal, at):
    last_day, day_after = A_YEAR_LATER - timedelta(days=1), A_YEAR_LATER

    with time_machine.travel(last_day):
        within = found(journal, at, text="nora"), found(journal, at, party="nora åpenhet")
    with time_machine.travel(day_after):
        after = found(journal, at, text="nora"), found(journal, at, party="nora åpenhet")
        others = found(journal, at, text="trygg trafikk"), found(journal, at, party="anonym")
        by_leaving_out = found(journal, at, text="skolevei -nora")

    assert within == (["later", "person"], ["person"])
    assert after == (["later"], [])
    assert others == (["organisation"], ["anonymous"])
    assert "person" in by_leaving_out


@pytest.mark.parametrize(
    ("today", "first_day"),
    [
        (date(2026, 3, 5), date(2025, 3, 5)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 3, 1), date(2024, 3, 1)),
    ],
)
def test_names_are_found_for_a_year_also_in_leap_years(today, first_day):
    assert names_are_found_after(today) == first_day


def pages_of(client, at, nobody, somebody, **asked):
    """What the journal answers about somebody who is not there, and about somebody hidden: the
    page without what was typed."""
    answers = []
    for name in (nobody, somebody):
        address = reverse("archive:public-journal", args=[at.slug])
        text = client.get(address, {key: each.format(name) for key, each in asked.items()})
        shown = text.content.decode()
        for typed in (name, name.replace(" ", "+"), name.replace(" ", "%20")):
            shown = shown.replace(typed, "")
        answers.append(shown)
    return answers


@pytest.mark.parametrize("hidden", [HIDDEN, OBSOLETE])
@pytest.mark.parametrize(
    "asked",
    [
        {"sok": "{}"},
        {"part": "{}"},
        {"sok": "skolevei {}"},
        {"sok": "skolevei -{}"},
        {"sok": '"{}"'},
        {"sok": "{}", "tema": "Lys langs vei"},
        {"part": "{}", "sak": "2024/1", "fra": "2024-03-04", "til": "2024-03-04"},
    ],
)
def test_asking_for_a_hidden_name_tells_what_asking_for_nobody_tells(
    client, journal, at, hidden, asked
):
    nobody, somebody = pages_of(client, at, "Finnes Ikkemann", hidden, **asked)

    assert somebody == nobody
    assert found(journal, at, text="åpenhet") == ["person"]  # who is not hidden is found so


def test_obsolete_entry_is_found_by_its_day_and_case_and_nothing_else(journal, at):
    case_file, day = journal["obsolete"].case_file, date(2024, 3, 4)

    assert "obsolete" in found(journal, at, case_file=case_file)
    assert "obsolete" in found(journal, at, since=day, until=day)
    for asked in (
        {"text": "skolevei"},
        {"theme": "Fart"},
        {"kind": EntryKind.INCOMING},
        {"party": "navnesen"},
    ):
        assert "obsolete" not in found(journal, at, **asked)
    assert found(journal, at, theme="Fart") == ["correction"]


def test_screening_and_its_end_are_followed_by_the_search_at_once(journal, at):
    entry = journal["person"]

    screen_entry(entry, legal_basis=LegalBasis.OFFL_13, sender=True, by=None)
    screened = found(journal, at, text="nora åpenhet")
    screen_entry(entry, legal_basis="", by=None)
    opened = found(journal, at, text="nora åpenhet")

    assert (screened, opened) == ([], ["person"])


def test_screened_word_of_a_title_is_found_inside_alone(journal, at):
    entry, asked = journal["later"], {"text": "foreldreutvalg"}
    assert found(journal, at, **asked) == ["later"]

    words = {"legal_basis": LegalBasis.OFFL_13, "title_words": ["foreldreutvalg"]}
    assess_entry(entry, **words, by=None)

    assert found(journal, at, **asked) == []
    assert found(journal, at, text="merknader") == ["later"]
    assert found(journal, at, **asked, is_inside=True) == ["later"]
    assert list(integrity.public_pages()) == []


def test_screened_word_of_a_title_is_found_by_no_theme_or_case_either(journal, at):
    words = {"legal_basis": LegalBasis.OFFL_13, "title_words": ["lys", "skolevei"]}
    entry = records.entry(
        journal["person"].case_file, title="Lys, skolevei", keywords=("Lys langs vei", "Fart")
    )
    journal = journal | {"new": entry}
    assert "new" in found(journal, at, theme="Lys langs vei")

    assess_entry(entry, **words, by=None)

    for asked in ({"text": "lys"}, {"text": "skolevei"}, {"theme": "Lys langs vei"}):
        assert "new" not in found(journal, at, **asked)
        assert "new" in found(journal, at, **asked, is_inside=True)
    assert "new" in found(journal, at, theme="Fart")


def test_erased_name_is_found_by_nobody(journal, at):
    entry = journal["organisation"]
    archivists = [factories.official(at, Role.ARCHIVIST) for _each in range(2)]
    erasure = request_erasure(
        entry, parties=[1], legal_basis="Dom", reason="Rettskraftig.", by=archivists[0]
    )

    before = found(journal, at, party="trafikk", is_inside=True)
    approve_erasure(erasure, by=archivists[1])

    assert before == ["organisation"]
    assert found(journal, at, party="trafikk", is_inside=True) == []
    assert found(journal, at, party="trafikk") == found(journal, at, party="slettet") == []
    assert found(journal, at, text="Ledersen", is_inside=True) == []


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"kind": EntryKind.OUTGOING}, ["letter"]),
        ({"theme": "Lys langs vei"}, ["screened", "person"]),
        ({"theme": "Lys"}, []),
        ({"since": date(2025, 1, 1)}, ["later"]),
        ({"until": date(2024, 3, 3)}, []),
        ({"since": date(2030, 1, 1), "until": date(2030, 1, 2)}, []),
        ({"since": date(2024, 3, 5), "until": date(2025, 3, 3)}, ["later"]),
        ({"theme": "Lys langs vei", "text": "nora"}, ["person"]),
    ],
)
def test_journal_is_narrowed_by_kind_theme_and_day(journal, at, asked, names):
    assert found(journal, at, **asked) == names


def test_journal_is_narrowed_by_case(journal, at):
    assert found(journal, at, case_file=journal["later"].case_file) == ["later"]


@pytest.mark.parametrize("asked", [{}, {"text": "skolevei"}, {"kind": EntryKind.INCOMING}])
def test_search_is_paged_by_key_over_the_shelves(journal, at, asked, monkeypatch):
    whole = read_entries(Asked(at, **asked)).rows
    pages, after = [], ""

    while True:
        page = read_entries(Asked(at, **asked), after=after, size=2)
        pages += page.rows
        after = page.next
        if not after:
            break

    assert len(whole) > 4
    assert pages == whole


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "٣", "1_2", "\0"])
def test_key_that_is_not_ours_is_the_beginning(at, after):
    rows = read_entries(Asked(at), after=after).rows

    assert rows == read_entries(Asked(at)).rows


def test_days_are_found_though_a_clock_was_set_back(journal, at):
    with time_machine.travel(datetime(2019, 6, 1, 9, tzinfo=UTC), tick=False):
        old = records.entry(journal["later"].case_file)

    def days(**asked):
        return [entry.pk for entry in read_entries(Asked(at, **asked)).rows]

    assert days(until=date(2020, 1, 1)) == [old.pk]
    assert len(days(since=date(2019, 1, 1), until=date(2025, 12, 31))) == len(journal) + 1


def test_nobody_finds_in_the_journal_of_another(journal):
    elsewhere = records.entry(records.case_file(title="Høring – skolevei andre steder"))

    rows = read_entries(Asked(elsewhere.authority, text="skolevei")).rows

    assert rows == [elsewhere]


# --- The running journal ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"text": HIDDEN}, ["screened"]),
        ({"text": OBSOLETE}, ["obsolete"]),
        ({"text": "ledersen"}, ["organisation"]),
        ({"party": "nora@apen.example"}, ["person"]),
        ({"theme": "Fart"}, ["correction", "obsolete"]),
        ({"states": {"status": "Utgår"}}, ["obsolete"]),
        ({"states": {"status": "Utgår"}, "text": "skolevei"}, ["obsolete"]),
        ({"states": {"case_handler": "Siri"}}, []),
        ({"states": {"is_unassessed": True}, "text": "lys"}, ["person"]),
        (
            {"states": {"is_open": True}},
            ["later", "correction", "organisation", "anonymous", "screened", "person"],
        ),
    ],
)
def test_running_journal_is_searched_unmasked_and_by_state(journal, at, asked, names):
    assert found(journal, at, is_inside=True, **asked) == names


def test_running_journal_finds_old_names_and_what_is_written_off(journal, at):
    write_off_entry(journal["person"], WriteOff.NOTED, by=None)

    with time_machine.travel(A_YEAR_LATER + timedelta(days=900)):
        assert found(journal, at, is_inside=True, text="nora") == ["later", "person"]
        assert "person" not in found(journal, at, is_inside=True, states={"is_open": True})


# --- What is searched in is what the view says ----------------------------------------------


def test_words_are_what_the_view_says_and_integrity_tells_where_they_are_not(journal):
    assert list(integrity._search_not_kept()) == []

    JournalWords.objects.filter(pk=journal["screened"].pk).update(
        words=JournalWords.objects.get(pk=journal["screened"].pk).inside
    )

    (first, second) = integrity._search_not_kept()
    assert "by words that are not public" in first
    assert str(journal["screened"].pk) in second


def test_hidden_names_are_not_among_what_the_public_search_looks_in(journal):
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(words::text, ' ') FROM archive_journalwords")
        ((words,),) = cursor.fetchall()

    assert "åpen" in words
    for name in (HIDDEN, OBSOLETE, "Ledersen"):
        assert name.split()[0].lower()[:6] not in words


@pytest.mark.parametrize("document", ["", SCREENED_WHOLE])
def test_legal_basis_is_told_only_where_the_document_is_kept_back(client, journal, at, document):
    entry = journal["person"]
    screen_entry(entry, legal_basis=LegalBasis.OFFL_26, sender=False, document=document, by=None)

    address = reverse("archive:public-entry-show", args=[at.slug, entry.year, entry.number])
    shown = client.get(address).content.decode()

    assert (LegalBasis.OFFL_26 in shown) is bool(document)


def test_every_entry_has_its_words(journal):
    assert JournalWords.objects.count() == JournalEntry.objects.count()
    assert timezone.localdate() == date(2024, 6, 12)
