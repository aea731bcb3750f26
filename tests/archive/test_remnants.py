"""Packages that were made before an erasure: they are named, and seen to one by one."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.roles import Role
from archive.actions import (
    approve_delivery,
    approve_erasure,
    close_case_file,
    discard_package,
    note_download,
    record_delivery,
    request_erasure,
    resume_extraction,
    settle_remnant,
    start_extraction,
)
from archive.actions.remnants import packages_holding
from archive.models import Extraction, ExtractionStatus, Remnant
from archive.noark5.extraction import folder_of, run_extraction
from archive.noark5.tar import tar_of
from archive.tasks import delete_discarded_outstanding
from tests import factories
from tests.archive import records
from tests.presses import denied, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def with_schemas(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)


@pytest.fixture
def entry():
    entry = records.written_off(records.case_file())
    close_case_file(entry.case_file, by=None)
    return entry


@pytest.fixture
def archivists(entry):
    return [
        factories.official(entry.authority, Role.ARCHIVIST, name=name)
        for name in ("Arne Arkivar", "Berit Arkivar")
    ]


@pytest.fixture
def made(entry):
    return packed(entry.authority)


def packed(authority):
    extraction = start_extraction(authority, by=None)
    run_extraction(extraction)
    return Extraction.objects.get(pk=extraction.pk)


def asked(entry, by, *, parties=(1,)):
    documents = [entry.documents.get().system_id]
    return request_erasure(
        entry, documents=documents, parties=parties, legal_basis="Dom", reason="Dom", by=by
    )


def erased(entry, archivists, **fields):
    return approve_erasure(asked(entry, archivists[0], **fields), by=archivists[1])


@pytest.fixture
def remnant(entry, made, archivists):
    return erased(entry, archivists).remnants.get()


def test_approve_erasure_notes_each_package_that_holds_it_and_no_later_one(entry, made, archivists):
    failed = start_extraction(entry.authority, by=None)
    Extraction.objects.filter(pk=failed.pk).update(
        status=ExtractionStatus.FAILED, folder="halvveis"
    )

    erasure = erased(entry, archivists)

    noted = set(erasure.remnants.values_list("extraction", flat=True))
    assert noted == {made.pk, failed.pk}
    later = packed(entry.authority)
    assert later.error == ""
    assert Remnant.objects.unsettled().count() == 2


def test_package_names_the_parties_of_other_cases_of_its_days_too(entry, made, archivists):
    elsewhere = records.entry(records.case_file(entry.authority))
    assert packages_holding(elsewhere, names=True) == []  # it was made before

    again = packed(entry.authority)

    assert packages_holding(elsewhere, names=True) == [again]
    assert packages_holding(elsewhere, names=False) == []
    erasure = erased(elsewhere, archivists)
    assert [each.extraction for each in erasure.remnants.all()] == [again]


def test_settle_remnant_records_who_and_what_was_done_once(remnant, archivists):
    with refused("what was done"):
        settle_remnant(remnant, remedy=" ", by=archivists[0])
    assert Remnant.objects.unsettled().get() == remnant

    settled = settle_remnant(remnant, remedy="Slettet hos mottakeren.", by=archivists[0])

    assert (settled.remedy, settled.settled_by) == ("Slettet hos mottakeren.", archivists[0])
    assert settled.settled_at
    assert not Remnant.objects.unsettled().exists()
    with refused("already"):
        settle_remnant(remnant, remedy="Igjen.", by=archivists[1])


def test_remnant_is_for_archivists_of_the_authority(remnant, made):
    for person in (None, *factories.everyone_but(made.authority, Role.ARCHIVIST)):
        with denied():
            settle_remnant(remnant, remedy="Sett til.", by=person)
        with denied():
            discard_package(made, by=person)


def test_discard_package_deletes_it_after_the_commit(
    remnant, made, archivists, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        discarded = discard_package(made, by=archivists[0])
    assert (discarded.discarded_by, len(callbacks)) == (archivists[0], 1)
    assert folder_of(made).is_dir()

    delete_discarded_outstanding()  # the nudge was lost

    assert not folder_of(made).exists()
    assert not tar_of(made).exists()
    made.refresh_from_db()
    assert (made.archive_name, made.package_deleted_at is None) == ("", False)
    assert not Remnant.objects.unsettled().exists()
    for press in (
        lambda: discard_package(made, by=archivists[0]),
        lambda: record_delivery(made, receiver="Arkivverket", by=archivists[0]),
    ):
        with refused("is deleted"):
            press()


def test_discard_package_is_refused_for_what_is_at_work_or_not_approved(made, archivists):
    Extraction.objects.filter(pk=made.pk).update(status=ExtractionStatus.RUNNING)
    with refused("being made"):
        discard_package(made, by=archivists[0])
    Extraction.objects.filter(pk=made.pk).update(status=ExtractionStatus.DONE)
    record_delivery(made, receiver="Arkivverket", by=archivists[0])
    with refused("has not approved"):
        discard_package(made, by=archivists[0])

    assert folder_of(made).is_dir()


def test_failed_extraction_that_was_given_up_is_not_gone_on_with(entry, made, archivists):
    erased(entry, archivists)
    Extraction.objects.filter(pk=made.pk).update(status=ExtractionStatus.FAILED)

    discard_package(made, by=archivists[0])

    with refused("Make a new extraction"):
        resume_extraction(made, by=archivists[0])


def test_package_that_somebody_has_had_is_seen_to_by_a_person_alone(entry, made, archivists):
    """Deleting ours does not delete theirs."""
    taken = packed(entry.authority)
    note_download(taken, by=archivists[0])
    delivery = record_delivery(made, receiver="Arkivverket", by=archivists[0])
    approve_delivery(delivery, approval="Brev 12.", by=archivists[0])
    erased(entry, archivists)

    discard_package(made, by=archivists[0])
    discard_package(taken, by=archivists[0])

    assert {each.extraction for each in Remnant.objects.unsettled()} == {made, taken}


def test_remnant_is_settled_with_who_when_and_how(remnant):
    with pytest.raises(IntegrityError, match="archive_remnant_settled_has_who_when_and_how"):
        Remnant.objects.filter(pk=remnant.pk).update(remedy="Sett til.")


def test_pages_name_the_packages_before_and_after(client, entry, made, archivists):
    record_delivery(made, receiver="Arkivverket", by=archivists[0])
    client.force_login(archivists[0])
    place = [entry.authority.slug, entry.year, entry.number]
    listed = reverse("archive:erasure-list", args=place[:1])
    desk = reverse("archive:desk-show", args=place[:1])

    before = client.get(reverse("archive:erasure-request", args=place)).content.decode()
    erasure = asked(entry, archivists[0])
    client.force_login(archivists[1])
    waiting = client.get(listed).content.decode()
    approve_erasure(erasure, by=archivists[1])
    after = client.get(listed).content.decode()

    for page in (before, waiting, after):
        assert made.folder in page
        assert "Delivered to Arkivverket" in page
    assert "Packages that hold what was erased" in waiting_at(client, desk)
    assert "Delete the package here" not in after  # the receiver has it
    settle = reverse("archive:remnant-settle", args=[erasure.remnants.get().pk])
    said = client.post(settle, {"remedy": "Arkivverket har slettet sin."}, follow=True)
    assert "Arkivverket har slettet sin." in said.content.decode()
    assert "Packages that hold what was erased" not in waiting_at(client, desk)


def test_package_is_deleted_from_the_page(client, remnant, made, archivists):
    client.force_login(archivists[0])
    assert (
        "Delete the package here"
        in client.get(reverse("archive:erasure-list", args=[made.authority.slug])).content.decode()
    )

    discard = reverse("archive:package-discard", args=[made.pk])
    confirm = client.get(discard)
    assert "It can not be undone." in confirm.content.decode()
    assert folder_of(made).is_dir()
    page = client.post(discard, follow=True)

    assert "is being deleted" in page.content.decode()
    extractions = client.get(reverse("archive:extraction-list", args=[made.authority.slug]))
    assert "by Arne Arkivar." in extractions.content.decode()
    assert "uttrekk.tar" not in extractions.content.decode()
    assert "is deleted already" in client.get(discard, follow=True).content.decode()


def test_package_that_nobody_needs_is_given_up_though_nothing_was_erased(client, made, archivists):
    client.force_login(archivists[0])
    listed = client.get(reverse("archive:extraction-list", args=[made.authority.slug]))
    discard = reverse("archive:package-discard", args=[made.pk])
    assert discard in listed.content.decode()

    client.post(discard)

    assert "Extractions that are not delivered" not in waiting_at(
        client, reverse("archive:desk-show", args=[made.authority.slug])
    )


def waiting_at(client, desk):
    return [each["what"] for each in client.get(desk).context["waiting"]]
