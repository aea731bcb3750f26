"""Answering: sending, taking back, confirming an address. The drafts are in `test_drafting`."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Affiliation, Notice
from accounts.roles import Role
from archive.models import JournalEntry, PreparedDocument
from consultations.actions import (
    conclude_consultation,
    confirm_email,
    edit_consultation,
    invite_consultee,
    save_draft,
    submit,
    withdraw,
)
from consultations.models import (
    Acceptance,
    Access,
    Channel,
    Consultation,
    ConsultationStatus,
    Response,
    ResponseStatus,
    SenderKind,
    Submission,
    WhoMayAnswer,
)
from moderation.actions import accept_response
from moderation.models import Flag, Screening
from tests import factories
from tests.presses import at_once, denied, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]
TAKES_RESPONSES = {
    ConsultationStatus.OPEN,
    ConsultationStatus.CLOSED,
    ConsultationStatus.UNDER_TREATMENT,
}


def theme_of(consultation):
    return consultation.themes.filter(is_whole=False).first()


# --- Sending ---------------------------------


def test_submit_receives_every_response_at_one_time_and_records_who():
    ada = factories.person("Ada Prøve")
    consultation = factories.some_consultation()
    submission = factories.draft(
        consultation, themes=consultation.themes.all(), by=ada, name="Ada Prøve"
    )
    before = timezone.now()

    submit(submission, by=ada)

    submission = Submission.objects.get(pk=submission.pk)
    assert submission.sender == ada
    assert before <= submission.submitted_at == submission.changed_at
    assert not submission.is_late
    assert (
        list(submission.responses.values_list("status", "received_at"))
        == [("received", submission.submitted_at)] * 3
    )


def test_submit_owes_the_receipt_to_an_account_and_screens_after_the_commit(
    django_capture_on_commit_callbacks, mailoutbox
):
    ada = factories.person("Ada Prøve")
    submission = factories.draft(by=ada, name="Ada Prøve")

    with django_capture_on_commit_callbacks(execute=True):
        submit(submission, by=ada)
        assert not Screening.objects.exists()
        assert not mailoutbox

    notice = Notice.objects.get(key=f"receipt-{submission.pk}")
    assert notice.recipient == ada
    assert submission.reference in notice.subject
    assert submission.token in notice.body
    assert notice.sent_at
    assert [mail.to for mail in mailoutbox] == [[ada.email]]
    assert submission.responses.get().screening.screened_at


def test_submit_asks_who_has_no_account_to_confirm_the_address(
    django_capture_on_commit_callbacks,
):
    submission = factories.draft(**factories.named(email="nora@prove.example"))

    with django_capture_on_commit_callbacks(execute=True):
        submit(submission)

    notice = Notice.objects.get()
    assert notice.key == f"confirm-{submission.pk}"
    assert notice.email == "nora@prove.example"
    assert "Jeg mener noe" not in notice.body
    assert submission.token not in notice.body


def test_submit_anonymously_stores_no_name_and_owes_no_mail():
    submission = factories.draft(sender_kind=SenderKind.ANONYMOUS, hide_name=True)

    submit(submission)

    submission = Submission.objects.get(pk=submission.pk)
    assert (submission.name, submission.email, submission.sender) == ("", "", None)
    assert not submission.hide_name
    assert not Notice.objects.exists()


@pytest.mark.parametrize("field", ["name", "email", "organisation_name", "sender"])
def test_the_database_refuses_an_anonymous_submission_with_a_name(field):
    submission = factories.draft(sender_kind=SenderKind.ANONYMOUS)
    value = factories.person("Ada Prøve") if field == "sender" else "ada@prove.example"

    with pytest.raises(IntegrityError, match="anonymous_is_nobody"), transaction.atomic():
        save_draft(submission.consultation, submission, texts={}, **{field: value})


@pytest.mark.parametrize("status", ConsultationStatus)
def test_submit_is_taken_from_opening_to_conclusion_and_refused_in_words_otherwise(status):
    consultation = factories.consultation_as(status)
    submission = factories.draft(consultation)

    if status in TAKES_RESPONSES:
        submit(submission)
        assert Response.objects.get().status == ResponseStatus.RECEIVED
    else:
        with refused(consultation.title):
            submit(submission)


@pytest.mark.parametrize("status", [ConsultationStatus.CLOSED, ConsultationStatus.UNDER_TREATMENT])
def test_submit_after_closing_is_received_and_marked_as_late(status):
    submission = factories.draft(factories.consultation_as(status))

    submit(submission)

    assert Submission.objects.get().is_late


def test_submit_after_the_deadline_is_late_although_nothing_has_closed_it_yet():
    consultation = factories.some_consultation()
    submission = factories.draft(consultation)

    with time_machine.travel(consultation.deadline_at + timedelta(seconds=1)):
        submit(submission)

    submission.refresh_from_db()
    consultation.refresh_from_db()
    assert consultation.is_open
    assert submission.is_late


def test_submit_at_the_last_second_is_in_time():
    consultation = factories.some_consultation()
    submission = factories.draft(consultation)

    with time_machine.travel(consultation.deadline_at - timedelta(seconds=1), tick=False):
        submit(submission)

    submission.refresh_from_db()
    assert not submission.is_late


def test_submit_without_an_answer_is_refused():
    consultation = factories.some_consultation()
    submission = save_draft(consultation, texts={}, sender_kind=SenderKind.ANONYMOUS)

    with refused():
        submit(submission)


def test_submit_without_a_name_is_refused():
    submission = factories.draft(sender_kind=SenderKind.PERSON, email="nora@prove.example")

    with refused():
        submit(submission)


def test_submit_without_an_address_is_refused():
    submission = factories.draft(sender_kind=SenderKind.PERSON, name="Nora Prøve")

    with refused():
        submit(submission)


def test_submit_anonymously_is_refused_where_names_are_asked_for():
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.NAMED)
    submission = factories.draft(consultation, sender_kind=SenderKind.ANONYMOUS)

    with refused():
        submit(submission)


def test_submit_without_an_account_is_refused_where_it_has_become_needed():
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.NAMED)
    submission = factories.draft(consultation, **factories.named())
    edit_consultation(consultation, by=consultation.created_by, who_may_answer=WhoMayAnswer.ACCOUNT)

    with refused():
        submit(submission)


# --- By invitation ---------------------------------


@pytest.fixture
def by_invitation():
    consultation = factories.drafted_consultation(
        access=Access.INVITED, who_may_answer=WhoMayAnswer.NAMED
    )
    forbundet = factories.organisation("Prøveforbundet")
    editor = consultation.created_by
    invite_consultee(consultation, name="Prøveforbundet", organisation=forbundet, by=editor)
    invite_consultee(consultation, name="Laget", email="post@laget.example", by=editor)
    return Consultation.objects.get(pk=consultation.pk)


@pytest.fixture
def invited(by_invitation):
    from_draft = factories.publish_consultation(by_invitation, by=by_invitation.created_by)
    return factories.open_consultation(from_draft)


def test_submit_is_refused_to_who_is_not_invited(invited):
    submission = factories.draft(invited, **factories.named())

    with refused():
        submit(submission)


def test_submit_is_taken_from_an_invited_address_whatever_its_case(invited):
    submission = factories.draft(invited, **factories.named(email="Post@Laget.example"))

    submit(submission)

    assert Submission.objects.get().submitted_at


def test_submit_is_taken_from_an_invited_organisation(invited):
    ada = factories.person("Ada Prøve")
    forbundet = invited.consultees.get(name="Prøveforbundet").organisation
    Affiliation.objects.create(user=ada, organisation=forbundet)
    submission = factories.draft(
        invited,
        by=ada,
        sender_kind=SenderKind.ORGANISATION,
        organisation=forbundet,
        organisation_name=forbundet.name,
        name="Ada Prøve",
    )

    submit(submission, by=ada)

    assert Submission.objects.get().submitted_at


def test_submit_is_refused_to_an_organisation_that_is_not_invited(invited):
    ada = factories.person("Ada Prøve")
    other = factories.organisation("Et annet forbund")
    submission = factories.draft(
        invited,
        by=ada,
        sender_kind=SenderKind.ORGANISATION,
        organisation=other,
        organisation_name=other.name,
    )

    with refused():
        submit(submission, by=ada)


# --- What comes otherwise ---------------------------------


def letter(consultation, **fields):
    return factories.draft(
        consultation,
        sender_kind=SenderKind.PERSON,
        channel=Channel.LETTER,
        **{"name": "Gamle Ola"} | fields,
    )


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR])
def test_a_letter_is_typed_in_by_an_official_who_is_recorded(role):
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.ACCOUNT)
    official = factories.official(consultation.authority, role)
    submission = save_draft(
        consultation,
        texts={theme_of(consultation).pk: "Kjære departement."},
        by=official,
        sender=None,
        name="Gamle Ola",
        channel=Channel.LETTER,
    )

    submit(submission, registered_by=official)

    submission = Submission.objects.get()
    assert submission.registered_by == official
    assert submission.registered_at == submission.submitted_at
    assert submission.is_identified
    assert not Notice.objects.exists()


def test_a_letter_typed_in_by_anybody_else_is_denied():
    consultation = factories.some_consultation()
    submission = letter(consultation)

    for other in factories.everyone_but(consultation.authority, Role.EDITOR, Role.MODERATOR):
        with denied():
            submit(submission, registered_by=other)


# --- Confirming ---------------------------------


def test_confirm_email_records_when_and_owes_the_receipt_once(
    django_capture_on_commit_callbacks,
):
    submission = factories.submission(**factories.named())

    with django_capture_on_commit_callbacks(execute=True):
        confirm_email(submission)
        confirm_email(submission)

    submission.refresh_from_db()
    assert submission.email_confirmed_at
    assert submission.is_identified
    assert Notice.objects.filter(key=f"receipt-{submission.pk}").count() == 1


def test_what_is_not_confirmed_is_flagged_and_waits_until_it_is(
    django_capture_on_commit_callbacks,
):
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.NAMED)
    assert consultation.acceptance == Acceptance.AUTOMATIC

    with django_capture_on_commit_callbacks(execute=True):
        submission = factories.submission(consultation, **factories.named())
    response = submission.responses.get()
    assert response.screening.flags == [Flag.UNCONFIRMED]
    assert response.status == ResponseStatus.RECEIVED

    with django_capture_on_commit_callbacks(execute=True):
        confirm_email(submission)

    response = Response.objects.get()
    assert response.screening.flags == []
    assert response.status == ResponseStatus.ACCEPTED
    assert JournalEntry.objects.filter(source=response.reference).count() == 1


# --- Taking back ---------------------------------


def test_withdraw_records_who_and_when_and_discards_the_document(
    django_capture_on_commit_callbacks,
):
    ada = factories.person("Ada Prøve")
    response = factories.screened_response(by=ada, name="Ada Prøve")
    prepared = PreparedDocument.objects.get(source=response.reference)

    with django_capture_on_commit_callbacks(execute=True):
        withdraw(response.submission, by=ada)

    response.refresh_from_db()
    assert response.status == ResponseStatus.WITHDRAWN
    assert response.withdrawn_by == ada
    assert response.withdrawn_at
    assert not PreparedDocument.objects.filter(source=response.reference).exists()
    assert not default_storage.exists(prepared.path)


@pytest.mark.parametrize(
    "status", [each for each in ResponseStatus if each != ResponseStatus.RECEIVED]
)
def test_withdraw_is_refused_when_it_does_not_wait(status):
    response = factories.response_as(status)

    with refused():
        withdraw(response.submission)


def test_withdraw_takes_back_what_waits_and_leaves_what_is_accepted():
    consultation = factories.some_consultation()
    themes = consultation.themes.filter(is_whole=False)
    submission = factories.submission(consultation, themes=list(themes))
    first, second = submission.responses.order_by("pk")
    accept_response(first, by=None)

    withdraw(submission)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (ResponseStatus.ACCEPTED, ResponseStatus.WITHDRAWN)


# --- At once ---------------------------------


@pytest.mark.django_db(transaction=True)
def test_submit_pressed_twice_at_once_is_received_once():
    submission = factories.draft(**factories.named())

    results = at_once(lambda: submit(submission), lambda: submit(submission))

    assert len(told(results)) == 1
    assert Submission.objects.get().submitted_at
    assert Notice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_submit_and_conclude_at_once_loses_nothing():
    consultation = factories.consultation_as(ConsultationStatus.UNDER_TREATMENT)
    submission = factories.draft(consultation)

    results = at_once(
        lambda: submit(submission),
        lambda: conclude_consultation(consultation, by=consultation.created_by),
    )

    told(results)
    consultation.refresh_from_db()
    is_received = Response.objects.get().status == ResponseStatus.RECEIVED
    assert is_received == (consultation.status == ConsultationStatus.UNDER_TREATMENT)


@pytest.mark.django_db(transaction=True)
def test_accept_and_withdraw_at_once_is_one_of_them():
    response = factories.screened_response()
    moderator = factories.moderator_of(response)

    results = at_once(
        lambda: accept_response(response, by=moderator),
        lambda: withdraw(response.submission),
    )

    told(results)
    response.refresh_from_db()
    is_journaled = JournalEntry.objects.filter(source=response.reference).exists()
    assert response.status in {ResponseStatus.ACCEPTED, ResponseStatus.WITHDRAWN}
    assert is_journaled == (response.status == ResponseStatus.ACCEPTED)
