"""What an archivist decides of the record, and what follows for responses and consultations."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from archive import actions as record
from archive.models import EntryState, JournalEntry
from archive.verify import verify_documents
from archive.vocabulary import (
    SCREENED_WHOLE,
    CaseStatus,
    EntryKind,
    EntryStatus,
    LegalBasis,
    WriteOff,
)
from casework.models import Assignment, AssignmentStatus
from config.integrity import CHECKS
from consultations.actions import conclude_consultation
from consultations.models import Attachment, Document
from moderation.actions import (
    assess_entry,
    close_case_file,
    dispose_case_file,
    mark_obsolete,
    publish_response,
    write_off_entries,
)
from tests import factories, pages
from tests.archive import records
from tests.presses import at_once, denied, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PUBLIC = {"legal_basis": ""}
WHOLE = {"legal_basis": LegalBasis.OFFL_13, "document": SCREENED_WHOLE}


@pytest.fixture
def consultation(db):
    return factories.open_for_answers()


@pytest.fixture
def archivist(consultation):
    return factories.official(consultation.authority, Role.ARCHIVIST, name="Arne Arkivar")


def entry_of(response):
    return JournalEntry.objects.get(source=response.reference)


def letter_of(consultation):
    return JournalEntry.objects.get(source=f"{consultation.source}-letter")


def breaches():
    return [line for check in CHECKS for line in check()]


# --- Utgår -------------------------------------------------------------------------------


def test_a_letter_can_be_marked_obsolete_and_all_still_holds(consultation, archivist):
    factories.accepted_response(consultation)

    state = mark_obsolete(letter_of(consultation), reason="Feil mottaker.", by=archivist)

    assert (state.status, state.remark) == (EntryStatus.OBSOLETE, "Feil mottaker.")
    change = state.entry.changes.get()
    assert (change.element, change.new_value, change.changed_by) == (
        "journalstatus",
        "Utgår",
        "Arne Arkivar",
    )
    assert breaches() == []


def test_what_stands_for_a_response_is_corrected_and_never_left_without(consultation, archivist):
    response = factories.accepted_response(consultation)
    entry = entry_of(response)

    with refused(response.reference, "Correct it"):
        mark_obsolete(entry, reason="Sendt to ganger.", by=archivist)
    correction = record.correct_entry(entry, title="Rettet", reason="Feil.", by=archivist)
    with refused(response.reference):
        mark_obsolete(correction, reason="Sendt to ganger.", by=archivist)


def test_what_is_obsolete_or_archived_is_not_marked_again(consultation, archivist):
    letter = letter_of(consultation)
    mark_obsolete(letter, reason="Feil.", by=archivist)
    with refused(letter.identifier):
        mark_obsolete(letter, reason="Feil.", by=archivist)
    other = records.entry(records.case_file(consultation.authority), kind=EntryKind.OUTGOING)
    record.close_case_file(other.case_file, by=None)

    with refused(other.identifier, "Arkivert"):
        mark_obsolete(other, reason="Feil.", by=archivist)


def test_marking_and_writing_off_are_for_the_archivist_alone(consultation):
    entry = entry_of(factories.accepted_response(consultation))
    for person in factories.everyone_but(consultation.authority, Role.ARCHIVIST):
        with denied():
            mark_obsolete(letter_of(consultation), reason="Feil.", by=person)
        with denied():
            write_off_entries([entry], WriteOff.NOTED, by=person)
        with denied():
            close_case_file(consultation.case_file, by=person)


# --- Assessing ---------------------------------------------------------------------------


def test_a_name_that_is_hidden_is_not_told_by_the_journal(consultation, archivist):
    waiting = factories.accepted_response(consultation, hide_name=True, **factories.named("Rut"))
    with refused(waiting.reference, "moderator"):
        assess_entry(entry_of(waiting), **PUBLIC, by=archivist)
    publish_response(waiting, hide_name=True, by=None)
    with refused(waiting.reference):
        assess_entry(entry_of(waiting), **WHOLE, by=archivist)

    assess_entry(entry_of(waiting), **WHOLE, sender=True, years=60, by=archivist)

    assert EntryState.objects.get(entry=entry_of(waiting)).screening_years == 60
    assert breaches() == []


def test_a_name_that_is_not_hidden_can_be_screened_and_shown_again(consultation, archivist):
    entry = entry_of(factories.accepted_response(consultation, **factories.named("Rut")))

    assess_entry(entry, legal_basis=LegalBasis.OFFL_13, sender=True, by=archivist)
    assess_entry(entry, **PUBLIC, by=archivist)

    assert not EntryState.objects.get(entry=entry).is_sender_screened


def test_what_is_screened_but_public_is_told_the_archivist_and_not_led_to(
    client, consultation, archivist
):
    response = factories.accepted_response(consultation, **factories.named("Rut"))
    publish_response(response, hide_name=False, by=None)
    place = [consultation.authority.slug, entry_of(response).year, entry_of(response).number]
    public, inside = (
        reverse(name, args=place) for name in ("archive:public-entry-show", "archive:entry-show")
    )
    client.force_login(archivist)
    assert "Read the response as it is published" in client.get(public).content.decode()
    assert "is still public" not in client.get(inside).content.decode()

    assess_entry(entry_of(response), legal_basis=LegalBasis.OFFL_13, sender=True, by=archivist)

    assert "Read the response as it is published" not in client.get(public).content.decode()
    assert "is still public" in client.get(inside).content.decode()

    publish_response(response, hide_name=True, by=None)

    assert "Read the response as it is published" in client.get(public).content.decode()
    assert "is still public" not in client.get(inside).content.decode()


# --- Writing off -------------------------------------------------------------------------


def test_write_off_takes_responses_from_their_desks(consultation, archivist):
    responses = [factories.accepted_response(consultation) for _ in range(2)]
    entries = [entry_of(each) for each in responses]
    entries[1] = record.correct_entry(entries[1], title="Rettet", reason="Feil.", by=archivist)

    write_off_entries(entries, WriteOff.NOTED, by=archivist)

    assert not EntryState.objects.not_written_off().exists()
    for assignment in Assignment.objects.all():
        assert assignment.status == AssignmentStatus.HANDLED
        assert (assignment.handled_by, assignment.write_off) == (archivist, WriteOff.NOTED)
    assert breaches() == []


def test_an_answer_by_letter_is_referred_to_and_must_be_of_the_case(consultation, archivist):
    entry = entry_of(factories.accepted_response(consultation))
    letter = letter_of(consultation)
    elsewhere = records.entry(records.case_file(consultation.authority), kind=EntryKind.OUTGOING)
    before = records.entry(
        consultation.case_file,
        kind=EntryKind.OUTGOING,
        document_date=timezone.localdate(entry.received_at) - timedelta(days=1),
    )

    for manner, answer in (
        (WriteOff.ANSWERED_BY_LETTER, before),
        (WriteOff.ANSWERED_BY_LETTER, elsewhere),
        (WriteOff.ANSWERED_BY_LETTER, entry),
        (WriteOff.NOTED, letter),
    ):
        with refused(answer.identifier):
            write_off_entries([entry], manner, answer=answer, by=archivist)
    write_off_entries([entry], WriteOff.ANSWERED_BY_LETTER, answer=letter, by=archivist)

    assert EntryState.objects.get(entry=entry).answered_by == letter
    change = entry.changes.get(element="referanseAvskrivesAvJournalpost")
    assert change.new_value == str(letter.system_id)


def test_write_off_takes_all_or_none(consultation, archivist):
    entries = [entry_of(factories.accepted_response(consultation)) for _ in range(2)]
    write_off_entries(entries[1:], WriteOff.NOTED, by=archivist)

    with refused(entries[1].identifier):
        write_off_entries(entries, WriteOff.NOTED, by=archivist)


# --- Closing -----------------------------------------------------------------------------


def test_the_case_file_of_a_consultation_is_closed_by_concluding_it(consultation, archivist):
    with refused(consultation.title, "concludes"):
        close_case_file(consultation.case_file, by=archivist)
    factories.closed_for_treatment(consultation)
    conclude_consultation(consultation, by=consultation.created_by)
    with refused("closed already"):
        close_case_file(consultation.case_file, by=archivist)


def test_another_case_file_is_closed_once_all_is_written_off(consultation, archivist):
    case_file = records.case_file(consultation.authority)
    entry = records.entry(case_file)
    with refused("has not been handled"):
        close_case_file(case_file, by=archivist)
    write_off_entries([entry], WriteOff.NOTED, by=archivist)

    closed = close_case_file(case_file, by=archivist)

    assert (closed.status, closed.closed_by) == (CaseStatus.CLOSED, "Arne Arkivar")


# --- Disposing ---------------------------------------------------------------------------


@pytest.fixture
def delivered(consultation, archivist, settings, noark5_schemas):
    """A concluded consultation with a public attachment and a document, delivered and approved."""
    settings.NOARK5_SCHEMAS = str(noark5_schemas)
    pages.lay_out(consultation)
    response = factories.handled_response(consultation, files=[("a.txt", b"Noe.\n")])
    publish_response(response, public_attachments=list(Attachment.objects.all()), by=None)
    factories.closed_for_treatment(consultation)
    records.settled(consultation.case_file, by=archivist)
    conclude_consultation(consultation, by=consultation.created_by)
    delivery = records.delivered(consultation.authority, by=archivist)
    record.approve_delivery(delivery, approval="Brev 12", by=archivist)
    return response


def test_disposing_takes_the_attachments_and_no_public_page_breaks(
    client, consultation, delivered, archivist
):
    home = f"/nb/horinger/{consultation.slug}/"
    attachment, document = Attachment.objects.get(), Document.objects.get()
    addresses = [
        home,
        f"{home}svar/{delivered.reference}/",
        f"{home}tema/{delivered.theme.slug}/",
        f"/nb/innsending/{delivered.submission.token}/kvittering/",
    ]
    before = client.get(home)["ETag"]

    record.delete_disposed_files(dispose_case_file(consultation.case_file, by=archivist))

    assert not default_storage.exists(attachment.path)
    assert [client.get(each).status_code for each in addresses] == [200] * 4
    assert client.get(home)["ETag"] != before
    gone = reverse(
        "consultations:attachment-download",
        args=[consultation.slug, delivered.reference, attachment.pk],
    )
    assert client.get(gone).status_code == 404
    assert client.get(f"{home}dokument/{document.pk}/").status_code == 404
    assert not default_storage.exists(document.path)
    assert breaches() == []
    assert list(verify_documents(consultation.authority)) == []


def test_an_archivist_is_told_in_words_that_a_document_is_gone(
    client, consultation, delivered, archivist
):
    dispose_case_file(consultation.case_file, by=archivist)
    client.force_login(archivist)
    entry = entry_of(delivered)
    document = entry.documents.first()
    shown = reverse(
        "archive:entry-show", args=[consultation.authority.slug, entry.year, entry.number]
    )

    page = client.get(
        reverse("archive:archived-document-download", args=[document.system_id]),
        headers={"referer": f"http://testserver{shown}"},
        follow=True,
    )

    assert "is disposed of" in page.content.decode()
    assert str(document.system_id) not in client.get(shown).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_off_at_once_one_is_told(consultation, archivist):
    entry = entry_of(factories.accepted_response(consultation))

    results = at_once(*[lambda: write_off_entries([entry], WriteOff.NOTED, by=archivist)] * 2)

    told(results)
    assert EntryState.objects.get(entry=entry).write_off == WriteOff.NOTED
