"""What is left of an erased document in the archive's own pages and packages."""

import pytest
from django.urls import reverse
from lxml import etree

from accounts.roles import Role
from archive.actions import (
    approve_erasure,
    close_case_file,
    correct_entry,
    delete_erased_files,
    request_erasure,
    start_extraction,
)
from archive.models import Extraction
from archive.noark5.extraction import folder_of
from archive.tasks import run_extraction
from archive.verify import verify_chain, verify_documents
from archive.vocabulary import ERASED
from tests import factories
from tests.archive import breaking, records

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    """Erased: its document and its sender."""
    entry = records.written_off(records.case_file())
    asking, approving = (factories.official(entry.authority, Role.ARCHIVIST) for _ in range(2))
    erasure = request_erasure(
        entry,
        documents=[entry.documents.get().system_id],
        parties=[1],
        legal_basis="Dom",
        reason="Dom",
        by=asking,
    )
    delete_erased_files(approve_erasure(erasure, by=approving))
    return entry


def test_extraction_describes_an_erased_document_without_its_file(
    entry, settings, tmp_path, noark5_schemas
):
    settings.EXTRACTIONS_DIR, settings.NOARK5_SCHEMAS = tmp_path, str(noark5_schemas)
    whole = records.written_off(entry.case_file)
    close_case_file(entry.case_file, by=None)

    run_extraction(start_extraction(entry.authority, by=None).pk)

    extraction = Extraction.objects.get()
    assert extraction.error == ""
    assert breaking.breaches(folder_of(extraction), noark5_schemas) == []
    structure = etree.parse(folder_of(extraction) / "arkivstruktur.xml")
    objects = structure.findall(".//{*}dokumentobjekt")
    assert len(structure.findall(".//{*}dokumentbeskrivelse")) == 2
    assert [each.findtext("{*}sjekksum") for each in objects] == [whole.documents.get().sha256]
    assert ERASED in structure.xpath("//*[local-name()='korrespondansepartNavn']/text()")


def test_correction_of_an_erased_entry_is_erased_too(entry):
    correction = correct_entry(entry, title="Rettet", reason="Feil.", by=None)

    assert correction.documents.get().erasure == entry.documents.get().erasure
    assert list(verify_chain(entry.authority)) == []
    assert list(verify_documents(entry.authority)) == []


def test_erased_document_is_refused_in_words(client, entry):
    client.force_login(factories.official(entry.authority, Role.ARCHIVIST))
    document = entry.documents.get()
    shown = reverse("archive:entry-show", args=[entry.authority.slug, entry.year, entry.number])

    page = client.get(
        reverse("archive:archived-document-download", args=[document.system_id]),
        headers={"referer": f"http://testserver{shown}"},
        follow=True,
    )

    assert "%PDF" not in page.content.decode()
    assert "alert" in page.content.decode()
    assert str(document.system_id) not in client.get(shown).content.decode()


def test_where_all_is_erased_it_is_said_and_no_more_can_be_asked_for(client, entry):
    client.force_login(factories.official(entry.authority, Role.ARCHIVIST))
    place = [entry.authority.slug, entry.year, entry.number]

    inside = client.get(reverse("archive:entry-show", args=place)).content.decode()
    public = client.get(reverse("archive:public-entry-show", args=place)).content.decode()

    assert reverse("archive:erasure-request", args=place) not in inside
    assert ">Slettet</span>" in public
