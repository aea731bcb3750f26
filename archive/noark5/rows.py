"""The rows of the record as an extraction reads them, in the order in which it writes them.

Flat tuples: at a million entries, objects of the ORM are most of the time.
"""

from archive.models import ArchivedDocument, Correspondent, JournalEntry
from archive.streaming import beside, stream_named

ENTRY = {
    "pk": "pk",
    "case_file": "case_file_id",
    "system_id": "system_id",
    "year": "year",
    "number": "number",
    "case_number": "case_number",
    "kind": "kind",
    "title": "title",
    "keywords": "keywords",
    "journaled_on": "journaled_on",
    "document_date": "document_date",
    "received_at": "received_at",
    "sent_at": "sent_at",
    "created_at": "created_at",
    "created_by": "created_by",
    "corrected": "corrects__system_id",
    "status": "state__status",
    "case_handler": "state__case_handler",
    "unit": "state__unit",
    "legal_basis": "state__legal_basis",
    "is_sender_screened": "state__is_sender_screened",
    "screened_document": "state__screened_document",
    "assessed_on": "state__assessed_on",
    "written_off_on": "state__written_off_on",
    "written_off_by": "state__written_off_by",
    "write_off": "state__write_off",
    "answer": "state__answered_by__system_id",
    "archived_at": "state__archived_at",
    "archived_by": "state__archived_by",
    "remark": "state__remark",
}
PARTY = {name: name for name in ("kind", "name", "email", "contact_person")}
DOCUMENT = {
    name: name
    for name in (
        "system_id",
        "description_id",
        "number",
        "version",
        "variant",
        "role",
        "title",
        "document_type",
        "path",
        "sha256",
        "size",
        "format",
        "format_details",
        "created_at",
        "created_by",
        "erasure",
    )
}


def entries_of_case_file(case_file):
    """Yield each entry with its parties and its documents, by number in the case file."""
    key = {"entry_number": "entry__case_number"}
    parties = Correspondent.objects.filter(entry__case_file=case_file)
    documents = ArchivedDocument.objects.filter(entry__case_file=case_file)
    parties_of = beside(
        stream_named(parties.order_by("entry__case_number", "position"), key | PARTY), 1
    )
    documents_of = beside(
        stream_named(
            documents.order_by("entry__case_number", "number", "variant", "version"),
            key | DOCUMENT,
        ),
        1,
    )
    entries = JournalEntry.objects.filter(case_file=case_file).order_by("case_number")
    for entry in stream_named(entries, ENTRY):
        yield entry, parties_of(entry.case_number), documents_of(entry.case_number)


def entries_of_journal(journal):
    """Yield each entry of a queryset with its parties, by year and number."""
    key = {"entry_year": "entry__year", "entry_number": "entry__number"}
    parties = Correspondent.objects.filter(entry__in=journal)
    parties_of = beside(
        stream_named(parties.order_by("entry__year", "entry__number", "position"), key | PARTY),
        2,
    )
    for entry in stream_named(journal.order_by("year", "number"), ENTRY):
        yield entry, parties_of(entry.year, entry.number)
