"""A journal of any length, written straight into a database of its own that goes away after."""
# ruff: noqa: E402

import os
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import NoneType
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction
from django.db.models.expressions import DatabaseDefault

from accounts.models import Authority
from archive import chain
from archive.actions import open_case_file
from archive.files import store_file
from archive.models import (
    ArchivedDocument,
    Change,
    Correspondent,
    EntryState,
    Journal,
    JournalEntry,
)
from archive.vocabulary import DocumentRole, EntryKind, EntryStatus, PartyKind, Variant, WriteOff

BATCH = 1_000


@contextmanager
def database_of_its_own():
    """Empty tables, and a folder for the files; both are removed when the block ends."""
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"bench_{os.getpid()}"
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def journal_of(entries, *, case_files=1, at=None):
    """An authority whose open case files hold that many entries with one document each.

    All documents share one small stored file.
    """
    at = at or Authority.objects.create(
        name="Prøvedepartementet", slug="prove", organisation_number="974760673"
    )
    cases = [
        open_case_file(
            at,
            source=f"case-{number}",
            title=f"Høring – forslag {number} til endringer i helse- og omsorgstjenesteloven",
            responsible="Ola Ansvarlig",
            unit="Kommunetjenesteavdelingen",
            by=None,
        )
        for number in range(case_files)
    ]
    stored = store_file(b"Et svar til prove.\n", "txt")
    book = Journal.objects.get(authority=at)
    for start in range(0, entries, BATCH):
        numbers = range(start + 1, min(start + BATCH, entries) + 1)
        _write([_rows(number, cases, book, stored, entries) for number in numbers])
    book.save()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return at


def _rows(number, cases, book, stored, entries):
    case, in_case = divmod(number - 1, -(-entries // len(cases)))
    case_file = cases[case]
    at = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(seconds=number)
    party = Correspondent(
        entry_id=number,
        position=1,
        kind=PartyKind.SENDER,
        name=f"Kari Nordmann {number}",
        email=f"kari{number}@prove.example",
        is_person=True,
        salt=chain.new_salt(),
    )
    party.digest = chain.party_digest(party)
    document = ArchivedDocument(
        entry_id=number,
        system_id=UUID(int=number, version=4),
        description_id=UUID(int=number + (1 << 40), version=4),
        number=1,
        role=DocumentRole.MAIN,
        variant=Variant.ARCHIVE,
        title="Høringssvar",
        document_type="Høringsuttalelse",
        format_details="Ren tekst, UTF-8 (PRONOM x-fmt/111)",
        source_sha256=stored.sha256,
        created_at=at,
        created_by="Netthøring",
        format="txt",
        **vars(stored),
    )
    entry = JournalEntry(
        id=number,
        system_id=UUID(int=number + (1 << 41), version=4),
        authority=case_file.authority,
        case_file=case_file,
        position=number,
        year=2026,
        number=number,
        case_number=in_case + 1,
        kind=EntryKind.INCOMING,
        source=f"7KQ2-M4XW-{number}",
        title=f"Høringssvar – {case_file.title}",
        keywords=["Tidlig innsats og forebygging"],
        journaled_on=at.date(),
        document_date=date(2026, 1, 1),
        received_at=at,
        created_at=at,
        created_by="Netthøring",
        parties_digest=chain.parties_digest([party]),
        documents_digest=chain.documents_digest([document]),
        previous_hash=book.head,
    )
    entry.hash = chain.entry_hash(entry)
    book.count, book.head = number, entry.hash
    state = EntryState(
        entry_id=number,
        status=EntryStatus.JOURNALED,
        case_handler="Siri Saksbehandler",
        unit=case_file.unit,
        written_off_on=at.date(),
        written_off_by="Siri Saksbehandler",
        write_off=WriteOff.TAKEN_INTO_ACCOUNT,
    )
    change = Change(
        case_file=case_file,
        entry_id=number,
        unit=entry.system_id,
        element="saksbehandler",
        old_value="Ufordelt",
        new_value="Siri Saksbehandler",
        changed_at=at,
        changed_by="Netthøring",
    )
    return entry, party, document, state, change


@transaction.atomic
def _write(rows):
    for same in zip(*rows, strict=True):
        fields = [
            field
            for field in same[0]._meta.concrete_fields
            if not isinstance(getattr(same[0], field.attname), NoneType | DatabaseDefault)
        ]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        statement = f"COPY {same[0]._meta.db_table} ({columns}) FROM STDIN"
        with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
            for row in same:
                copy.write_row([getattr(row, field.attname) for field in fields])
