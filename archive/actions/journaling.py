"""Journaling: one document comes in or goes out, and gets its number for good."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action
from archive import chain
from archive.actions.case_files import lock_journal, next_number
from archive.models import (
    ArchivedDocument,
    CaseFile,
    Correspondent,
    EntryState,
    JournalEntry,
    PreparedDocument,
)
from archive.signature import signature
from archive.vocabulary import UNASSIGNED, CaseStatus, DocumentRole, EntryKind, PartyKind


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
    authority = new.case_file.authority_id
    book = lock_journal(authority)
    existing = JournalEntry.objects.filter(authority=authority, source=new.source).first()
    if existing:
        return existing
    prepared = list(PreparedDocument.objects.filter(source=new.source))
    if not prepared:
        raise ActionRefused(_("The document is still being made. Try again in a moment."))
    documents = [
        ArchivedDocument(
            description_id=uuid4(),
            number=each.number,
            role=DocumentRole.MAIN if each.number == 1 else DocumentRole.ATTACHMENT,
            **{name: getattr(each, name) for name in FILE_FIELDS},
        )
        for each in prepared
    ]
    entry = write_entry(book, new, documents, by=by)
    PreparedDocument.objects.filter(source=new.source).delete()
    return entry


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
    case_file = CaseFile.objects.select_related("series__fonds").get(pk=new.case_file.pk)
    if case_file.status == CaseStatus.CLOSED:
        raise ActionRefused(
            _("The case file %(id)s is closed. Nothing more can be journaled in it.")
            % {"id": case_file.identifier}
        )
    now = timezone.now()
    today = timezone.localdate(now)
    this_year = JournalEntry.objects.filter(authority=book.authority_id, year=today.year)
    parties = [
        Correspondent(position=position, salt=chain.new_salt(), **vars(party))
        for position, party in enumerate(new.parties, start=1)
    ]
    for party in parties:
        party.digest = chain.party_digest(party)
    entry = JournalEntry(
        authority_id=book.authority_id,
        case_file=case_file,
        position=book.count + 1,
        year=today.year,
        number=next_number(this_year, "number"),
        case_number=next_number(case_file.entries, "case_number"),
        kind=new.kind,
        source=new.source,
        title=new.title,
        keywords=list(new.keywords),
        journaled_on=today,
        document_date=new.document_date,
        received_at=new.received_at,
        sent_at=new.sent_at,
        created_at=now,
        created_by=signature(by),
        corrects=corrects,
        parties_digest=chain.parties_digest(parties),
        documents_digest=chain.documents_digest(documents),
        previous_hash=bytes(book.head),
    )
    entry.hash = chain.entry_hash(entry)
    entry.save(force_insert=True)
    for row in [*parties, *documents]:
        row.entry = entry
    Correspondent.objects.bulk_create(parties)
    ArchivedDocument.objects.bulk_create(documents)
    EntryState.objects.create(entry=entry, unit=new.unit, case_handler=new.case_handler)
    book.count, book.head = entry.position, entry.hash
    book.save(update_fields=["count", "head"])
    return entry
