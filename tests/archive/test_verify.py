"""Breaks the record behind the application's back, and sees every breach found."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import chain
from archive.actions import add_redacted_variant, correct_entry, make_checkpoint
from archive.models import (
    ArchivedDocument,
    CaseFile,
    Change,
    Checkpoint,
    Correspondent,
    EntryState,
    Fonds,
    Journal,
    JournalEntry,
    JournalWords,
    Series,
)
from archive.verify import verify_chain, verify_documents
from tests.archive import records

pytestmark = pytest.mark.django_db
OF_ENTRY = [*(name for name in chain.ENTRY if "__" not in name), "hash", "previous_hash"]
COVERED = [
    *((JournalEntry, name) for name in [*OF_ENTRY, "case_file", "corrects"]),
    *((Correspondent, name) for name in [*chain.PARTY, "salt", "digest", "entry"]),
    *((ArchivedDocument, name) for name in [*chain.DOCUMENT, "entry"]),
    *((Checkpoint, name) for name in [*chain.CHECKPOINT, "previous_digest", "digest"]),
    *((Checkpoint, name) for name in ["signature", "public_key"]),
    *((Journal, name) for name in ["count", "head"]),
    *((model, "system_id") for model in (CaseFile, Fonds)),
    (CaseFile, "series"),
    (Series, "fonds"),
]
EVERYTHING = {  # the rows of each model that belong to the journal in question
    CaseFile: {"entries__isnull": False},
    Series: {"case_files__entries__isnull": False},
    Fonds: {"series__case_files__entries__isnull": False},
    Journal: {"count__gt": 0},
}


@pytest.fixture
def authority(settings):
    """One with four entries, the last of which corrects the second, and two checkpoints. No
    trigger is awake and no constraint holds, as for somebody who has taken over the database."""
    case_file = records.case_file()
    settings.CHECKPOINT_SIGNING_KEYS = {case_file.authority.slug: Ed25519PrivateKey.generate()}
    now = datetime.now(UTC)
    with time_machine.travel(now - timedelta(days=2)):
        records.entry(case_file)
    with time_machine.travel(now - timedelta(days=1)):
        wrong = records.entry(case_file, keywords=("Fastlege",))
        records.entry(case_file)
        correct_entry(wrong, title="Rettet", reason="Feil.", by=None)
    while make_checkpoint(case_file.authority):
        pass
    records.case_file(case_file.authority)
    records.case_file()  # somebody else's
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in {model for model, _name in COVERED}:
            for constraint in model._meta.constraints:
                with connection.schema_editor() as editor:
                    editor.remove_constraint(model, constraint)
        cursor.execute("SET session_replication_role = replica")
        yield case_file.authority
        cursor.execute("SET session_replication_role = origin")


def words(most):
    return st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=most)


VALUES = {
    "ArrayField": st.lists(words(200), max_size=3),
    "BinaryField": st.binary(min_size=32, max_size=32),
    "BooleanField": st.booleans(),
    "DateField": st.dates(date(1900, 1, 1)),
    "DateTimeField": st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)),
    "PositiveBigIntegerField": st.integers(0, 2**63 - 1),
    "PositiveIntegerField": st.integers(0, 2**31 - 1),
    "PositiveSmallIntegerField": st.integers(0, 2**15 - 1),
    "UUIDField": st.uuids(),
}


def other(field, value):
    """Any value that the column can hold, but the one it has."""
    if field.related_model:
        rows = field.related_model.objects.values_list("pk", flat=True)
        values = st.sampled_from(list(rows))
    else:
        values = VALUES.get(field.get_internal_type(), words(field.max_length))
    return values.filter(lambda new: new != value)


def rows_of(model):
    return list(model.objects.filter(**EVERYTHING.get(model, {})).distinct().order_by("pk"))


def next_to(field, value):
    """The value with as little as possible changed: one byte, one microsecond, one day."""
    if field.related_model:
        others = field.related_model.objects.exclude(pk=value).order_by("pk")
        return others.values_list("pk", flat=True).last()
    return NEXT[type(value)](value)


NEXT = {
    list: lambda value: [*value, ""],
    bool: lambda value: not value,
    int: lambda value: value ^ 1,
    str: lambda value: value[:-1] + chr(ord(value[-1]) ^ 1) if value else "0",
    UUID: lambda value: UUID(int=value.int ^ 1),
    datetime: lambda value: value + timedelta(microseconds=1),
    date: lambda value: value + timedelta(days=1),
    bytes: lambda value: bytes([value[0] ^ 1, *value[1:]]),
    type(None): lambda _nothing: datetime(1970, 1, 1, tzinfo=UTC),
}


def take_out(position):
    taken = JournalEntry.objects.filter(position=position)
    for model in (Correspondent, ArchivedDocument, Change, EntryState, JournalWords):
        model.objects.filter(entry__in=taken).delete()
    taken.delete()


def test_record_with_everything_in_it_is_whole():
    at = records.everything()

    assert list(verify_chain(at)) == []
    assert list(verify_documents(at)) == []


def test_one_byte_of_any_covered_column_is_found(authority):
    assert list(verify_chain(authority)) == []
    for place, (model, name) in enumerate(COVERED):
        rows, field = rows_of(model), model._meta.get_field(name)
        row = rows[place % len(rows)]
        before = getattr(row, field.attname)
        changed = next_to(field, before)

        model.objects.filter(pk=row.pk).update(**{field.attname: changed})
        found = list(verify_chain(authority))
        model.objects.filter(pk=row.pk).update(**{field.attname: before})

        assert found, f"{name} of {row!r} became {changed!r}"
    assert list(verify_chain(authority)) == []


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_change_of_any_covered_column_is_found(authority, data):
    for model, name in COVERED:
        row = data.draw(st.sampled_from(rows_of(model)))
        field = model._meta.get_field(name)
        before = getattr(row, field.attname)
        changed = data.draw(other(field, before))

        model.objects.filter(pk=row.pk).update(**{field.attname: changed})
        found = list(verify_chain(authority))
        model.objects.filter(pk=row.pk).update(**{field.attname: before})

        assert found, f"{name} of {row!r} became {changed!r}"
    assert list(verify_chain(authority)) == []


def test_entry_that_was_taken_out_leaves_a_gap(authority):
    take_out(1)

    found = "\n".join(verify_chain(authority))

    assert "entry 2/" in found
    assert "a gap or a double: place 2 in the chain" in found
    assert "it is not chained to the entry before it" in found


def test_last_entry_that_was_taken_out_is_missed(authority):
    take_out(4)

    found = list(verify_chain(authority))

    assert found == [
        f"{authority.slug}: the journal does not end where its book says that it does.",
        f"{authority.slug}, checkpoint 2: the entries are not those that it was made of.",
    ]


def test_two_entries_in_one_place_are_found(authority):
    JournalEntry.objects.filter(position=3).update(position=2)

    assert any("a gap or a double" in breach for breach in verify_chain(authority))


def test_entry_that_was_added_outside_the_chain_is_found(authority):
    stray = JournalEntry.objects.get(position=4)
    stray.pk, stray.system_id, stray.position = None, uuid4(), 5
    stray.number, stray.case_number = 5, 5
    stray.save(force_insert=True)

    found = "\n".join(verify_chain(authority))

    assert "it is not chained to the entry before it" in found
    assert "does not end where its book says" in found


def test_rewritten_history_is_found_at_the_head_and_by_the_checkpoints(authority):
    """Whoever rehashes everything after a change must change the book as well, and what was
    published."""
    head = chain.GENESIS
    for entry in JournalEntry.objects.order_by("position"):
        title = "Omskrevet" if entry.position == 1 else entry.title
        entry.title, entry.previous_hash = title, head
        head = entry.hash = chain.entry_hash(entry)
        entry.save()

    found = list(verify_chain(authority))

    assert found == [
        f"{authority.slug}: the journal does not end where its book says that it does.",
        f"{authority.slug}, checkpoint 1: the entries are not those that it was made of.",
        f"{authority.slug}, checkpoint 2: the entries are not those that it was made of.",
    ]


def test_redacted_variant_may_come_after_the_entry():
    made = records.entry(records.case_file())
    add_redacted_variant(made, records.page())

    assert list(verify_chain(made.authority)) == []


def test_chain_of_one_authority_says_nothing_of_another(authority):
    stranger = records.entry(records.case_file()).authority
    Journal.objects.filter(authority=authority).update(count=9)

    assert list(verify_chain(stranger)) == []
    assert list(verify_chain(authority)) != []


@pytest.mark.parametrize("harm", ["missing", "changed", "longer"])
def test_file_that_is_not_the_one_journaled_is_found(harm):
    document = records.entry(records.case_file()).documents.get()
    file = Path(default_storage.path(document.path))
    content = file.read_bytes()
    file.unlink()
    if harm != "missing":
        file.write_bytes(content[:-1] + b"?" if harm == "changed" else content + b" ")

    (breach,) = verify_documents(document.entry.authority)

    assert str(document.system_id) in breach
    assert ("missing" in breach) == (harm == "missing")


def test_canonical_form_is_what_its_description_says():
    values = ['a"b\\', "\n\x1f\x7f", "æ\u2028😀", 7, None, True, ["x", "y"]]

    written = '["a\\"b\\\\","\\n\\u001f\x7f","æ\u2028😀",7,null,true,["x","y"]]'

    assert chain.digest(values) == hashlib.sha256(written.encode()).hexdigest()


@given(st.lists(words(60) | st.integers(-(2**63), 2**63 - 1) | st.none() | st.booleans()))
def test_canonical_form_is_what_anybody_s_json_writes(values):
    written = json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    assert chain.digest(values) == hashlib.sha256(written.encode()).hexdigest()


def test_verify_journal_is_silent_of_faults_where_there_are_none():
    records.entry(records.case_file())
    said, told = StringIO(), StringIO()

    call_command("verify_journal", "--documents", stdout=said, stderr=told)

    assert said.getvalue() == ""
    assert told.getvalue() == "1 journal entry verified, 0 breaches found.\n"


def test_verify_journal_says_each_breach_and_fails(authority):
    JournalEntry.objects.filter(position=2).update(title="Endret")
    ArchivedDocument.objects.filter(entry__position=1).update(size=1)
    said, told = StringIO(), StringIO()

    with pytest.raises(SystemExit) as left:
        call_command(
            "verify_journal", "--documents", authority=authority.slug, stdout=said, stderr=told
        )

    assert left.value.code == 1
    assert "entry 2/" in said.getvalue()
    assert "was changed." in said.getvalue()


def test_verify_journal_refuses_an_unknown_authority():
    with pytest.raises(CommandError, match="nobody"):
        call_command("verify_journal", authority="nobody")
