"""Handing an extraction over: what is recorded, by whom, and what the receipt tells."""

import hashlib
import shutil

import pytest
from django.db import IntegrityError

from accounts.roles import Role
from archive.actions import (
    approve_delivery,
    close_case_file,
    discard_package,
    note_download,
    record_delivery,
    start_extraction,
)
from archive.models import Delivery, Extraction
from archive.noark5.extraction import folder_of, run_extraction
from archive.noark5.tar import tar_of
from archive.receipts import delivery_facts, delivery_pdf
from archive.tasks import delete_discarded_outstanding
from tests import factories
from tests.archive import records
from tests.presses import at_once, denied, refused, told

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(autouse=True)
def with_schemas(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)


@pytest.fixture
def authority(db):
    case_file = records.case_file()
    records.written_off(case_file)
    close_case_file(case_file, by=None)
    return case_file.authority


@pytest.fixture
def archivist(authority):
    return factories.official(authority, Role.ARCHIVIST, name="Arne Arkivar")


@pytest.fixture
def made(authority, archivist):
    extraction = start_extraction(authority, by=archivist)
    run_extraction(extraction)
    extraction.refresh_from_db()
    return extraction


def test_record_delivery_keeps_what_was_delivered_and_who_recorded_it(made, archivist, authority):
    delivery = record_delivery(made, receiver="Arkivverket", reference="2026/77", by=archivist)

    manifest = folder_of(made) / "arkivuttrekk.xml"
    assert delivery.manifest_sha256 == hashlib.sha256(manifest.read_bytes()).hexdigest()
    journaled = authority.entries.get().journaled_on
    assert (delivery.first_day, delivery.last_day) == (journaled, journaled)
    assert (delivery.package, delivery.delivered_by) == (made.folder, archivist)
    assert delivery.approved_at is None


def test_record_delivery_is_refused_twice_unfinished_and_without_its_package(
    made, archivist, authority
):
    unfinished = start_extraction(authority, by=archivist)
    with refused("Waiting"):
        record_delivery(unfinished, receiver="Arkivverket", by=archivist)
    kept = folder_of(made).rename(folder_of(made).with_name("elsewhere"))
    with refused(made.folder, "digest"):
        record_delivery(made, receiver="Arkivverket", by=archivist)
    shutil.move(kept, folder_of(made))

    record_delivery(made, receiver="Arkivverket", by=archivist)

    with refused("already"):
        record_delivery(made, receiver="Arkivverket", by=archivist)


def test_delivering_and_approving_is_for_a_person_who_is_archivist(made, archivist, authority):
    for person in [*factories.everyone_but(authority, Role.ARCHIVIST), None]:
        with denied():
            record_delivery(made, receiver="Arkivverket", by=person)
    delivery = record_delivery(made, receiver="Arkivverket", by=archivist)
    for person in [*factories.everyone_but(authority, Role.ARCHIVIST), None]:
        with denied():
            approve_delivery(delivery, approval="Brev 12", by=person)


def test_approve_delivery_records_who_and_is_refused_a_second_time(made, archivist):
    delivery = record_delivery(made, receiver="Arkivverket", by=archivist)

    approved = approve_delivery(delivery, approval="Ola Depot, brev 2026/77-3", by=archivist)

    assert (approved.approved_by, approved.approval) == (archivist, "Ola Depot, brev 2026/77-3")
    assert list(Delivery.objects.approved()) == [approved]
    with refused("already"):
        approve_delivery(delivery, approval="En gang til", by=archivist)


def test_the_database_knows_no_approval_that_says_nothing(made, archivist):
    delivery = record_delivery(made, receiver="Arkivverket", by=archivist)

    with pytest.raises(IntegrityError, match="archive_delivery_approval_is_told"):
        approve_delivery(delivery, approval="", by=archivist)


def test_the_receipt_tells_what_it_was(made, archivist):
    delivery = record_delivery(made, receiver="Arkivverket", by=archivist)
    approve_delivery(delivery, approval="Brev 12", by=archivist)

    facts = dict(delivery_facts(Delivery.objects.get()))

    assert facts["SHA-256 of arkivuttrekk.xml"] == delivery.manifest_sha256
    assert (facts["Entries"], facts["Documents"], facts["Case files"]) == ("1", "1", "1")
    assert facts["The receiver's approval"] == "Brev 12"
    assert delivery_pdf(Delivery.objects.get()).startswith(b"%PDF")


def test_our_copy_goes_after_the_approval_and_never_before(made, archivist, authority):
    delivery = record_delivery(made, receiver="Arkivverket", by=archivist)
    with refused("has not approved"):
        discard_package(made, by=archivist)
    approve_delivery(delivery, approval="Brev 12", by=archivist)
    for person in [*factories.everyone_but(authority, Role.ARCHIVIST), None]:
        with denied():
            discard_package(made, by=person)
    assert tar_of(made).is_file()

    discarded = discard_package(made, by=archivist)
    assert folder_of(made).is_dir()  # not before the commit
    delete_discarded_outstanding()

    assert discarded.discarded_by == archivist
    assert not folder_of(made).exists()
    assert not tar_of(made).exists()
    assert not Delivery.objects.outstanding().exists()
    with refused("already"):
        discard_package(made, by=archivist)
    with refused("no file to download"):
        note_download(Extraction.objects.get(pk=made.pk), by=archivist)
    assert delivery_facts(Delivery.objects.get())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_the_approval_one_is_told(made, archivist):
    delivery = record_delivery(made, receiver="Arkivverket", by=archivist)

    results = at_once(
        *(
            lambda word=word: approve_delivery(delivery, approval=word, by=archivist)
            for word in "ab"
        )
    )

    told(results)
    assert Delivery.objects.get().approval in "ab"
