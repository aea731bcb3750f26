import pytest
from django.core.files.storage import default_storage

from archive.actions import PartOfDocument, add_redacted_variant, discard, prepare
from archive.actions.documents import PDF_A
from archive.files import file_digest, store_file
from archive.models import ArchivedDocument, PreparedDocument
from archive.pdf import DocumentNotRendered, Page
from archive.vocabulary import DocumentRole, Variant
from tests import factories
from tests.archive import records

pytestmark = pytest.mark.django_db


def printed(**fields):
    return PartOfDocument("Høringssvar", "Høringsuttalelse", page=records.page(), **fields)


def test_prepare_prints_the_page_and_takes_the_stored_file_as_it_is():
    stored = store_file(b"vedlegg", "txt")
    attachment = PartOfDocument(
        "Vedlegg 1", "Vedlegg", stored=stored, format="txt", format_details="text/plain"
    )

    main, second = prepare("svar", [printed(source_sha256="a" * 64), attachment])

    assert (main.number, main.format, main.format_details) == (1, "pdf", PDF_A)
    assert main.source_sha256 == "a" * 64
    assert file_digest(main.path) == main.sha256
    assert (second.number, second.path, second.sha256) == (2, stored.path, stored.sha256)
    assert (second.format, second.format_details) == (
        "txt",
        "Ren tekst, UTF-8 (PRONOM x-fmt/111)",
    )


def test_prepare_twice_prepares_once():
    first, second = prepare("svar", [printed()]), prepare("svar", [printed()])

    assert [each.path for each in first] == [each.path for each in second]
    assert PreparedDocument.objects.count() == 1


def test_prepare_prepares_nothing_where_one_part_cannot_be_made():
    broken = PartOfDocument("To", "Vedlegg", page=Page("To", "xx", records.A_MOMENT))

    with pytest.raises((DocumentNotRendered, KeyError)):
        prepare("svar", [printed(), broken])

    assert not PreparedDocument.objects.exists()


def test_discard_deletes_what_was_made_and_keeps_the_attachments(
    django_capture_on_commit_callbacks,
):
    stored = store_file(b"vedlegg", "txt")
    attachment = PartOfDocument("Vedlegg 1", "Vedlegg", stored=stored, format="txt")
    main, _second = prepare("svar", [printed(source_sha256="a" * 64), attachment])
    prepare("et annet svar", [printed()])

    with django_capture_on_commit_callbacks(execute=True):
        discard("svar")

    assert list(PreparedDocument.objects.values_list("source", flat=True)) == ["et annet svar"]
    assert not default_storage.exists(main.path)
    assert default_storage.exists(stored.path)


def test_discard_deletes_no_file_before_the_commit(django_capture_on_commit_callbacks):
    (main,) = prepare("svar", [printed(source_sha256="a" * 64)])

    with django_capture_on_commit_callbacks():
        discard("svar")

    assert default_storage.exists(main.path)


def test_discard_of_what_is_journaled_deletes_nothing(django_capture_on_commit_callbacks):
    entry = records.entry(records.case_file(), "svar", parts=[printed(source_sha256="a" * 64)])

    with django_capture_on_commit_callbacks(execute=True):
        discard("svar")

    assert default_storage.exists(entry.documents.get().path)


def test_redacted_variant_stands_beside_the_main_document_and_records_who():
    entry = records.entry(records.case_file())
    moderator = factories.official(entry.authority, "moderator", name="Mona Moderator")

    variant = add_redacted_variant(entry, records.page(body="████ noe."), by=moderator)

    main = entry.documents.get(variant=Variant.ARCHIVE)
    assert (variant.variant, variant.version, variant.number) == (Variant.REDACTED, 1, 1)
    assert (variant.role, variant.created_by) == (DocumentRole.MAIN, "Mona Moderator")
    assert variant.description_id == main.description_id
    assert variant.sha256 == file_digest(variant.path) != main.sha256


def test_later_redaction_is_a_further_version_and_the_first_stays():
    entry = records.entry(records.case_file())

    versions = [
        add_redacted_variant(entry, records.page(body=body)).version for body in ("█", "██")
    ]

    assert versions == [1, 2]
    assert ArchivedDocument.objects.filter(entry=entry, variant=Variant.REDACTED).count() == 2
