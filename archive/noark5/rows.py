"""The rows of the record as an extraction reads them, in the order in which it writes them.

Flat tuples: at a million entries, objects of the ORM are most of the time.
"""

from django.db.models import Q

from archive.models import ArchivedDocument, Correspondent, JournalEntry, Remark
from archive.noark5.conversions import COLUMNS as CONVERSION
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
    "public_title": "state__public_title",
    "screened_document": "state__screened_document",
    "screening_years": "state__screening_years",
    "screening_ends_on": "state__screening_ends_on",
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
        "pk",
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
DOCUMENT |= {"erased_at": "erasure__approved_at", "erased_by": "erasure__approved_by__name"}
DOCUMENT |= CONVERSION


REMARK = {name: name for name in ("kind", "text", "written_at", "written_by")}


def entries_of_case_file(case_file, *, after=0, with_remarks=False):
    """Yield each entry with its parties, documents and remarks, by number in the case file.

    `after` is the number of an entry, to go on with those that follow it.
    """
    within = {"entry__case_file": case_file, "entry__case_number__gt": after}
    parties_of = _beside_entries(Correspondent.objects.filter(**within), PARTY, "position")
    documents_of = _beside_entries(
        ArchivedDocument.objects.filter(**within), DOCUMENT, "number", "variant", "version"
    )
    remarks = Remark.objects.filter(**within) if with_remarks else Remark.objects.none()
    remarks_of = _beside_entries(remarks, REMARK, "written_at", "pk")
    entries = JournalEntry.objects.filter(case_file=case_file, case_number__gt=after)
    for entry in stream_named(entries.order_by("case_number"), ENTRY):
        number = entry.case_number
        yield entry, parties_of(number), documents_of(number), remarks_of(number)


def _beside_entries(rows, columns, *order):
    """`beside` for the rows that stand with the entries of one case file."""
    if rows.query.is_empty():
        return lambda _number: []
    ordered = rows.order_by("entry__case_number", *order)
    return beside(stream_named(ordered, {"entry_number": "entry__case_number"} | columns), 1)


def entries_of_journal(journal, *, after=(0, 0)):
    """Yield each entry of a queryset with its parties, by year and number.

    `after` is the year and number of an entry, to go on with those that follow it.
    """
    year, number = after
    journal = journal.filter(Q(year=year, number__gt=number) | Q(year__gt=year))
    key = {"entry_year": "entry__year", "entry_number": "entry__number"}
    parties = Correspondent.objects.filter(entry__in=journal)
    parties_of = beside(
        stream_named(parties.order_by("entry__year", "entry__number", "position"), key | PARTY),
        2,
    )
    for entry in stream_named(journal.order_by("year", "number"), ENTRY):
        yield entry, parties_of(entry.year, entry.number)
