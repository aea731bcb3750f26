"""Preparing documents before they are journaled, and adding their redacted variants."""

from dataclasses import dataclass
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.rules import action
from archive.actions.conversions import release_file
from archive.formats import recognise
from archive.legal_text import legal
from archive.models import ArchivedDocument, Disposal, InfectedFile, PreparedDocument
from archive.pdf import DocumentNotRendered
from archive.printing import print_ahead, printed
from archive.signature import signature
from archive.vocabulary import Variant

PDF_A = "PDF/A-2a (PRONOM fmt/476)"


@dataclass(frozen=True)
class PartOfDocument:
    """One file to prepare: a page to print as PDF/A, or a file that is stored already."""

    title: str
    document_type: str
    page: object = None  # archive.pdf.Page
    source_sha256: str = ""
    stored: object = None  # anything with path, sha256, size
    format: str = "pdf"
    format_details: str = ""


@action
def prepare(source, parts, *, by=None):
    """Make what `source` will be journaled with: the main document first.

    Made once: a second call returns what the first made. Raises DocumentNotRendered or
    OSError, and then nothing is prepared.
    """
    failed = prepare_all({source: parts}, by=by)
    if failed:
        raise failed[source]
    return list(PreparedDocument.objects.filter(source=source))


@action
def prepare_all(wanted, *, meanwhile=lambda: None, by=None):
    """`prepare` for many at once: `wanted` is source → parts. Prints on two processors, and
    does `meanwhile`, which must not write, where they leave room.

    Returns source → error for those that could not be made now; the others are prepared.
    """
    printing = {
        source: [(part, part.page and printed(part.page)) for part in parts]
        for source, parts in _missing(wanted)
    }
    meanwhile()
    failed, rows = {}, []
    for source, parts in printing.items():
        try:
            rows += _prepared(source, parts, by)
        except (DocumentNotRendered, OSError) as error:
            failed[source] = error
    PreparedDocument.objects.bulk_create(rows)
    return failed


def prepare_ahead(wanted):
    """Begin to print what `prepare_all` will soon be asked for. Nothing is prepared by that."""
    print_ahead(part.page for _source, parts in _missing(wanted) for part in parts if part.page)


def _missing(wanted):
    """What of `wanted` is not prepared yet: pairs of source and parts."""
    made = set(PreparedDocument.objects.filter(source__in=wanted).values_list("source", flat=True))
    return [(source, parts) for source, parts in wanted.items() if source not in made]


def _prepared(source, parts, by):
    """The unsaved rows of one source, whose files are stored: `parts` are pairs of a part and
    its file to be, where it is printed."""
    return [
        PreparedDocument(
            source=source,
            number=number,
            title=legal(part.title),
            document_type=part.document_type,
            source_sha256=part.source_sha256,
            created_by=signature(by),
            **_file_fields(part, part.stored or printing.result()),
        )
        for number, (part, printing) in enumerate(parts, start=1)
    ]


@action
def discard(source):
    """Delete what was prepared for something that will not be journaled."""
    prepared = PreparedDocument.objects.filter(source=source)
    made_here = [each.path for each in prepared if each.source_sha256]
    prepared.delete()
    transaction.on_commit(lambda: [default_storage.delete(path) for path in made_here])


@action
def add_redacted_variant(entry, page, *, by=None):
    """Keep beside the entry's main document what the public gets instead of it.

    A later redaction is a further version; the earlier ones stay. None is kept of what was
    disposed of.
    """
    if Disposal.objects.filter(case_file=entry.case_file_id).exists():
        return None
    main = entry.documents.filter(number=1, variant=Variant.ARCHIVE).first()
    earlier = entry.documents.filter(number=1, variant=Variant.REDACTED).count()
    stored = printed(page).result()
    return ArchivedDocument.objects.create(
        entry=entry,
        description_id=main.description_id,
        system_id=uuid4(),
        number=1,
        version=earlier + 1,
        variant=Variant.REDACTED,
        role=main.role,
        title=main.title,
        document_type=main.document_type,
        path=stored.path,
        sha256=stored.sha256,
        size=stored.size,
        format="pdf",
        format_details=PDF_A,
        created_by=signature(by),
    )


@action
def mark_infected(sha256):
    """From now on no file with this digest is handed out. Twice does no harm."""
    release_file(sha256)
    InfectedFile.objects.get_or_create(sha256=sha256)


def _file_fields(part, stored):
    return {
        "path": stored.path,
        "sha256": stored.sha256,
        "size": stored.size,
        "format": part.format,
        "format_details": PDF_A if part.page else _details(part),
    }


def _details(part):
    """What the bytes say that the format is; else what the caller says."""
    with default_storage.open(part.stored.path) as file:
        return recognise(file, part.format).details or part.format_details
