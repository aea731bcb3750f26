from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from accounts.roles import Role
from accounts.rules import ActionRefused
from archive.actions import PartOfDocument, Party, close_case_file, journal
from archive.files import store_file
from archive.models import (
    ArchivedDocument,
    Change,
    Correspondent,
    EntryState,
    Journal,
    JournalEntry,
    PreparedDocument,
)
from archive.verify import verify_chain
from archive.vocabulary import UNASSIGNED, DocumentRole, EntryStatus, PartyKind, Variant
from tests import factories
from tests.archive import records

pytestmark = pytest.mark.django_db


def test_journal_gives_the_next_number_and_records_who():
    opened = records.case_file()
    moderator = factories.official(opened.authority, Role.MODERATOR, name="Mona Moderator")
    records.entry(opened)

    entry = records.entry(opened, "svar-x", by=moderator)

    assert (entry.number, entry.case_number, entry.position) == (2, 2, 2)
    assert (entry.created_by, entry.source) == ("Mona Moderator", "svar-x")
    assert entry.state.status == EntryStatus.JOURNALED
    assert entry.state.case_handler == UNASSIGNED
    assert Journal.objects.get(authority=opened.authority).count == 2
    assert list(verify_chain(opened.authority)) == []


def test_journal_keeps_the_documents_and_the_parties():
    stored = store_file(records.JFIF, "jpg")
    parts = [
        PartOfDocument("Høringssvar", "Høringsuttalelse", page=records.page()),
        PartOfDocument("Vedlegg 1", "Vedlegg", stored=stored, format="jpg"),
    ]
    parties = (
        Party(PartyKind.SENDER, "Fjellaget", contact_person="Kari", email="k@fjell.example"),
        Party(PartyKind.COPY_RECIPIENT, "Vannverket"),
    )

    entry = records.entry(records.case_file(), parts=parts, parties=parties)

    main, attachment = entry.documents.all()
    assert (main.role, main.format, main.variant) == (DocumentRole.MAIN, "pdf", Variant.ARCHIVE)
    assert (attachment.role, attachment.sha256) == (DocumentRole.ATTACHMENT, stored.sha256)
    with default_storage.open(attachment.path) as file:
        assert file.read() == records.JFIF
    names = [(party.name, party.contact_person, party.email) for party in entry.parties.all()]
    assert names == [("Fjellaget", "Kari", "k@fjell.example"), ("Vannverket", "", "")]
    assert not PreparedDocument.objects.exists()


def test_journal_twice_journals_once():
    new = records.new_entry(records.case_file())

    first, second = journal(new), journal(new)

    assert second == first
    assert JournalEntry.objects.count() == 1


def test_journal_takes_no_number_where_no_document_was_prepared():
    new = records.new_entry(records.case_file())
    PreparedDocument.objects.all().delete()

    with pytest.raises(ActionRefused):
        journal(new)

    assert not JournalEntry.objects.exists()
    assert records.entry(new.case_file).number == 1


def test_journal_is_refused_in_a_closed_case_file_and_takes_no_number():
    opened = records.case_file()
    new = records.new_entry(opened)
    close_case_file(opened, by=None)

    with pytest.raises(ActionRefused, match=opened.identifier):
        journal(new)

    assert not JournalEntry.objects.exists()
    assert PreparedDocument.objects.count() == 1


def test_numbers_begin_anew_at_midnight_in_norway_but_the_chain_goes_on():
    opened = records.case_file()
    with time_machine.travel(datetime(2024, 12, 31, 22, 59, 59, tzinfo=UTC)):
        before = [records.entry(opened), records.entry(opened)]
    with time_machine.travel(datetime(2024, 12, 31, 23, 0, 1, tzinfo=UTC)):
        after = records.entry(opened)

    assert [entry.identifier for entry in before] == ["1/2024", "2/2024"]
    assert (after.identifier, after.journaled_on) == ("1/2025", date(2025, 1, 1))
    assert (after.position, after.case_number) == (3, 3)
    assert bytes(after.previous_hash) == bytes(before[1].hash)


def test_each_authority_has_its_own_numbers_and_chain():
    first, second = records.entry(records.case_file()), records.entry(records.case_file())

    assert (first.identifier, first.position) == (second.identifier, second.position)
    assert bytes(first.previous_hash) == bytes(second.previous_hash) == bytes(32)


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_many_journal_at_once_and_some_are_rolled_back():
    """Eight at a time, in two case files, with each fifth one breaking off at the end."""
    at = factories.authority()
    case_files = [records.case_file(at), records.case_file(at)]
    stored = store_file(b"svar", "txt")
    part = PartOfDocument("Høringssvar", "Høringsuttalelse", stored=stored, format="txt")
    work = []
    for number in range(160):
        new = records.new_entry(case_files[number % 2], parts=[part])
        work.append((new, number % 5 == 0))

    with ThreadPoolExecutor(8) as people:
        kept = list(people.map(_journal_or_break_off, work))

    entries = JournalEntry.objects.order_by("position")
    assert sum(kept) == 128
    assert [entry.position for entry in entries] == list(range(1, 129))
    assert [entry.number for entry in entries] == list(range(1, 129))
    for case_file in case_files:
        count = case_file.entries.count()
        numbers = case_file.entries.order_by("case_number").values_list("case_number", flat=True)
        assert list(numbers) == list(range(1, count + 1))
    assert PreparedDocument.objects.count() == 32
    assert list(verify_chain(at)) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_journal_the_same_at_once_get_the_same_entry():
    new = records.new_entry(records.case_file())

    with ThreadPoolExecutor(2) as people:
        first, second = people.map(_journal_alone, [new, new])

    assert first == second
    assert JournalEntry.objects.count() == 1


class BreakOff(Exception):
    """What comes after the journaling goes wrong."""


def _journal_or_break_off(piece):
    new, breaks_off = piece
    try:
        with transaction.atomic():
            journal(new)
            if breaks_off:
                raise BreakOff
    except BreakOff:
        return False
    finally:
        connection.close()
    return True


def _journal_alone(new):
    try:
        return journal(new).pk
    finally:
        connection.close()


APPEND_ONLY = {
    JournalEntry: ("title", "Endret"),
    ArchivedDocument: ("title", "Endret"),
    Correspondent: ("name", "Endret"),
    Change: ("new_value", "Endret"),
}


@pytest.fixture
def written():
    """A row of each table that may only be added to."""
    records.written_off(records.case_file())
    return [model.objects.first() for model in APPEND_ONLY]


@pytest.mark.parametrize("model", APPEND_ONLY)
def test_database_refuses_to_change_what_is_written(written, model):
    column, value = APPEND_ONLY[model]
    row = next(row for row in written if isinstance(row, model))
    table = model._meta.db_table
    attempts = [
        lambda: model.objects.update(**{column: value}),
        lambda: model.objects.filter(pk=row.pk).delete(),
        lambda: _saved(row, column, value),
        lambda: _execute(f'UPDATE {table} SET "{column}" = %s', [value]),
        lambda: _execute(f"DELETE FROM {table}"),
    ]

    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()

    assert getattr(model.objects.get(pk=row.pk), column) != value


def test_state_of_an_entry_may_change(written):
    """So that the test above does not pass on a table that cannot be written at all."""
    EntryState.objects.update(remark="Endret")

    assert EntryState.objects.get().remark == "Endret"


def _saved(row, column, value):
    setattr(row, column, value)
    row.save()


def _execute(statement, values=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
