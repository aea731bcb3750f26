"""The journals as files and as a feed: what the pages say, and no name more."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import feedparser
import pikepdf
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from jsonschema import Draft202012Validator, FormatChecker

from accounts.roles import Role
from archive.actions import PartOfDocument, Party, assess_entry, correct_entry, screen_entry
from archive.models import EntryState, JournalEntry
from archive.vocabulary import MASK, EntryKind, LegalBasis, PartyKind
from moderation.actions import publish_response, withhold_response
from tests import factories
from tests.archive import einnsyn_form, records
from tests.archive.test_pdf import assert_archivable
from tests.pdf_reader import said_in, without_space

pytestmark = pytest.mark.django_db
FIRST_DAY = datetime(2024, 3, 4, 9, tzinfo=UTC)
FORMULA = "=HYPERLINK(1) forbund"
HIDDEN = ("Hilde Usynlig", "Hans Hemmelig", "Feil Navnesen", "Leder Ledersen")
PERSON = "Nora Åpenhet"


@pytest.fixture(scope="module")
def world(shared):
    """A consultation whose journal has senders of every kind, hidden ones among them."""
    with time_machine.travel(FIRST_DAY, tick=True):
        consultation = factories.open_for_answers(title="Prøvehøring om skolevei")

        def accepted(**fields):
            return factories.accepted_response(consultation, **fields)

        def entry_of(response):
            return JournalEntry.objects.get(source=response.reference)

        person = accepted(**factories.named(PERSON))
        publish_response(person, by=None)
        asked = accepted(
            hide_name=True,
            files=[("brev-fra-hilde.txt", b"hei")],
            **factories.named("Hilde Usynlig"),
        )
        hidden = accepted(**factories.named("Hans Hemmelig"))
        publish_response(hidden, hide_name=True, by=None)
        withhold_response(accepted(), ground="trade_secret", by=None)
        accepted(
            sender_kind="organisation",
            organisation_name=FORMULA,
            name="Leder Ledersen",
            email="leder@forbund.example",
        )
        wrong = entry_of(accepted(**factories.named("Feil Navnesen")))
        right = correct_entry(wrong, sender_name="Rett Personsen", reason="Feil.", by=None)
    return {
        "consultation": consultation,
        "at": consultation.authority,
        "person": entry_of(person),
        "asked": entry_of(asked),
        "hidden": entry_of(hidden),
        "obsolete": wrong,
        "correction": right,
        "published": person,
    }


@pytest.fixture
def at(world):
    return world["at"]


@pytest.fixture
def archivist(client, at):
    user = factories.official(at, Role.ARCHIVIST)
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def soon_after():
    with time_machine.travel(FIRST_DAY + timedelta(days=10)), translation.override("en"):
        yield


def address(name, at, *more):
    return reverse(f"archive:{name}", args=[at.slug, *more])


def read(client, name, at, *more, **asked):
    page = client.get(address(name, at, *more), asked)
    assert page.status_code == 200
    return b"".join(page)


def table(client, name, at, **asked):
    text = read(client, name, at, **asked).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def printed(made):
    with pikepdf.open(BytesIO(made)) as pdf:
        assert_archivable(pdf)
        return pdf


def words_of(made):
    """What a reader of the PDF finds in it, without spaces."""
    return without_space(said_in(BytesIO(made)))


# --- CSV ----------------------------------------------------------------------------------


def test_public_csv_has_a_line_for_each_entry_as_the_page_tells_it(client, world, at):
    rows = table(client, "public-journal-csv-download", at)

    told = {row["Entry"]: row for row in rows}
    assert len(rows) == JournalEntry.objects.filter(authority=at).count()
    assert told[world["person"].identifier] == {
        "Entry": world["person"].identifier,
        "Journaled": "2024-03-04",
        "Document date": "2024-03-04",
        "Case": world["person"].registration_id,
        "Title": "Høringssvar – Prøvehøring om skolevei",
        "From or to": f"Avsender: {PERSON}",
        "Kind": EntryKind.INCOMING,
        "Theme": "Fastlege",
        "Exempt from access": "",
    }
    assert told[world["hidden"].identifier]["From or to"] == f"Avsender: {MASK}"
    obsolete = told[world["obsolete"].identifier]
    assert obsolete["Title"] == f"Utgår → {world['correction'].identifier}"
    assert {obsolete[name] for name in ("From or to", "Kind", "Theme")} == {""}


def test_csv_is_narrowed_as_the_page_is(client, world, at):
    rows = table(client, "public-journal-csv-download", at, sok="nora")

    assert [row["Entry"] for row in rows] == [world["person"].identifier]


def test_csv_is_read_some_entries_at_a_time(client, at, monkeypatch, django_assert_num_queries):
    whole = table(client, "public-journal-csv-download", at)
    monkeypatch.setattr("archive.journal_files.AT_A_TIME", 3)

    assert table(client, "public-journal-csv-download", at) == whole


def test_no_cell_is_reckoned_with_by_a_spreadsheet(client, at, archivist):
    new = records.case_file(at, title="=1+1")
    records.entry(new, title="=cmd|' /C calc'!A0", parties=(Party(PartyKind.SENDER, "+47"),))

    for name in ("public-journal-csv-download", "running-journal-csv-download"):
        row = table(client, name, at)[0]

        assert row["Title"] == "'=cmd|' /C calc'!A0"
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_private_persons_stand_in_files_as_long_as_they_may_be_found(client, world, at):
    with time_machine.travel(FIRST_DAY + timedelta(days=366)):
        rows = table(client, "public-journal-csv-download", at)
        page = read(client, "public-entry-show", at, 2024, world["person"].number).decode()

    parties = {row["Entry"]: row["From or to"] for row in rows}
    assert parties[world["person"].identifier] == "Avsender: Privatperson"
    assert parties[world["hidden"].identifier] == f"Avsender: {MASK}"
    assert f"Avsender: {FORMULA}" in parties.values()
    assert PERSON in page


@pytest.mark.parametrize("name", ["public-journal-csv-download", "public-journal-pdf-download"])
def test_public_file_is_sent_again_only_when_it_is_another(client, world, at, name):
    first = client.get(address(name, at))

    unchanged = client.get(address(name, at), headers={"if-none-match": first.headers["ETag"]})
    screen_entry(world["person"], legal_basis=LegalBasis.OFFL_13, sender=True, by=None)
    screened = client.get(address(name, at), headers={"if-none-match": first.headers["ETag"]})
    with time_machine.travel(FIRST_DAY + timedelta(days=400)):
        later = client.get(address(name, at))

    assert unchanged.status_code == 304
    assert screened.status_code == 200
    assert later.headers["ETag"] != screened.headers["ETag"]
    assert first.headers["X-Robots-Tag"] == "noindex"


# --- PDF ----------------------------------------------------------------------------------


def test_public_pdf_is_archivable_and_says_what_it_holds(client, world, at):
    made = read(client, "public-journal-pdf-download", at, fra="2024-03-01", sok="skolevei")

    pdf = printed(made)
    said = words_of(made)
    assert pdf.trailer
    for words in ("Publicjournal", "Page1of1", "1Mar2024", "«skolevei»", "NoraÅpenhet", MASK):
        assert words in said, words
    assert "HansHemmelig" not in said


def test_pdf_says_that_it_does_not_hold_all(client, at, monkeypatch):
    monkeypatch.setattr("archive.journal_files.PRINTED", 2)

    said = words_of(read(client, "public-journal-pdf-download", at))

    assert "Therearemoreentriesthanthe2newest" in said


# --- Feed ---------------------------------------------------------------------------------


def test_feed_tells_the_newest_entries_and_names_no_private_person(client, world, at):
    page = client.get(address("public-journal-feed", at))
    feed = feedparser.parse(page.content, response_headers={"content-type": page["Content-Type"]})

    assert (feed.bozo, feed.version) == (False, "atom10")
    assert len(feed.entries) == JournalEntry.objects.filter(authority=at).count()
    assert feed.entries[0].title.startswith(world["correction"].identifier)
    assert FORMULA in page.content.decode()
    assert "Privatperson" in page.content.decode()
    assert PERSON not in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_feed_of_a_theme_has_nothing_else_and_can_not_ask_for_a_person(client, world, at):
    theme = feedparser.parse(
        client.get(address("public-journal-feed", at), {"tema": "Fastlege"}).content
    )
    asked = client.get(address("public-journal-feed", at), {"part": "finnes-ikke"}).content

    assert 0 < len(theme.entries) < JournalEntry.objects.filter(authority=at).count()
    assert asked == client.get(address("public-journal-feed", at)).content


# --- One entry ----------------------------------------------------------------------------


def test_entry_has_a_page_of_its_own_that_leads_to_what_is_published(client, world, at):
    entry = world["person"]

    shown = read(client, "public-entry-show", at, entry.year, entry.number).decode()

    case = entry.case_file
    for words in (entry.registration_id, PERSON, entry.title, case.title, at.email, "Fastlege"):
        assert words in shown
    assert f"/svar/{world['published'].reference}/" in shown
    assert address("access-request-start", at) in shown


def test_entry_leads_nowhere_where_nothing_is_published(client, world, at):
    entry = world["asked"]

    shown = read(client, "public-entry-show", at, entry.year, entry.number).decode()

    assert "/svar/" not in shown
    assert "Vedlegg" in shown
    assert "brev-fra-hilde" not in shown


def test_letter_leads_to_the_consultation(client, world, at):
    shown = read(client, "public-entry-show", at, 2024, 1).decode()

    assert f"/horinger/{world['consultation'].slug}/" in shown


@pytest.mark.parametrize(("year", "number"), [(2024, 99), (2023, 1), (99999, 1), (2024, 10**12)])
def test_entry_that_is_not_there_is_404(client, at, year, number):
    assert client.get(address("public-entry-show", at, year, number)).status_code == 404


def test_entry_takes_as_many_queries_whatever_it_tells(
    client, world, at, django_assert_num_queries
):
    for name in ("person", "hidden", "asked"):
        entry = world[name]
        with django_assert_num_queries(7 if name == "asked" else 6):
            read(client, "public-entry-show", at, entry.year, entry.number)


# --- eInnsyn ------------------------------------------------------------------------------


def exported(at, tmp_path, **asked):
    out = tmp_path / "einnsyn.json"
    call_command("export_einnsyn", authority=at.slug, out=out, **asked)
    made = json.loads(out.read_text())
    validator = Draft202012Validator(einnsyn_form.DOCUMENT, format_checker=FormatChecker())
    assert [each.message for each in validator.iter_errors(made)] == []
    return made


def entries_in(made):
    return {
        f"{each['journalsekvensnummer']}/{each['journalaar']}": each
        for case_file in made["saksmappe"]
        for each in case_file["journalpost"]
    }


def test_einnsyn_gets_every_entry_in_its_own_form(world, at, tmp_path):
    made = exported(at, tmp_path)

    entries = entries_in(made)
    person = entries[world["person"].identifier]
    sender, desk = person["korrespondansepart"]
    assert len(entries) == JournalEntry.objects.filter(authority=at).count()
    assert made["enhet"]["orgnummer"] == at.organisation_number
    assert person["journalposttype"] == "inngaaende_dokument"
    assert person["offentligTittel"] == person["offentligTittelSensitiv"]
    assert sender["korrespondansepartNavn"] == MASK
    assert sender["korrespondansepartNavnSensitiv"] == PERSON
    assert (sender["korrespondanseparttype"], desk["korrespondanseparttype"]) == (
        "avsender",
        "intern_mottaker",
    )
    assert (sender["erBehandlingsansvarlig"], desk["erBehandlingsansvarlig"]) == (False, True)
    assert person["dokumentbeskrivelse"][0]["tilknyttetRegistreringSom"] == "hoveddokument"
    assert entries["1/2024"]["journalposttype"] == "utgaaende_dokument"


def test_einnsyn_gets_what_is_kept_from_the_public_in_neither_field(world, at, tmp_path):
    entries = entries_in(exported(at, tmp_path))

    sender = entries[world["hidden"].identifier]["korrespondansepart"][0]
    obsolete = entries[world["obsolete"].identifier]
    attached = entries[world["asked"].identifier]["dokumentbeskrivelse"][1]
    assert {sender["korrespondansepartNavn"], sender["korrespondansepartNavnSensitiv"]} == {MASK}
    assert "skjerming" not in entries[world["asked"].identifier]  # only the name is kept back
    assert {obsolete["offentligTittel"], obsolete["offentligTittelSensitiv"]} == {"Utgår"}
    assert obsolete["korrespondansepart"] == obsolete["dokumentbeskrivelse"] == []
    assert obsolete["journalposttype"] == "ukjent"
    assert attached["tittel"] == attached["tittelSensitiv"] == "Vedlegg"
    withheld = [each["skjerming"] for each in entries.values() if "skjerming" in each]
    assert {each["tilgangsrestriksjon"] for each in withheld} == {"Unntatt offentlighet"}


def test_einnsyn_gets_the_days_that_are_asked_for(world, at, tmp_path):
    with time_machine.travel(FIRST_DAY + timedelta(days=5)):
        later = records.entry(world["consultation"].case_file)

    made = exported(at, tmp_path, since="2024-03-09")

    assert list(entries_in(made)) == [later.identifier]


def test_einnsyn_gets_an_empty_document_where_nothing_was_journaled(at, tmp_path):
    assert exported(at, tmp_path, since="2031-01-01", until="2031-02-01")["saksmappe"] == []


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"authority": "finnes-ikke"}, "has a journal"),
        ({"since": "2024-02-02", "until": "2024-01-01"}, "is after"),
        ({"out": Path("/finnes/ikke/e.json")}, "could not be written"),
    ],
)
def test_export_einnsyn_says_what_is_wrong_and_leaves_nothing(at, tmp_path, asked, complaint):
    given = {"authority": at.slug, "out": tmp_path / "e.json"} | asked

    with pytest.raises(CommandError, match=complaint):
        call_command("export_einnsyn", **given)

    assert list(tmp_path.glob("*.json*")) == []


def test_export_einnsyn_overwrites_nothing(at, tmp_path):
    out = tmp_path / "e.json"
    out.write_text("mitt")

    with pytest.raises(CommandError, match="is there already"):
        call_command("export_einnsyn", authority=at.slug, out=out)

    assert out.read_text() == "mitt"


def test_einnsyn_is_made_some_entries_at_a_time(at, tmp_path, monkeypatch):
    whole = exported(at, tmp_path)
    monkeypatch.setattr("archive.einnsyn.AT_A_TIME", 2)
    (tmp_path / "einnsyn.json").unlink()

    assert exported(at, tmp_path) == whole


# --- Nothing hidden anywhere --------------------------------------------------------------


def test_no_hidden_name_is_in_anything_public(client, world, at, tmp_path):
    entries = JournalEntry.objects.filter(authority=at)
    everything = {
        "page": read(client, "public-journal", at).decode(),
        "search": read(client, "public-journal", at, sok="skolevei").decode(),
        "csv": read(client, "public-journal-csv-download", at).decode(),
        "pdf": words_of(read(client, "public-journal-pdf-download", at)),
        "feed": read(client, "public-journal-feed", at).decode(),
        "einnsyn": json.dumps(exported(at, tmp_path), ensure_ascii=False),
    } | {
        each.identifier: read(client, "public-entry-show", at, each.year, each.number).decode()
        for each in entries
    }

    running = "".join(
        party.name + party.contact_person for entry in entries for party in entry.parties.all()
    )
    for name in HIDDEN:
        assert name in running  # it could have been there
        shown = [
            where
            for where, text in everything.items()
            if without_space(name) in without_space(text)
        ]
        assert shown == [], name
    assert "@prove.example" not in everything["csv"] + everything["pdf"]


def test_no_screened_word_of_a_title_is_in_anything_public(client, world, at, tmp_path):
    title = "Notat om Usagt Ordesen"
    note = PartOfDocument(title, "Notat", page=records.page(title=title))
    entry = records.entry(
        world["person"].case_file,
        title=title,
        kind=EntryKind.INTERNAL,
        keywords=("Ordesen og veien",),
        parts=[note],
    )
    words = {"legal_basis": LegalBasis.OFFL_13, "title_words": ["usagt", "ordesen"]}
    assess_entry(entry, **words, by=None)

    everything = {
        "page": read(client, "public-journal", at).decode(),
        "csv": read(client, "public-journal-csv-download", at).decode(),
        "pdf": words_of(read(client, "public-journal-pdf-download", at)),
        "feed": read(client, "public-journal-feed", at).decode(),
        "einnsyn": json.dumps(exported(at, tmp_path), ensure_ascii=False),
        "entry": read(client, "public-entry-show", at, entry.year, entry.number).decode(),
        "asking": read(
            client, "access-request-start", at, post=f"{entry.year}-{entry.number}"
        ).decode(),
    }

    for where, text in everything.items():
        assert "*****" in text, where
        assert "Usagt" not in text, where
        assert "Ordesen" not in text, where
    client.force_login(factories.official(at, Role.ARCHIVIST))
    assert title in read(client, "running-journal-csv-download", at).decode()


# --- The running journal's files ------------------------------------------------------------

INSIDE = ["running-journal", "running-journal-csv-download", "running-journal-pdf-download"]


def test_running_csv_is_unmasked_and_not_kept(client, archivist, world, at):
    page = client.get(address("running-journal-csv-download", at), {"sok": "usynlig"})

    assert "Hilde Usynlig" in b"".join(page).decode()
    assert "no-store" in page.headers["Cache-Control"]
    rows = table(client, "running-journal-csv-download", at, status="Utgår")
    assert [(row["Entry"], row["Status"]) for row in rows] == [
        (world["obsolete"].identifier, "Utgår")
    ]


def test_running_pdf_is_unmasked(client, archivist, at):
    made = read(client, "running-journal-pdf-download", at)

    assert "Hilde" in words_of(made)
    printed(made)


def test_einnsyn_is_handed_to_the_archivist_masked(client, archivist, world, at):
    made = read(client, "einnsyn-download", at, fra="2024-03-04").decode()

    assert len(entries_in(json.loads(made))) == JournalEntry.objects.filter(authority=at).count()
    assert not any(name in made for name in HIDDEN)


@pytest.mark.parametrize("name", [*INSIDE, "einnsyn-download"])
def test_running_journal_is_for_its_archivist_alone(client, at, name):
    place = address(name, at)

    assert "/konto/login/" in client.get(place).url
    for user in factories.everyone_but(at, Role.ARCHIVIST):
        client.force_login(user)
        assert client.get(place).status_code in (403, 404), user


def test_running_journal_page_is_narrowed_by_what_the_archivist_looks_for(
    client, archivist, world, at
):
    page = client.get(
        address("running-journal", at),
        {"uvurdert": "ja", "restanse": "ja", "saksbehandler": "Ingen Slik"},
    )

    assert page.context["entries"] == []
    assert page.context["count"] == (0, False)
    assert [chip.label for chip in page.context["form"].chips] == [
        "Ingen Slik",
        "Public access not assessed",
        "Not written off",
    ]
    handler = EntryState.objects.get(entry=world["person"]).case_handler
    found = client.get(address("running-journal", at), {"saksbehandler": handler, "restanse": "ja"})
    assert found.context["entries"]
