"""The archivist's desk, its lists, case files, filing plan and deliveries, as pages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from archive.actions import (
    approve_delivery,
    assess_entry,
    close_case_file,
    request_verification,
    settle_conversion,
    write_off_entry,
)
from archive.models import (
    AccessRequest,
    CaseFile,
    Classification,
    Conversion,
    Delivery,
    Disposal,
    EntryState,
    Verification,
)
from archive.tasks import run_verification
from archive.vocabulary import (
    SCREENED_WHOLE,
    CaseStatus,
    DisposalDecision,
    EntryStatus,
    LegalBasis,
    WriteOff,
)
from tests import factories
from tests.archive import convertible, records

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def authority(db):
    return records.case_file().authority


@pytest.fixture
def case_file(authority):
    return CaseFile.objects.get(authority=authority)


@pytest.fixture
def with_schemas(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)


@pytest.fixture
def archivist(client, authority):
    user = factories.official(authority, Role.ARCHIVIST, name="Arne Arkivar")
    client.force_login(user)
    return user


def at(name, authority, *args):
    return f"/en{reverse(name, args=[authority.slug, *args])[3:]}"


def of_entry(name, entry):
    return at(f"moderation:entry-{name}", entry.authority, entry.year, entry.number)


def of_case(name, case_file):
    return at(name, case_file.authority, case_file.year, case_file.number)


def waiting(page):
    return {str(each["what"]): each["count"] for each in page.context["waiting"]}


@pytest.mark.usefixtures("archivist")
def test_desk_says_that_nothing_waits(client, authority):
    page = client.get(at("archive:desk-show", authority))

    assert waiting(page) == {}
    assert "Nothing waits." in page.content.decode()


@pytest.mark.usefixtures("archivist")
def test_desk_counts_what_waits_and_leads_to_it(client, authority, case_file):
    entry, late = records.entry(case_file), records.entry(case_file)
    Conversion.objects.create(document=late.documents.get())
    AccessRequest.objects.create(authority=authority, token="t" * 43, due_on=timezone.localdate())
    assess_entry(entry, legal_basis=LegalBasis.OFFL_13, document=SCREENED_WHOLE, years=1, by=None)
    elsewhere = records.entry(records.case_file(factories.authority()))

    page = client.get(at("archive:desk-show", authority))

    assert waiting(page) == {
        "Entries not written off": 2,
        "Entries not assessed": 1,
        "Screening whose period is over": 1,
        "Attachments not in an archive format": 1,
        "Access requests to answer": 1,
    }
    text = page.content.decode()
    assert at("moderation:unhandled-list", authority) in text
    assert f">{entry.identifier}</a>, which came in" in text
    assert elsewhere.authority.name not in text


@pytest.mark.usefixtures("archivist")
@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_the_database_as_often_however_many(
    client, authority, case_file, number, django_assert_num_queries
):
    for _ in range(number):
        records.entry(case_file)
    for _ in range(number - 1):
        records.case_file(authority)

    for name, queries in (
        ("archive:desk-show", 20),
        ("archive:unassessed-list", 7),
        ("moderation:unhandled-list", 7),
        ("archive:overdue-screening-list", 6),
        ("archive:case-file-list", 6),
        ("archive:class-list", 7),
    ):
        with django_assert_num_queries(queries, info=name):
            client.get(at(name, authority))


def test_verify_now_shows_what_was_found(client, authority, case_file, archivist):
    records.entry(case_file)

    page = client.post(at("archive:journal-verify", authority), follow=True)
    assert "Being verified now" in page.content.decode()
    run_verification(Verification.objects.get().pk)
    page = client.get(at("archive:desk-show", authority))

    assert page.context["verification"].requested_by == archivist
    assert "Being verified now" not in page.content.decode()
    Verification.objects.update(breach_count=2, breaches=["prove, entry 1/2026: changed."])
    broken = client.get(at("archive:desk-show", authority)).content.decode()
    assert "The journal does not hold: 2 breaches" in broken
    assert "entry 1/2026" in broken


def test_desk_is_for_the_archivist_alone(client, authority):
    request_verification(authority, by=None)
    for person in factories.everyone_but(authority, Role.ARCHIVIST):
        client.force_login(person)

        page = client.get(at("archive:desk-show", authority))

        assert page.status_code in {403, 404}


@pytest.mark.usefixtures("archivist")
def test_many_are_assessed_at_once(client, authority, case_file):
    entries = [records.entry(case_file) for _ in range(3)]
    address = at("archive:entries-assess", authority)

    page = client.post(address, {"entry": ["1", "2", "no", "9" * 5000]}, follow=True)

    assert "2 entries are assessed" in page.content.decode()
    assert [each.entry for each in EntryState.objects.not_assessed()] == [entries[2]]
    home = at("archive:unassessed-list", authority)
    none = client.post(address, {}, headers={"referer": f"http://testserver{home}"}, follow=True)
    assert "Tick at least one entry." in none.content.decode()


@pytest.mark.usefixtures("archivist")
@pytest.mark.parametrize("name", ["archive:unassessed-list", "moderation:unhandled-list"])
def test_list_of_several_pages_says_that_ticks_are_of_one(client, authority, case_file, name):
    for _ in range(2):
        records.entry(case_file)
    warning = "Only what you tick on this page is taken along"

    whole = client.get(at(name, authority)).content.decode()
    page = client.get(at(name, authority) + "?etter=1").content.decode()

    assert warning in page
    assert warning not in whole


@pytest.mark.usefixtures("archivist")
def test_an_entry_is_assessed_with_basis_and_period(client, case_file):
    entry = records.entry(case_file)
    address = of_entry("assess", entry)

    wrong = client.post(address, {"legal_basis": LegalBasis.OFFL_13, "document": "", "years": "0"})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"years"}
    wrong = client.post(address, {"legal_basis": "", "document": SCREENED_WHOLE})
    assert "Choose the provision" in wrong.content.decode()
    page = client.post(
        address,
        {"legal_basis": LegalBasis.OFFL_13, "document": SCREENED_WHOLE, "years": "60"},
        follow=True,
    )

    assert EntryState.objects.get(entry=entry).screening_years == 60
    assert "until 5 May 2085" in page.content.decode()
    assert client.get(address).context["form"].initial["years"] == 60


@pytest.mark.usefixtures("archivist")
def test_words_of_a_title_are_ticked_and_screened(client, case_file):
    entry = records.entry(case_file, title="Klage fra Nora Prøve")
    address = of_entry("assess", entry)
    asked = {"legal_basis": LegalBasis.OFFL_13, "document": "", "title_words": ["nora", "prøve"]}

    wrong = client.post(address, asked | {"legal_basis": ""})
    assert set(wrong.context["form"].errors) == {"legal_basis"}
    wrong = client.post(address, asked | {"title_words": ["hans"]})
    assert set(wrong.context["form"].errors) == {"title_words"}
    page = client.post(address, asked, follow=True)

    assert "Klage fra ***** *****" in page.content.decode()
    assert EntryState.objects.get(entry=entry).public_title == "Klage fra ***** *****"
    form = client.get(address).context["form"]
    assert form["title_words"].value() == ["nora", "prøve"]


@pytest.mark.usefixtures("archivist")
def test_entries_are_written_off_one_or_many_and_a_mistake_keeps_the_ticks(
    client, authority, case_file
):
    entries = [records.entry(case_file) for _ in range(3)]
    address = at("moderation:unhandled-list", authority)

    wrong = client.post(
        address, {"entry": ["1"], "manner": WriteOff.ANSWERED_BY_LETTER, "answer": ""}
    )
    assert wrong.status_code == 422
    assert 'value="1" checked' in wrong.content.decode()
    unknown = client.post(
        address, {"entry": ["1"], "manner": WriteOff.ANSWERED_BY_LETTER, "answer": "99/2020"}
    )
    assert "There is no entry with that number" in unknown.content.decode()
    client.post(address, {"entry": ["1", "2"], "manner": WriteOff.NOTED})
    client.post(of_entry("write-off", entries[2]), {"manner": WriteOff.NOTED})
    late = client.post(
        of_entry("write-off", entries[2]), {"manner": WriteOff.ANSWERED_BY_PHONE}, follow=True
    )

    assert "Yours was not saved" in late.content.decode()
    assert not EntryState.objects.not_written_off().exists()


@pytest.mark.usefixtures("archivist")
def test_an_entry_is_marked_obsolete_with_a_reason(client, case_file):
    entry = records.entry(case_file)
    address = of_entry("mark-obsolete", entry)

    assert client.post(address, {"reason": " "}).status_code == 422
    page = client.post(address, {"reason": "Journalført ved en feil."}, follow=True)

    assert EntryState.objects.get().status == EntryStatus.OBSOLETE
    text = page.content.decode()
    assert "Journalført ved en feil." in text
    assert address not in text
    assert client.get(address).status_code == 302  # nothing is left to do there
    place = (entry.authority, entry.year, entry.number)
    correct = at("archive:entry-correct", *place)
    late = client.post(correct, {"title": "Rettet", "reason": "Feil."}, follow=True)
    assert "Yours was not saved" in late.content.decode()


def test_a_case_file_tells_what_keeps_it_open_and_is_closed(client, archivist, case_file):
    entry = records.entry(case_file)
    address = of_case("archive:case-file-show", case_file)
    assert not client.get(address).context["can_close"]
    conversion = Conversion.objects.create(document=entry.documents.get())
    write_off_entry(entry, WriteOff.NOTED, by=None)
    text = client.get(address).content.decode()
    assert "are in no archive format</a>" in text
    assert "are not written off</a>" not in text
    settle_conversion(conversion, "Agreed with the receiver.", by=archivist)

    page = client.post(of_case("moderation:case-file-close", case_file), follow=True)

    assert "is closed" in page.content.decode()
    assert CaseFile.objects.get().status == CaseStatus.CLOSED
    assert "no extraction that was delivered" in page.content.decode()


@pytest.mark.usefixtures("archivist")
def test_classes_are_added_decided_and_moved_to(client, authority, case_file):
    address = at("archive:class-list", authority)
    top = case_file.classification.parent

    assert client.post(address, {"code": "", "title": ""}).status_code == 422
    client.post(address, {"code": "32", "title": "Andres høringer", "parent": top.pk})
    klass = Classification.objects.get(code="32")
    decide = at("archive:class-edit", authority, klass.pk)
    wrong = client.post(decide, {"disposal": DisposalDecision.DISPOSED})
    assert set(wrong.context["form"].errors) == {"disposal_basis", "retention_years"}
    client.post(
        decide,
        {
            "disposal": DisposalDecision.DISPOSED,
            "disposal_basis": "Vedtak 1",
            "retention_years": "5",
        },
    )
    client.post(of_case("archive:case-file-show", case_file), {"klass": klass.pk})

    moved = CaseFile.objects.get()
    assert (moved.classification.code, moved.classification.retention_years) == ("32", 5)
    assert "Vedtak 1" in client.get(address).content.decode()


@pytest.mark.usefixtures("with_schemas")
def test_a_delivery_is_recorded_approved_and_then_disposed_of(
    client, archivist, authority, case_file
):
    records.written_off(case_file)
    close_case_file(case_file, by=None)
    extraction = records.delivered(authority, by=archivist).extraction
    Delivery.objects.all().delete()
    record = f"/en{reverse('archive:delivery-record', args=[extraction.pk])[3:]}"
    show = f"/en{reverse('archive:delivery-show', args=[extraction.pk])[3:]}"
    dispose = of_case("moderation:case-file-dispose", case_file)

    future = timezone.localdate() + timedelta(days=1)
    wrong = client.post(record, {"receiver": "Arkivverket", "delivered_on": future})
    assert wrong.status_code == 422
    today = timezone.localdate()
    page = client.post(record, {"receiver": "Arkivverket", "delivered_on": today}, follow=True)
    assert Delivery.objects.get().manifest_sha256 in page.content.decode()
    assert client.get(f"{show}kvittering.pdf").content.startswith(b"%PDF")
    assert "has not approved" in client.get(dispose, follow=True).content.decode()
    assert "has not approved" in client.post(dispose, follow=True).content.decode()
    assert not Disposal.objects.exists()
    client.post(show, {"approval": "Ola Depot, brev 12"})
    confirm = client.get(dispose)
    assert (confirm.context["documents"], confirm.context["entries"]) == (1, 1)
    page = client.post(dispose, follow=True)

    assert Disposal.objects.get().delivery.approval == "Ola Depot, brev 12"
    assert "Delete our copy" in client.get(show).content.decode()
    gone = reverse("archive:package-discard", args=[extraction.pk])
    assert "Delete our copy" not in client.post(gone, follow=True).content.decode()
    assert "Documents disposed of" in page.content.decode()


@pytest.mark.usefixtures("with_schemas")
def test_disposal_says_how_many_originals_were_not_delivered(
    client, archivist, authority, case_file
):
    convertible.attached(case_file=case_file)
    records.settled(case_file, by=archivist)
    for state in EntryState.objects.not_written_off():
        write_off_entry(state.entry, WriteOff.NOTED, by=archivist)
    close_case_file(case_file, by=archivist)
    approve_delivery(records.delivered(authority, by=archivist), approval="Brev 12", by=archivist)

    confirm = client.get(of_case("moderation:case-file-dispose", case_file))

    assert confirm.context["originals"] == 1
    assert "Originals among them" in confirm.content.decode()


@pytest.mark.usefixtures("with_schemas")
def test_a_delivery_is_for_the_archivists_of_its_authority(client, archivist, authority, case_file):
    close_case_file(case_file, by=None)
    records.written_off(records.case_file(authority))
    close_case_file(CaseFile.objects.last(), by=None)
    delivery = records.delivered(authority, by=archivist)
    for person in factories.everyone_but(authority, Role.ARCHIVIST):
        client.force_login(person)
        for name in ("delivery-record", "delivery-show", "delivery-download"):
            address = reverse(f"archive:{name}", args=[delivery.pk])

            assert client.get(address).status_code in {403, 404}
    assert approve_delivery(delivery, approval="Brev", by=archivist).approved_at
