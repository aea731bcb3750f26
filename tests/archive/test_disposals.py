"""Disposing of documents: never without the receiver's approval, and everything still verifies."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone
from lxml import etree

from accounts.roles import Role
from archive.actions import (
    add_redacted_variant,
    approve_delivery,
    change_retention,
    close_case_file,
    delete_disposed_files,
    dispose_case_file,
    start_extraction,
)
from archive.models import AccessRequest, Change, Disposal, RequestedEntry
from archive.noark5.extraction import folder_of, run_extraction
from archive.tasks import delete_disposed_outstanding
from archive.verify import verify_chain, verify_documents
from archive.vocabulary import DisposalDecision
from tests import factories
from tests.archive import breaking, records
from tests.presses import at_once, denied, refused, told

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(autouse=True)
def with_schemas(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)


@pytest.fixture
def case_file(db):
    """Closed, with two entries."""
    case_file = records.case_file()
    records.written_off(case_file)
    records.written_off(case_file)
    return close_case_file(case_file, by=None)


@pytest.fixture
def archivist(case_file):
    return factories.official(case_file.authority, Role.ARCHIVIST, name="Arne Arkivar")


@pytest.fixture
def approved(case_file, archivist):
    delivery = records.delivered(case_file.authority, by=archivist)
    return approve_delivery(delivery, approval="Brev 12", by=archivist)


def paths(case_file):
    return [each.path for entry in case_file.entries.all() for each in entry.documents.all()]


def decide(case_file, decision):
    change_retention(
        case_file.classification,
        disposal=decision,
        disposal_basis="Vedtak 2026/1",
        retention_years=5,
        by=None,
    )


def test_dispose_destroys_the_documents_and_records_who_and_why(case_file, approved, archivist):
    disposal = dispose_case_file(case_file, by=archivist)
    assert all(map(default_storage.exists, paths(case_file)))  # not before the commit
    delete_disposed_outstanding()

    assert not any(map(default_storage.exists, paths(case_file)))
    assert (disposal.disposed_by, disposal.documents) == ("Arne Arkivar", 2)
    assert (disposal.delivery, disposal.legal_basis) == (
        approved,
        "Avlevert til Arkivverket 2026/77",
    )
    assert Disposal.objects.get().files_deleted_at
    assert Change.objects.filter(element="utfoertKassasjon", changed_by="Arne Arkivar").count() == 1
    assert [*verify_chain(case_file.authority), *verify_documents(case_file.authority)] == []


def test_what_is_disposed_and_still_there_is_found(case_file, approved, archivist):
    dispose_case_file(case_file, by=archivist)

    found = list(verify_documents(case_file.authority))

    assert len(found) == 2
    assert all("disposed, but" in line for line in found)


def test_dispose_is_refused_without_an_approval_and_twice(case_file, archivist):
    with refused("no extraction that was delivered"):
        dispose_case_file(case_file, by=archivist)
    delivery = records.delivered(case_file.authority, by=archivist)
    with refused("has not approved", case_file.identifier):
        dispose_case_file(case_file, by=archivist)
    approve_delivery(delivery, approval="Brev 12", by=archivist)
    dispose_case_file(case_file, by=archivist)
    with refused("already"):
        dispose_case_file(case_file, by=archivist)


@pytest.mark.usefixtures("approved")
def test_dispose_is_refused_for_what_is_open_or_closed_after_the_delivery(case_file, archivist):
    later = records.case_file(case_file.authority)
    with refused("still open"):
        dispose_case_file(later, by=archivist)
    records.written_off(later)
    close_case_file(later, by=None)

    with refused("no extraction"):
        dispose_case_file(later, by=archivist)


@pytest.mark.usefixtures("approved")
def test_dispose_waits_for_the_years_of_the_class(case_file, archivist):
    decide(case_file, DisposalDecision.DISPOSED)
    with refused("kept here until"):
        dispose_case_file(case_file, by=archivist)

    with time_machine.travel(timezone.now() + timedelta(days=366 * 5)):
        disposal = dispose_case_file(case_file, by=archivist)

    assert disposal.legal_basis == "Vedtak 2026/1"


@pytest.mark.usefixtures("approved")
def test_dispose_is_refused_while_the_class_is_undecided_or_somebody_asks(case_file, archivist):
    decide(case_file, DisposalDecision.ASSESSED_LATER)
    with refused("assessed later"):
        dispose_case_file(case_file, by=archivist)
    decide(case_file, DisposalDecision.KEPT)
    asked = AccessRequest.objects.create(
        authority=case_file.authority, token="t" * 43, due_on=timezone.localdate()
    )
    RequestedEntry.objects.create(request=asked, entry=case_file.entries.first())

    with refused("asked for access"):
        dispose_case_file(case_file, by=archivist)


@pytest.mark.usefixtures("approved")
def test_dispose_is_for_a_person_who_is_archivist(case_file):
    for person in [*factories.everyone_but(case_file.authority, Role.ARCHIVIST), None]:
        with denied():
            dispose_case_file(case_file, by=person)


@pytest.mark.usefixtures("approved")
def test_a_file_that_another_case_file_holds_stays_for_it(case_file, archivist):
    document = case_file.entries.first().documents.get()
    other = records.case_file(case_file.authority)
    parts = [
        records.PartOfDocument("Svar", "Høringsuttalelse", page=records.page()),
        records.PartOfDocument("Kart", "Vedlegg", stored=document),
    ]
    records.entry(other, parts=parts)

    delete_disposed_files(dispose_case_file(case_file, by=archivist))

    assert default_storage.exists(document.path)
    assert list(verify_documents(case_file.authority)) == []


@pytest.mark.usefixtures("approved")
def test_nothing_new_is_kept_of_what_was_disposed_of(case_file, archivist):
    delete_disposed_files(dispose_case_file(case_file, by=archivist))

    assert add_redacted_variant(case_file.entries.first(), records.page(body="Sladdet.")) is None
    assert list(verify_documents(case_file.authority)) == []


@pytest.mark.usefixtures("approved")
def test_a_later_extraction_tells_what_was_disposed_of_and_what_is_to_be(
    case_file, archivist, noark5_schemas
):
    delete_disposed_files(dispose_case_file(case_file, by=archivist))
    second = records.case_file(case_file.authority)
    whole = records.written_off(second)
    decide(case_file, DisposalDecision.DISPOSED)
    close_case_file(second, by=None)

    extraction = start_extraction(case_file.authority, by=archivist)
    run_extraction(extraction)

    extraction.refresh_from_db()
    folder = folder_of(extraction)
    assert breaking.breaches(folder, noark5_schemas) == []
    tree = etree.parse(folder / "arkivstruktur.xml")
    assert tree.xpath("count(//*[local-name()='utfoertKassasjon'])") == 2
    objects = tree.xpath("//*[local-name()='dokumentobjekt']/*[local-name()='systemID']/text()")
    assert objects == [str(whole.documents.get().system_id)]
    (due,) = {*tree.xpath("//*[local-name()='kassasjonsdato']/text()")}
    assert due == str(type(second).objects.get(pk=second.pk).disposal_due_on)
    manifest = (folder / "arkivuttrekk.xml").read_text()
    for flag in ("omfatterDokumenterSomErKassert", "inneholderDokumenterSomSkalKasseres"):
        assert "true" in manifest.partition(flag)[2][:80]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_dispose_one_is_told(case_file, approved, archivist):
    results = at_once(*[lambda: dispose_case_file(case_file, by=archivist)] * 2)

    told(results)
    assert Disposal.objects.get().delivery == approved
