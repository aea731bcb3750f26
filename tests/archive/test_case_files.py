from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from accounts.roles import Role
from accounts.rules import ActionRefused
from archive.actions import close_case_file, correct_entry
from archive.actions.case_files import close_series
from archive.models import CaseFile, Change, EntryState, JournalEntry, Series
from archive.vocabulary import CaseStatus, EntryKind, EntryStatus, SeriesStatus
from tests import factories
from tests.archive import records

pytestmark = pytest.mark.django_db


def test_open_case_file_makes_the_frame_and_records_who():
    at = factories.authority()
    editor = factories.official(at, Role.EDITOR, name="Eva Editor")

    opened = records.case_file(at, by=editor, keywords=["Fastlege"])

    assert (opened.created_by, opened.status) == ("Eva Editor", CaseStatus.OPEN)
    assert opened.series.title == f"Høringer {opened.year}"
    assert opened.series.fonds.authority == at
    assert opened.classification.parent.code == "3"
    assert opened.keywords == ["Fastlege"]


def test_open_case_file_twice_for_one_source_gives_the_same():
    first = records.case_file(source="høring-1")

    second = records.case_file(first.authority, source="høring-1", title="En annen")

    assert second == first
    assert CaseFile.objects.count() == 1


def test_case_files_are_numbered_without_gaps_in_each_year_and_authority():
    at, other = factories.authority(), factories.authority()
    with time_machine.travel(datetime(2024, 6, 1, tzinfo=UTC)):
        numbers = [records.case_file(at).identifier for _ in range(2)]
    with time_machine.travel(datetime(2025, 6, 1, tzinfo=UTC)):
        numbers += [records.case_file(at).identifier, records.case_file(other).identifier]

    assert numbers == ["2024/1", "2024/2", "2025/1", "2025/1"]


def test_year_of_a_case_file_changes_at_midnight_in_norway():
    with time_machine.travel(datetime(2024, 12, 31, 22, 59, tzinfo=UTC)):
        before = records.case_file()
    with time_machine.travel(datetime(2024, 12, 31, 23, 1, tzinfo=UTC)):
        after = records.case_file(before.authority)

    assert (before.identifier, before.opened_on) == ("2024/1", date(2024, 12, 31))
    assert (after.identifier, after.opened_on) == ("2025/1", date(2025, 1, 1))
    assert after.series != before.series


def test_close_case_file_archives_its_entries_and_records_who():
    opened = records.case_file()
    entry = records.written_off(opened)
    editor = factories.official(opened.authority, Role.EDITOR, name="Eva Editor")

    closed = close_case_file(opened, by=editor)

    state = EntryState.objects.get(entry=entry)
    assert (closed.status, closed.closed_by) == (CaseStatus.CLOSED, "Eva Editor")
    assert (state.status, state.archived_by) == (EntryStatus.ARCHIVED, "Eva Editor")
    assert state.archived_at == closed.closed_at
    logged = Change.objects.filter(case_file=closed, changed_by="Eva Editor")
    assert sorted(logged.values_list("unit", "element", "old_value", "new_value")) == sorted(
        [
            (entry.system_id, "journalstatus", "Journalført", "Arkivert"),
            (closed.system_id, "saksstatus", "Under behandling", "Avsluttet"),
        ]
    )


def test_close_case_file_archives_what_was_dispatched():
    opened = records.case_file()
    sent = records.entry(opened, kind=EntryKind.OUTGOING)
    records.dispatched(sent)

    close_case_file(opened, by=None)

    assert EntryState.objects.get(entry=sent).status == EntryStatus.ARCHIVED
    assert sent.changes.last().old_value == "Ekspedert"


def test_close_case_file_leaves_what_is_obsolete():
    opened = records.case_file()
    wrong = records.written_off(opened)
    correct_entry(wrong, title="Rettet", reason="Feil.", by=None)

    close_case_file(opened, by=None)

    assert EntryState.objects.get(entry=wrong).status == EntryStatus.OBSOLETE
    assert JournalEntry.objects.get(corrects=wrong).state.status == EntryStatus.ARCHIVED


def test_close_case_file_is_refused_while_an_entry_waits_and_changes_nothing():
    opened = records.case_file()
    records.written_off(opened)
    records.entry(opened)
    changes = Change.objects.count()

    with pytest.raises(ActionRefused, match="1"):
        close_case_file(opened, by=None)

    opened.refresh_from_db()
    assert opened.status == CaseStatus.OPEN
    assert Change.objects.count() == changes
    assert not EntryState.objects.filter(status=EntryStatus.ARCHIVED).exists()


def test_close_case_file_is_refused_when_it_is_closed():
    closed = close_case_file(records.case_file(), by=None)

    with pytest.raises(ActionRefused, match=closed.identifier):
        close_case_file(closed, by=None)

    assert Change.objects.count() == 1


def test_close_case_file_asks_the_database_as_often_for_many_entries_as_for_few(
    django_assert_num_queries,
):
    few, many = records.case_file(), records.case_file()
    records.written_off(few)
    for _ in range(3):
        records.written_off(many)

    with django_assert_num_queries(11):
        close_case_file(few, by=None)
    with django_assert_num_queries(11):
        close_case_file(many, by=None)


def test_close_series_moves_the_open_case_files_on_and_records_who():
    opened, closed = records.case_file(source="åpen"), None
    closed = close_case_file(records.case_file(opened.authority), by=None)
    archivist = factories.official(opened.authority, Role.ARCHIVIST, name="Arne Arkivar")

    series = close_series(opened.series, by=archivist)

    opened.refresh_from_db()
    closed.refresh_from_db()
    assert (series.status, series.closed_by) == (SeriesStatus.CLOSED, "Arne Arkivar")
    assert closed.series == series
    assert opened.series == series.successor
    assert series.successor.status == SeriesStatus.ACTIVE
    assert series.successor.title == f"Høringer {series.year}, del 2"
    moved = Change.objects.get(case_file=opened, element="referanseArkivdel")
    assert (moved.old_value, moved.new_value, moved.changed_by) == (
        str(series.system_id),
        str(series.successor.system_id),
        "Arne Arkivar",
    )


def test_close_series_without_open_case_files_has_no_successor():
    closed = close_case_file(records.case_file(), by=None)

    series = close_series(closed.series, by=None)

    assert series.successor is None
    assert records.case_file(closed.authority).series.title.endswith(", del 2")


def test_close_series_is_refused_when_it_is_closed():
    series = close_series(records.case_file().series, by=None)

    with pytest.raises(ActionRefused, match="Høringer"):
        close_series(series, by=None)

    assert Series.objects.count() == 2


def test_close_series_is_for_the_archivist_of_the_authority():
    opened = records.case_file()
    others = [
        factories.official(factories.authority(), Role.ARCHIVIST),
        factories.official(opened.authority, Role.EDITOR, Role.MODERATOR, Role.CASE_HANDLER),
    ]

    for stranger in others:
        with pytest.raises(PermissionDenied):
            close_series(opened.series, by=stranger)

    assert not Series.objects.filter(status=SeriesStatus.CLOSED).exists()
