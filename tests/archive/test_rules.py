"""Breaks every rule of the record behind the application's back, and is refused by the database."""

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from archive.actions import (
    add_redacted_variant,
    close_case_file,
    correct_entry,
    remark_entry,
    route_entry,
    write_off_entry,
)
from archive.models import CaseFile, EntryState, JournalEntry
from archive.vocabulary import WriteOff
from tests import factories
from tests.archive import records

pytestmark = pytest.mark.django_db
RULES = Path(__file__).parents[2] / "docs/archive-rules.md"
LETTER = "Besvart med brev"
WRITTEN = "written_off_on = now(), written_off_by = 'S'"


@pytest.fixture(scope="module")
def made(shared):
    """One case file with two entries, the first with a redacted variant; another, closed."""
    case_file = records.case_file()
    first = records.entry(case_file)
    add_redacted_variant(first, records.page())
    records.entry(case_file)
    remark_entry(first, "Noe.", source="merknad-1", kind="Merknad")
    route_entry(first, case_handler="Siri", unit="Avdeling", by=None)
    closed = records.case_file(case_file.authority)
    records.written_off(closed)
    close_case_file(closed, by=None)
    return case_file


@pytest.fixture
def case_file(db, made):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is made is whole
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return made


def _do(statements):
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount != 0, statement
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(rule, *statements):
    """The last of the statements, or the end of the transaction, breaks this very rule."""
    with pytest.raises(DatabaseError) as told:
        _do(statements)
    cause = told.value.__cause__
    assert rule in (cause.diag.constraint_name or str(cause)), str(cause)


def copy_of_the_last(table, where="true", **fields):
    """SQL that writes the last row of a table once more, with other values (SQL)."""
    fields = {"id": "900001", "system_id": "gen_random_uuid()"} | fields
    with connection.cursor() as cursor:
        names = [
            each.name for each in connection.introspection.get_table_description(cursor, table)
        ]
    values = ", ".join(fields.get(name, name) for name in names)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table}"
        f" WHERE {where} ORDER BY id DESC LIMIT 1"
    )


def next_entry(case_file, **fields):
    """SQL that writes one more entry as it should be, but for these fields, and nothing else."""
    fields = {
        "source": "'annen'",
        "position": "position + 1",
        "number": "number + 1",
        "case_file_id": str(case_file.pk),
        "case_number": str(case_file.entries.count() + 1),
        "previous_hash": "hash",
    } | fields
    return copy_of_the_last("archive_journalentry", **fields)


BLANK_OR_ILLEGAL = [
    ("archive_casefile", "title responsible unit"),
    ("archive_series", "title"),
    ("archive_fonds", "title"),
    ("archive_classification", "title code"),
    ("archive_classificationsystem", "title"),
]
APPENDED = [  # append-only: a new row is tried
    ("archive_archiveddocument", "title document_type format", {"version": "7"}),
    ("archive_correspondent", "name", {"position": "7"}),
    ("archive_change", "old_value new_value element changed_by", {}),
    ("archive_remark", "text kind", {"source": "'merknad-2'"}),
]


@pytest.mark.parametrize(
    ("table", "column"),
    [(table, each) for table, names in BLANK_OR_ILLEGAL for each in names.split()],
)
def test_text_says_something_and_fits_in_xml(case_file, table, column):
    model = table.removeprefix("archive_")
    change = f"UPDATE {table} SET {column} = %s WHERE id = (SELECT min(id) FROM {table})"

    refused(f"archive_{model}_says_something", change % "E' \\t\\n'")
    for code in ("0001", "000b", "001f", "fffe"):
        refused(f"archive_{model}_fits_in_xml", change % f"U&'a\\{code}b'")


@pytest.mark.parametrize(
    ("table", "column", "fields"),
    [(table, each, fields) for table, names, fields in APPENDED for each in names.split()],
)
def test_text_that_is_written_once_says_something_and_fits_in_xml(case_file, table, column, fields):
    model = table.removeprefix("archive_")

    refused(f"{model}_says_something", copy_of_the_last(table, **fields, **{column: "'  '"}))
    refused(f"{model}_fits_in_xml", copy_of_the_last(table, **fields, **{column: "E'a\\x0b'"}))


def test_text_of_an_entry_says_something_and_fits_in_xml(case_file):
    refused("journalentry_says_something", next_entry(case_file, title="' '"))
    refused("journalentry_fits_in_xml", next_entry(case_file, title="E'a\\x01'"))
    refused("journalentry_fits_in_xml", next_entry(case_file, keywords="ARRAY[E'\\x02']"))
    state = "UPDATE archive_entrystate SET remark = E'a\\x1f'"
    refused("entrystate_fits_in_xml", state + " WHERE status = 'Journalført'")


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("journalentry_number_is_one", {"number": "number"}),
        ("journalentry_position_is_one", {"position": "position"}),
        ("case_number_is_one", {"case_number": "1"}),
        ("source_is_one", {"source": "source"}),
        ("numbers_have_no_gap", {"number": "number + 2"}),
        ("numbers_have_no_gap", {"case_number": "77"}),
        ("is_chained", {"position": "position + 2"}),
        ("is_chained", {"previous_hash": "sha256('x')"}),
        ("kind_is_known", {"kind": "'Brev'"}),
        ("incoming_was_received", {"received_at": "NULL"}),
        ("is_complete", {}),
    ],
)
def test_entry_that_breaks_a_rule_is_refused(case_file, rule, change):
    refused(rule, next_entry(case_file, **change))


def test_closed_case_file_refuses_entries_and_another_authority_s_case_file_too(case_file):
    closed = CaseFile.objects.get(status="Avsluttet")
    elsewhere = records.case_file()

    for other in (closed, elsewhere):
        refused("case_file_is_open_and_its_authority_s", next_entry(other))


def whole_entry(case_file, *, without=(), kind=None, **parts):
    """The statements that write a whole entry, but for some parts, or with other ones."""
    entry = "(SELECT max(id) FROM archive_journalentry)"
    made = {
        "entry": next_entry(case_file, **({"kind": f"'{kind}'"} if kind else {})),
        "party": copy_of_the_last(
            "archive_correspondent", entry_id="900001", **parts.get("party", {})
        ),
        "document": copy_of_the_last(
            "archive_archiveddocument",
            "number = 1 AND variant = 'Arkivformat'",
            entry_id="900001",
            description_id="gen_random_uuid()",
            **parts.get("document", {}),
        ),
        "state": "INSERT INTO archive_entrystate (entry_id, status, case_handler, unit,"
        " legal_basis, is_sender_screened, screened_document, written_off_by, write_off,"
        f" archived_by, remark) VALUES ({entry}, 'Journalført', 'Siri', 'A', '', false, '', '',"
        " '', '', '')",
    }
    return [statement for name, statement in made.items() if name not in without]


def test_entry_has_a_document_a_right_party_and_a_state(case_file):
    with transaction.atomic(), connection.cursor() as cursor:  # the whole one is taken
        for statement in whole_entry(case_file):
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)

    for missing in ("party", "document", "state"):
        refused("is_complete", *whole_entry(case_file, without=[missing]))
    refused("is_complete", *whole_entry(case_file, party={"kind": "'Mottaker'"}))
    refused("is_complete", *whole_entry(case_file, kind="Utgående dokument"))
    second = {"number": "2", "role": "'Vedlegg'"}
    refused("is_complete", *whole_entry(case_file, document=second))
    refused("main_is_the_first", *whole_entry(case_file, document={"role": "'Vedlegg'"}))
    refused("main_is_the_first", *whole_entry(case_file, document={"number": "2"}))


def test_party_and_document_come_with_their_entry(case_file):
    document = "archive_archiveddocument"

    refused("came_with_its_entry", copy_of_the_last("archive_correspondent", position="9"))
    refused(
        "came_with_its_entry_or", copy_of_the_last(document, "variant = 'Arkivformat'", version="9")
    )
    variant = {"version": "9", "description_id": "gen_random_uuid()"}
    refused("came_with_its_entry_or", copy_of_the_last(document, "variant LIKE 'Dok%'", **variant))


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("has_a_digest", {"sha256": "repeat('A', 64)"}),
        ("variant_is_known", {"variant": "'Kopi'"}),
        ("version_is_one", {}),
        ("version_counts_from_one", {"version": "0"}),
    ],
)
def test_document_that_breaks_a_rule_is_refused(case_file, rule, change):
    refused(rule, copy_of_the_last("archive_archiveddocument", "variant LIKE 'Dok%'", **change))


def test_what_is_written_is_not_changed_or_deleted(case_file):
    for table in ["journalentry", "correspondent", "archiveddocument", "change", "remark"]:
        for what in (f"UPDATE archive_{table} SET id = id", f"DELETE FROM archive_{table}"):
            refused("Cannot", what)
    for table in ["entrystate", "casefile", "series", "fonds", "classificationsystem"]:
        refused("Cannot delete", f"DELETE FROM archive_{table}")


LOGGED = {
    "status": "'Ekspedert'",
    "case_handler": "'Ola'",
    "unit": "'B'",
    "legal_basis": "'offl. § 24'",
    "is_sender_screened": "true, legal_basis = 'offl. § 24'",
    "screened_document": "'Skjerming av hele dokumentet', legal_basis = 'offl. § 24'",
    "assessed_on": "'2026-01-01'",
    "screening_ends_on": "'2080-01-01', screening_years = 60, legal_basis = 'offl. § 24'",
    "write_off": "'Tatt til orientering', written_off_on = now(), written_off_by = 'S'",
}


@pytest.mark.parametrize("column", LOGGED)
def test_every_change_of_a_state_is_logged(case_file, column):
    open_one = f"WHERE entry_id = {case_file.entries.last().pk}"

    refused(
        "every_change_is_logged",
        f"UPDATE archive_entrystate SET {column} = {LOGGED[column]} {open_one}",
    )


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("entrystate_is_known", "status = 'Lest'"),
        ("write_off_is_known", "write_off = 'Glemt', written_off_on = now(), written_off_by = 'S'"),
        ("write_off_has_who_and_when", "write_off = 'Tatt til orientering'"),
        ("write_off_has_who_and_when", "written_off_on = now()"),
        (
            "answer_is_named",
            f"write_off = '{LETTER}', written_off_on = now(), written_off_by = 'S'",
        ),
        ("answer_is_named", "answered_by_id = entry_id"),
        ("screened_document_is_known", "screened_document = 'Litt', legal_basis = 'offl. § 24'"),
        ("screening_has_a_legal_basis", "is_sender_screened = true"),
        ("screening_has_a_legal_basis", "public_title = '***** – prøve'"),
        ("period_is_of_a_screening", "screening_ends_on = '2080-01-01'"),
        ("archived_has_who_and_when", "status = 'Arkivert'"),
    ],
)
def test_state_that_breaks_a_rule_is_refused(case_file, rule, change):
    entry = case_file.entries.last()

    refused(rule, f"UPDATE archive_entrystate SET {change} WHERE entry_id = {entry.pk}")


def test_only_what_came_in_is_written_off_and_by_what_went_out(case_file):
    letter = records.entry(case_file, kind="Utgående dokument")
    incoming = case_file.entries.first()
    write = (
        "UPDATE archive_entrystate SET written_off_on = now(), written_off_by = 'S', write_off = "
    )
    rule = "written_off_came_in_and_its_answer_went_out"
    noted, answered = "'Tatt til orientering'", f"'{LETTER}', answered_by_id = {incoming.pk}"

    answer = log_of(incoming, "referanseAvskrivesAvJournalpost", incoming.system_id)
    refused(
        rule,
        log_of(letter, "avskrivningsmaate", "Tatt til orientering"),
        f"{write}{noted} WHERE entry_id = {letter.pk}",
    )
    refused(
        rule,
        log_of(incoming, "avskrivningsmaate", LETTER),
        answer,
        f"{write}{answered} WHERE entry_id = {incoming.pk}",
    )
    write_off_entry(incoming, WriteOff.ANSWERED_BY_LETTER, answer=letter, by=None)


@pytest.mark.parametrize(
    "change",
    [
        "case_handler = 'Ola'",
        "unit = 'B'",
        "status = 'Journalført'",
        "archived_at = now()",
        "written_off_on = now() + interval '1 day'",
        "write_off = 'Tatt til orientering'",
    ],
)
def test_no_routing_and_no_way_back_after_the_entry_is_archived(case_file, change):
    refused(
        "archived_is_final",
        f"UPDATE archive_entrystate SET {change} WHERE status = 'Arkivert'",
    )


def test_obsolete_and_dispatched_go_no_way_back(case_file):
    entry = case_file.entries.first()
    records.dispatched(entry)
    set_ = "UPDATE archive_entrystate SET {} WHERE entry_id = " + str(entry.pk)
    refused("dispatched_is_not_taken_back", set_.format("status = 'Journalført'"))
    correct_entry(entry, title="Rettet", reason="Feil.", by=None)

    refused(
        "obsolete_is_final",
        log_of(entry, "journalstatus", "Journalført"),
        set_.format("status = 'Journalført'"),
    )
    refused(
        "obsolete_is_final",
        log_of(entry, "saksbehandler", "Ola"),
        set_.format("case_handler = 'Ola'"),
    )
    refused("obsolete_is_final", set_.format("remark = 'Likevel ikke.'"))


def log_of(entry, element, value):
    """So that the rule that every change is logged is not the one that is broken."""
    return (
        "INSERT INTO archive_change (case_file_id, entry_id, unit, element, old_value, new_value,"
        f" changed_at, changed_by) VALUES ({entry.case_file_id}, {entry.pk}, '{entry.system_id}',"
        f" '{element}', 'før', '{value}', now(), 'Arne')"
    )


def log(case_file, element, value):
    return (
        "INSERT INTO archive_change (case_file_id, unit, element, old_value, new_value, changed_at,"
        f" changed_by) VALUES ({case_file.pk}, '{case_file.system_id}', '{element}', 'før',"
        f" '{value}', now(), 'Arne')"
    )


def close(case_file):
    set_ = "status = 'Avsluttet', closed_at = now() + interval '1 h', closed_by = 'Arne'"
    return f"UPDATE archive_casefile SET {set_} WHERE id = {case_file.pk}"


def test_case_file_closes_when_all_is_archived_and_nothing_waits(case_file):
    logged = log(case_file, "saksstatus", "Avsluttet")

    refused("closes_when_all_is_done", logged, close(case_file))
    empty = records.case_file(case_file.authority)
    refused("every_change_is_logged", close(empty))
    backwards = close(empty).replace("+ interval '1 h'", "- interval '9 years'")
    refused("closed_has_who_and_when", log(empty, "saksstatus", "Avsluttet"), backwards)


@pytest.mark.parametrize(
    "wrong",
    [
        "archived_at = now() + interval '1 day'",
        "archived_at = now() - interval '9 years'",
        "written_off_on = now() + interval '9 days'",
        "written_off_on = NULL, written_off_by = '', write_off = ''",
    ],
)
def test_case_file_does_not_close_with_dates_out_of_order_or_with_an_open_entry(case_file, wrong):
    other = records.case_file(case_file.authority)
    entry = records.written_off(other)
    state = EntryState.objects.get(entry=entry)
    archived = {"status": "'Arkivert'", "archived_at": "now()", "archived_by": "'Arne'"}
    values = archived | dict(each.split(" = ") for each in re.split(r",\s*", wrong))
    set_ = ", ".join(f"{name} = {value}" for name, value in values.items())
    logs = [
        log(other, element, new)
        .replace("(case_file_id,", "(entry_id, case_file_id,")
        .replace(f"VALUES ({other.pk}", f"VALUES ({entry.pk}, {other.pk}")
        .replace(str(other.system_id), str(entry.system_id))
        for element, new in (("journalstatus", "Arkivert"), ("avskrivningsmaate", "(ingen)"))
    ]
    change = f"UPDATE archive_entrystate SET {set_} WHERE entry_id = {state.pk}"

    refused(
        "closes_when_all_is_done",
        *logs[: 2 if "write_off" in wrong else 1],
        change,
        log(other, "saksstatus", "Avsluttet"),
        close(other),
    )


@pytest.mark.parametrize(
    ("rule", "table", "change"),
    [
        ("identity_is_fixed", "casefile", "system_id = gen_random_uuid()"),
        ("identity_is_fixed", "casefile", "number = number + 9"),
        ("identity_is_fixed", "series", "system_id = gen_random_uuid()"),
        ("identity_is_fixed", "fonds", "system_id = gen_random_uuid()"),
        ("identity_is_fixed", "classification", "system_id = gen_random_uuid()"),
        ("identity_is_fixed", "classificationsystem", "system_id = gen_random_uuid()"),
        ("status_is_known", "casefile", "status = 'Glemt'"),
        ("closed_has_who_and_when", "casefile", "status = 'Avsluttet'"),
        ("status_is_known", "series", "status = 'Glemt'"),
        ("closed_has_who_and_when", "series", "status = 'Avsluttet periode'"),
        ("disposal_is_known", "classification", "disposal = 'Brennes'"),
        ("disposal_has_its_basis", "classification", "disposal = 'Kasseres'"),
    ],
)
def test_frame_that_breaks_a_rule_is_refused(case_file, rule, table, change):
    first = f"(SELECT min(id) FROM archive_{table})"

    refused(rule, f"UPDATE archive_{table} SET {change} WHERE id = {first}")


def test_closed_case_file_and_closed_series_are_final(case_file):
    for change in ("title = 'Ny'", "status = 'Under behandling', closed_at = NULL, closed_by = ''"):
        refused(
            "closed_is_final", f"UPDATE archive_casefile SET {change} WHERE status = 'Avsluttet'"
        )
    series = "UPDATE archive_series SET status = 'Avsluttet periode', closed_at = now() +"
    series += f" interval '1 h', closed_by = 'Arne' WHERE id = {case_file.series_id}"
    refused("closed_holds_no_open_case_file", series)
    refused("closed_is_final", series, "UPDATE archive_series SET title = 'Ny'")
    refused(
        "stands_in_an_active_series",
        series,
        copy_of_the_last(
            "archive_casefile",
            source="'x'",
            number="number + 1",
            status="'Under behandling'",
            closed_at="NULL",
            closed_by="''",
        ),
    )


def test_case_file_stands_where_it_should(case_file):
    other = records.case_file(factories.authority())
    top = case_file.classification.parent_id
    fields = {"number": "number + 1", "source": "'x'"}
    rows = "archive_casefile"

    refused("numbers_have_no_gap", copy_of_the_last(rows, **(fields | {"number": "number + 2"})))
    refused("casefile_number_is_one", copy_of_the_last(rows, **(fields | {"number": "number"})))
    series = fields | {"series_id": str(case_file.series_id)}
    refused("stands_in_an_active_series_of_its_authority", copy_of_the_last(rows, **series))
    refused(
        "stands_in_a_lowest_class",
        copy_of_the_last(rows, **(fields | {"classification_id": str(top)})),
    )
    below = {"parent_id": str(other.classification_id), "code": "'311'"}
    refused("holds_classes_or_case_files", copy_of_the_last("archive_classification", **below))


def test_change_is_about_a_unit_of_its_case_file(case_file):
    elsewhere = records.case_file()

    refused(
        "is_about_a_unit",
        log(case_file, "tittel", "ny").replace(str(case_file.system_id), str(elsewhere.system_id)),
    )
    refused(
        "is_about_a_unit",
        copy_of_the_last("archive_change", "entry_id IS NOT NULL", case_file_id=str(elsewhere.pk)),
    )


def test_text_that_xml_has_no_room_for_is_replaced_before_it_is_journaled():
    case_file = records.case_file(title="Høring\x0b", responsible="Ola\x01")
    entry = records.entry(case_file, title="Svar\x1f", keywords=("a\x02",))
    route_entry(entry, case_handler="Siri\x03", unit="B", by=None)

    entry = JournalEntry.objects.get(pk=entry.pk)
    assert (entry.title, entry.keywords) == ("Svar\ufffd", ["a\ufffd"])
    assert EntryState.objects.get(entry=entry).case_handler == "Siri\ufffd"
    assert case_file.title == "Høring\ufffd"


def test_every_rule_that_the_docs_name_stands_in_the_database(db):
    named = set(re.findall(r"`([a-z]+):(\w+)`", RULES.read_text()))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint UNION ALL"
            " SELECT tgrelid::regclass::text, tgname FROM pg_trigger UNION ALL"
            " SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index"
        )
        there = {
            (
                table.removeprefix("archive_"),
                name.removeprefix(f"{table}_").removeprefix("pgtrigger_"),
            )
            for table, name in cursor.fetchall()
        }
    triggers = {(table, name.rpartition("_")[0]) for table, name in there}

    assert len(named) > 60
    assert named - there - triggers == set()
