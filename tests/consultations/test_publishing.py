"""A consultation's way from publication to conclusion: who, when, and what then."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from archive.models import CaseFile, JournalEntry
from archive.vocabulary import CaseStatus, EntryKind, EntryStatus
from casework.actions import handle_assignment
from casework.models import Assignment
from consultations.actions import (
    add_document,
    close_consultation,
    conclude_consultation,
    invite_consultee,
    open_consultation,
    publish_consultation,
    start_treatment,
)
from consultations.models import Consultation, ConsultationStatus
from consultations.uploads import check_upload
from moderation.actions import accept_response, publish_response
from tests import factories
from tests.presses import at_once, denied, refused, told, undone

pytestmark = pytest.mark.django_db

LEADS = {  # what leads from where to where
    publish_consultation: (ConsultationStatus.DRAFT, ConsultationStatus.PUBLISHED),
    open_consultation: (ConsultationStatus.PUBLISHED, ConsultationStatus.OPEN),
    close_consultation: (ConsultationStatus.OPEN, ConsultationStatus.CLOSED),
    start_treatment: (ConsultationStatus.CLOSED, ConsultationStatus.UNDER_TREATMENT),
    conclude_consultation: (ConsultationStatus.UNDER_TREATMENT, ConsultationStatus.CONCLUDED),
}
each_lead = pytest.mark.parametrize("lead", LEADS, ids=lambda lead: lead.__name__)


@each_lead
def test_it_leads_on_and_records_who_and_when(lead):
    start, end = LEADS[lead]
    consultation = factories.consultation_as(start)
    editor = factories.official(consultation.authority, Role.EDITOR)
    before = timezone.now()

    lead(consultation, by=editor)

    consultation = Consultation.objects.get(pk=consultation.pk)
    assert consultation.status == end
    assert getattr(consultation, f"{end.value}_by") == editor
    assert before <= getattr(consultation, f"{end.value}_at") <= timezone.now()


@pytest.mark.parametrize("status", ConsultationStatus)
def test_it_is_refused_from_everywhere_else(status):
    consultation = factories.consultation_as(status)

    for lead, (start, _end) in LEADS.items():
        if status == start:
            with undone():
                lead(consultation, by=consultation.created_by)
        else:
            with refused():
                lead(consultation, by=consultation.created_by)


@each_lead
def test_it_is_denied_to_everybody_but_the_authoritys_editor(lead):
    consultation = factories.consultation_as(LEADS[lead][0])

    for other in factories.everyone_but(consultation.authority, Role.EDITOR):
        with denied():
            lead(consultation, by=other)


@each_lead
def test_it_makes_every_copy_of_the_public_pages_old(lead):
    consultation = factories.consultation_as(LEADS[lead][0])
    before = consultation.public_state.version

    lead(consultation, by=consultation.created_by)

    assert Consultation.objects.get(pk=consultation.pk).public_version > before


@pytest.mark.parametrize("lead", [open_consultation, close_consultation])
def test_the_schedule_leads_too_and_nobody_is_recorded(lead):
    start, end = LEADS[lead]
    consultation = factories.consultation_as(start)

    lead(consultation)

    consultation.refresh_from_db()
    assert consultation.status == end
    assert getattr(consultation, f"{end.value}_by") is None
    assert getattr(consultation, f"{end.value}_at")


# --- Publishing ---------------------------------


def test_publish_opens_the_case_file_and_journals_the_letter_as_its_first_entry():
    consultation = factories.drafted_consultation(title="En god høring")
    editor = consultation.created_by

    publish_consultation(consultation, by=editor)

    consultation.refresh_from_db()
    case_file = consultation.case_file
    entry = JournalEntry.objects.get()
    assert case_file.source == consultation.source
    assert case_file.title == "Høring – En god høring"
    assert case_file.keywords == ["Fastlege", "Sykehjem"]
    assert case_file.responsible == "Ola Ansvarlig"
    assert (entry.case_file, entry.case_number, entry.kind) == (case_file, 1, EntryKind.OUTGOING)
    assert entry.created_by == editor.name
    assert [each.title for each in entry.documents.all()] == ["Høringsbrev"]
    assert {party.name for party in entry.parties.all()} == {"Allmennheten", consultation.unit}


def test_publish_journals_the_list_of_bodies_and_the_documents_with_the_letter():
    consultation = factories.drafted_consultation()
    editor = consultation.created_by
    invite_consultee(consultation, name="Prøveforbundet", by=editor)
    upload = SimpleUploadedFile("notat.pdf", factories.PDF)
    checked = check_upload(upload)
    add_document(consultation, checked, upload, title="Høringsnotat om noe", by=editor)

    publish_consultation(consultation, by=editor)

    entry = JournalEntry.objects.get()
    documents = list(entry.documents.all())
    titles = ["Høringsbrev", "Liste over høringsinstanser", "Høringsnotat om noe"]
    assert [each.title for each in documents] == titles
    assert documents[2].sha256 == checked.sha256
    assert entry.parties.filter(name="Høringsinstanser etter liste").exists()


def test_publish_owes_each_invited_body_the_letter(django_capture_on_commit_callbacks, mailoutbox):
    consultation = factories.drafted_consultation(letter="Kjære dere. Si fra.")
    editor = consultation.created_by
    with_address = invite_consultee(
        consultation, name="Laget", email="post@laget.example", by=editor
    )
    without = invite_consultee(consultation, name="Foreningen", by=editor)

    with django_capture_on_commit_callbacks(execute=True):
        publish_consultation(consultation, by=editor)
        assert not mailoutbox

    with_address.refresh_from_db()
    without.refresh_from_db()
    assert with_address.invited_at
    assert without.invited_at is None
    assert [(mail.to, mail.body) for mail in mailoutbox] == [
        (["post@laget.example"], "Kjære dere. Si fra.")
    ]
    assert Notice.objects.get().sent_at


@pytest.mark.parametrize("field", ["summary", "purpose", "outcome", "use_of_responses", "letter"])
def test_publish_says_what_is_missing(field):
    consultation = factories.drafted_consultation(**{field: " \n"})
    name = Consultation._meta.get_field(field).verbose_name

    with refused(name):
        publish_consultation(consultation, by=consultation.created_by)

    assert not CaseFile.objects.exists()


def test_publish_says_all_that_is_missing_at_once():
    consultation = factories.drafted_consultation(purpose="", letter="")
    names = [Consultation._meta.get_field(name).verbose_name for name in ("purpose", "letter")]

    with refused(*names):
        publish_consultation(consultation, by=consultation.created_by)


def test_publish_without_a_theme_is_refused():
    consultation = factories.drafted_consultation(themes=())

    with refused():
        publish_consultation(consultation, by=consultation.created_by)


def test_publish_after_the_deadline_is_refused():
    now = timezone.now()
    consultation = factories.drafted_consultation(
        opens_at=now - timedelta(days=9), deadline_at=now - timedelta(days=1)
    )

    with refused():
        publish_consultation(consultation, by=consultation.created_by)


def test_publish_on_a_full_disk_is_refused_in_words_and_takes_no_number(settings, tmp_path):
    consultation = factories.drafted_consultation()
    in_the_way = tmp_path / "full"
    in_the_way.write_text("a file where the folder should be")
    settings.MEDIA_ROOT = in_the_way

    with refused():
        publish_consultation(consultation, by=consultation.created_by)


@pytest.mark.django_db(transaction=True)
def test_publish_by_two_at_once_is_done_once():
    consultation = factories.drafted_consultation()
    other = factories.official(consultation.authority, Role.EDITOR)

    results = at_once(
        lambda: publish_consultation(consultation, by=consultation.created_by),
        lambda: publish_consultation(consultation, by=other),
    )

    told(results)
    assert JournalEntry.objects.count() == 1
    assert CaseFile.objects.count() == 1


# --- Concluding ---------------------------------


def under_treatment_with(make):
    consultation = factories.open_for_answers()
    response = make(consultation)
    factories.closed_for_treatment(consultation)
    return Consultation.objects.get(pk=consultation.pk), response


def test_conclude_is_refused_while_a_response_waits_for_a_moderator():
    consultation, _response = under_treatment_with(factories.screened_response)

    with refused("1"):
        conclude_consultation(consultation, by=consultation.created_by)


def test_conclude_is_refused_while_a_response_waits_for_publication():
    consultation, _response = under_treatment_with(factories.handled_response)

    with refused("1"):
        conclude_consultation(consultation, by=consultation.created_by)


def test_conclude_is_refused_while_an_entry_waits_for_its_case_handler():
    consultation, response = under_treatment_with(factories.accepted_response)
    publish_response(response, by=None)

    with refused("1"):
        conclude_consultation(consultation, by=consultation.created_by)


def test_conclude_archives_every_entry_and_closes_the_case_file():
    consultation, response = under_treatment_with(factories.handled_response)
    publish_response(response, by=None)

    conclude_consultation(consultation, by=consultation.created_by)

    case_file = CaseFile.objects.get()
    assert case_file.status == CaseStatus.CLOSED
    assert case_file.closed_by == consultation.created_by.name
    assert case_file.closed_at
    entries = list(case_file.entries.all())
    assert len(entries) == 2
    assert {entry.state.status for entry in entries} == {EntryStatus.ARCHIVED}


def test_conclude_takes_what_was_rejected_or_withdrawn_as_decided():
    consultation = factories.open_for_answers()
    factories.response_as("rejected", consultation)
    factories.response_as("withdrawn", consultation)
    factories.closed_for_treatment(consultation)

    conclude_consultation(consultation, by=consultation.created_by)

    consultation.refresh_from_db()
    assert consultation.status == ConsultationStatus.CONCLUDED


@pytest.mark.django_db(transaction=True)
def test_conclude_and_accept_at_once_never_closes_over_what_is_not_handled():
    consultation, response = under_treatment_with(factories.screened_response)
    moderator = factories.moderator_of(consultation)

    at_once(
        lambda: conclude_consultation(consultation, by=consultation.created_by),
        lambda: accept_response(response, by=moderator),
    )

    consultation.refresh_from_db()
    assert consultation.status == ConsultationStatus.UNDER_TREATMENT
    assert Assignment.objects.get().status == "assigned"


@pytest.mark.django_db(transaction=True)
def test_conclude_and_handle_at_once_closes_only_what_is_handled():
    consultation, response = under_treatment_with(factories.accepted_response)
    publish_response(response, by=None)
    assignment = Assignment.objects.get()

    at_once(
        lambda: conclude_consultation(consultation, by=consultation.created_by),
        lambda: handle_assignment(assignment, by=assignment.handler),
    )

    consultation.refresh_from_db()
    assignment.refresh_from_db()
    assert assignment.status == "handled"
    is_closed = CaseFile.objects.get().status == CaseStatus.CLOSED
    assert is_closed == (consultation.status == ConsultationStatus.CONCLUDED)
