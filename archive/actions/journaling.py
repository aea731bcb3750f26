"""Journaling: one document comes in or goes out, and gets its number for good."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action
from archive import chain
from archive.actions.case_files import lock_journal, next_number
from archive.actions.conversions import await_conversions
from archive.legal_text import legal
from archive.models import (
    ArchivedDocument,
    CaseFile,
    Correspondent,
    EntryState,
    JournalEntry,
    PreparedDocument,
)
from archive.signature import signature
from archive.vocabulary import (
    UNASSIGNED,
    CaseStatus,
    DocumentRole,
    EntryKind,
    PartyKind,
    Variant,
)


@dataclass(frozen=True)
class Party:
    """Who a document is from or to. `is_person` keeps the name out of old searches."""

    kind: PartyKind
    name: str
    contact_person: str = ""
    email: str = ""
    is_person: bool = False


@dataclass(frozen=True)
class NewEntry:
    """What is to be journaled. `source` says what it is, once for all; the documents
    prepared under the same name go with it."""

    case_file: CaseFile
    source: str
    kind: EntryKind
    title: str
    parties: tuple[Party, ...]
    document_date: date
    keywords: tuple[str, ...] = ()
    received_at: datetime | None = None
    sent_at: datetime | None = None
    unit: str = ""
    case_handler: str = UNASSIGNED


@action
def journal(new, *, by=None):
    """Give `new` the next number, chain it, and keep its documents for good.

    Idempotent on the source: called twice, it journals once and returns the entry. The
    caller has asked who may. Raises ActionRefused where the case file is closed or no
    document has been prepared, with no number taken.
    """
    return journal_all([new], by=by)[0]


@action
def journal_all(news, *, by=None):
    """`journal` for many at once, numbered in the order given: all of them, or none."""
    authorities = {new.case_file.authority_id for new in news}
    books = {authority: lock_journal(authority) for authority in sorted(authorities)}
    sources = [new.source for new in news]
    entries = {
        (entry.authority_id, entry.source): entry
        for entry in JournalEntry.objects.filter(authority__in=authorities, source__in=sources)
    }
    prepared = defaultdict(list)
    for each in PreparedDocument.objects.filter(source__in=sources):
        prepared[each.source].append(each)
    for authority, book in books.items():
        to_write = {
            new.source: new
            for new in news
            if new.case_file.authority_id == authority and (authority, new.source) not in entries
        }
        drafts = [(new, _documents(prepared[source])) for source, new in to_write.items()]
        for entry in write_entries(book, drafts, by=by):
            entries[authority, entry.source] = entry
    PreparedDocument.objects.filter(source__in=sources).delete()
    return [entries[new.case_file.authority_id, new.source] for new in news]


def _documents(prepared):
    """The unsaved ArchivedDocuments that prepared documents become, in their order."""
    if not prepared:
        raise ActionRefused(_("The document is still being made. Try again in a moment."))
    return [
        ArchivedDocument(
            description_id=uuid4(),
            number=each.number,
            role=DocumentRole.MAIN if each.number == 1 else DocumentRole.ATTACHMENT,
            variant=Variant.ARCHIVE if each.is_archive_format else Variant.PRODUCTION,
            **{name: getattr(each, name) for name in FILE_FIELDS},
        )
        for each in prepared
    ]


FILE_FIELDS = (
    "path",
    "sha256",
    "size",
    "format",
    "format_details",
    "title",
    "document_type",
    "source_sha256",
    "created_at",
    "created_by",
)


def write_entry(book, new, documents, *, by, corrects=None):
    """Write the rows of one entry at the end of the locked journal `book`.

    `documents` are unsaved ArchivedDocuments in their order.
    """
    return write_entries(book, [(new, documents)], by=by, corrects=corrects)[0]


def write_entries(book, drafts, *, by, corrects=None):
    """Write the rows of many entries at the end of the locked journal `book`.

    `drafts` are pairs of a NewEntry and its unsaved ArchivedDocuments in their order.
    """
    if not drafts:
        return []
    now = timezone.now()
    year = timezone.localdate(now).year
    case_files = _open_case_files(drafts)
    number = next_number(
        JournalEntry.objects.filter(authority=book.authority_id, year=year), "number"
    )
    case_numbers = {
        pk: next_number(case_file.entries, "case_number") for pk, case_file in case_files.items()
    }
    entries, parties, documents = [], [], []
    for new, its_documents in drafts:
        its_parties = _parties(new)
        entry = JournalEntry(
            authority_id=book.authority_id,
            case_file=case_files[new.case_file.pk],
            position=book.count + 1,
            year=year,
            number=number,
            case_number=case_numbers[new.case_file.pk],
            kind=new.kind,
            source=new.source,
            title=legal(new.title),
            keywords=[legal(each) for each in new.keywords],
            journaled_on=timezone.localdate(now),
            document_date=new.document_date,
            received_at=new.received_at,
            sent_at=new.sent_at,
            created_at=now,
            created_by=signature(by),
            corrects=corrects,
            parties_digest=chain.parties_digest(its_parties),
            documents_digest=chain.documents_digest(its_documents),
            previous_hash=bytes(book.head),
        )
        entry.hash = chain.entry_hash(entry)
        book.count, book.head = entry.position, entry.hash
        number += 1
        case_numbers[new.case_file.pk] += 1
        entries.append(entry)
        for rows, its_rows in ((parties, its_parties), (documents, its_documents)):
            rows += [(entry, row) for row in its_rows]
    JournalEntry.objects.bulk_create(entries)
    for entry, row in (*parties, *documents):
        row.entry = entry
    Correspondent.objects.bulk_create(row for _entry, row in parties)
    kept = ArchivedDocument.objects.bulk_create(row for _entry, row in documents)
    await_conversions(kept)
    EntryState.objects.bulk_create(
        EntryState(entry=entry, unit=legal(new.unit), case_handler=legal(new.case_handler))
        for entry, (new, _documents) in zip(entries, drafts, strict=True)
    )
    book.save(update_fields=["count", "head"])
    return entries


def _open_case_files(drafts):
    """pk → case file, of all that are written in. Raises ActionRefused for a closed one."""
    wanted = {new.case_file.pk for new, _documents in drafts}
    case_files = CaseFile.objects.select_related("series__fonds").in_bulk(wanted)
    for case_file in case_files.values():
        if case_file.status == CaseStatus.CLOSED:
            raise ActionRefused(
                _("The case file %(id)s is closed. Nothing more can be journaled in it.")
                % {"id": case_file.identifier}
            )
    return case_files


def _parties(new):
    parties = [
        Correspondent(position=position, salt=chain.new_salt(), **_legal_party(party))
        for position, party in enumerate(new.parties, start=1)
    ]
    for party in parties:
        party.digest = chain.party_digest(party)
    return parties


def _legal_party(party):
    return {
        name: legal(value) if isinstance(value, str) and name != "kind" else value
        for name, value in vars(party).items()
    }
