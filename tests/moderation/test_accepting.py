"""The first gate: journaled, then assigned, in one transaction; or rejected with a ground."""

import pytest
from django.utils import timezone

from accounts.actions import revoke_role
from accounts.roles import Role
from archive.models import Change, EntryState, JournalEntry, PreparedDocument
from archive.vocabulary import DocumentRole, EntryKind, LegalBasis
from casework.actions import appoint_handler
from casework.models import Assignment, AssignmentStatus
from consultations.models import (
    Moderation,
    Publication,
    Response,
    ResponseStatus,
    SenderKind,
    Theme,
)
from moderation.actions import (
    accept_and_publish,
    accept_and_redact,
    accept_and_withhold,
    accept_response,
    reject_response,
)
from moderation.models import Decision, PublicationGround, RejectionGround
from tests import factories
from tests.presses import at_once, denied, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]

PRESSES = {
    "accept": accept_response,
    "accept and publish": accept_and_publish,
    "accept and redact": lambda response, by: accept_and_redact(
        response, passages=[(0, 3)], ground=PublicationGround.SECRECY, by=by
    ),
    "accept and withhold": lambda response, by: accept_and_withhold(
        response, ground=PublicationGround.HATEFUL, by=by
    ),
    "reject": lambda response, by: reject_response(response, ground=RejectionGround.SPAM, by=by),
}
each_press = pytest.mark.parametrize("press", PRESSES.values(), ids=PRESSES)
FNR = "13097200038"


@pytest.mark.parametrize(
    "status", [each for each in ResponseStatus if each != ResponseStatus.RECEIVED]
)
def test_it_is_refused_where_nothing_waits(status):
    response = factories.response_as(status)
    moderator = factories.moderator_of(response)

    for press in PRESSES.values():
        with refused(response.reference, response.get_status_display()):
            press(response, by=moderator)


def test_it_is_denied_to_everybody_but_the_authoritys_moderator():
    response = factories.screened_response()

    for other in factories.everyone_but(response.consultation.authority, Role.MODERATOR):
        for press in PRESSES.values():
            with denied():
                press(response, by=other)


# --- Accepting ---------------------------------


def test_accept_records_who_and_when():
    response = factories.screened_response()
    moderator = factories.moderator_of(response)
    before = timezone.now()

    decision = accept_response(response, by=moderator)

    response.refresh_from_db()
    assert response.status == ResponseStatus.ACCEPTED
    assert response.publication == Publication.PENDING
    assert response.accepted_by == moderator
    assert before <= response.accepted_at <= timezone.now()
    assert (decision.outcome, decision.decided_by) == (Decision.Outcome.ACCEPTED, moderator)
    assert before <= decision.decided_at


def test_accept_is_journaled_before_it_is_assigned():
    response = factories.screened_response()

    accept_response(response, by=factories.moderator_of(response))

    assignment = Assignment.objects.get(response=response)
    assert assignment.entry.source == response.reference
    assert assignment.entry.created_at <= assignment.assigned_at
    assert assignment.status == AssignmentStatus.ASSIGNED


def test_accept_journals_what_the_sender_sent_byte_for_byte():
    files = [("brev.pdf", factories.PDF), ("kart.png", factories.PNG)]
    response = factories.screened_response(files=files)
    sent = [attachment.sha256 for attachment in response.submission.attachments.all()]

    accept_response(response, by=factories.moderator_of(response))

    entry = JournalEntry.objects.get(source=response.reference)
    main, *attached = entry.documents.all()
    assert (main.role, main.format) == (DocumentRole.MAIN, "pdf")
    assert [each.role for each in attached] == [DocumentRole.ATTACHMENT] * 2
    assert [each.sha256 for each in attached] == sent
    assert not PreparedDocument.objects.filter(source=response.reference).exists()


def test_each_response_of_a_submission_is_journaled_with_all_its_attachments():
    consultation = factories.some_consultation()
    submission = factories.submission(
        consultation,
        themes=list(consultation.themes.all()),
        files=[("brev.pdf", factories.PDF)],
    )
    sent = submission.attachments.get().sha256

    for response in submission.responses.all():
        accept_response(response, by=None)

    entries = JournalEntry.objects.filter(kind=EntryKind.INCOMING)
    assert {entry.source for entry in entries} == {
        response.reference for response in submission.responses.all()
    }
    assert len(entries) == 3
    for entry in entries:
        assert entry.documents.get(role=DocumentRole.ATTACHMENT).sha256 == sent


def test_accept_journals_the_organisation_and_who_wrote_for_it_but_no_name_in_the_title():
    consultation = factories.open_for_answers(title="En god høring")
    response = factories.screened_response(
        consultation,
        sender_kind=SenderKind.ORGANISATION,
        organisation_name="Prøveforbundet",
        name="Ada Prøve",
        email="ada@prove.example",
    )

    accept_response(response, by=factories.moderator_of(response))

    entry = JournalEntry.objects.get(source=response.reference)
    party = entry.parties.get()
    assert entry.kind == EntryKind.INCOMING
    assert entry.title == "Høringssvar – En god høring"
    assert entry.keywords == [response.theme.title]
    assert entry.received_at == response.received_at
    assert (party.name, party.contact_person) == ("Prøveforbundet", "Ada Prøve")
    assert not party.is_person


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"sender_kind": SenderKind.ANONYMOUS}, "Anonym"), (factories.named("Nora Prøve"), None)],
)
def test_accept_journals_a_person_as_a_person(fields, name):
    response = factories.screened_response(**fields)

    accept_response(response, by=factories.moderator_of(response))

    party = JournalEntry.objects.get(source=response.reference).parties.get()
    assert party.name == (name or "Nora Prøve")
    assert party.is_person


def test_accept_counts():
    response = factories.screened_response()

    accept_response(response, by=None)

    tally = Theme.objects.get(pk=response.theme_id).tally
    assert (tally.accepted, tally.published, tally.withheld) == (1, 0, 0)


def test_accept_screens_a_name_that_the_sender_wants_hidden_until_it_is_decided():
    fields = factories.named("Nora Prøve") | {"hide_name": True, "hide_name_reason": "Trusler."}
    response = factories.screened_response(**fields)
    moderator = factories.moderator_of(response)

    accept_response(response, by=moderator)

    state = EntryState.objects.get(entry__source=response.reference)
    assert state.legal_basis == LegalBasis.OFFL_13
    assert state.is_sender_screened
    assert state.screened_document == ""
    assert Change.objects.filter(
        entry=state.entry, element="skjermingshjemmel", changed_by=moderator.name
    ).exists()


# --- To whom it goes ---------------------------------


def test_accept_assigns_to_the_case_handler_of_the_theme():
    response = factories.screened_response()

    accept_response(response, by=None)

    assignment = Assignment.objects.get()
    state = EntryState.objects.get(entry=assignment.entry)
    assert assignment.handler == response.theme.theme_handler.handler
    assert assignment.assigned_by is None
    assert state.case_handler == assignment.handler.name
    assert state.unit == response.consultation.unit


def test_accept_assigns_the_whole_to_the_official_in_charge():
    consultation = factories.some_consultation()
    whole = consultation.themes.get(is_whole=True)
    response = factories.screened_response(consultation, themes=[whole])

    accept_response(response, by=None)

    assert Assignment.objects.get().handler == consultation.responsible


def test_accept_assigns_to_the_official_in_charge_when_the_handler_has_lost_the_role():
    response = factories.screened_response()
    handler = response.theme.theme_handler.handler
    administrator = factories.official(response.consultation.authority, Role.ADMINISTRATOR)
    revoke_role(handler.memberships.get(), by=administrator)

    accept_response(response, by=None)

    assert Assignment.objects.get().handler == response.consultation.responsible


def test_accept_assigns_to_the_official_in_charge_when_the_handler_is_gone():
    response = factories.screened_response()
    handler = response.theme.theme_handler.handler
    handler.is_active = False
    handler.save()

    accept_response(response, by=None)

    assert Assignment.objects.get().handler == response.consultation.responsible


def test_accept_assigns_by_the_role_at_this_authority_and_not_at_another():
    response = factories.screened_response()
    authority = response.consultation.authority
    handler = factories.official(authority, Role.CASE_HANDLER)
    appoint_handler(response.theme, handler, by=None)
    handler.memberships.create(authority=factories.authority(), role=Role.CASE_HANDLER)
    revoke_role(handler.memberships.get(authority=authority), by=None)

    accept_response(response, by=None)

    assert Assignment.objects.get().handler == response.consultation.responsible


# --- Moderation before, after, or none ---------------------------------


@pytest.mark.parametrize(
    ("moderation", "publication"),
    [
        (Moderation.BEFORE, Publication.PENDING),
        (Moderation.AFTER, Publication.PUBLISHED),
        (Moderation.NONE, Publication.PUBLISHED),
    ],
)
def test_accept_publishes_at_once_where_moderation_comes_after_or_not_at_all(
    moderation, publication
):
    consultation = factories.open_for_answers(moderation=moderation)
    response = factories.screened_response(consultation)
    moderator = factories.moderator_of(response)

    accept_response(response, by=moderator)

    response.refresh_from_db()
    outcomes = list(Decision.objects.values_list("outcome", "decided_by"))
    published = [("published", None)] if publication == Publication.PUBLISHED else []
    assert response.publication == publication
    assert outcomes == [("accepted", moderator.pk), *published]


@pytest.mark.parametrize("moderation", [Moderation.AFTER, Moderation.NONE])
@pytest.mark.parametrize(
    "fields",
    [
        {"text": f"Mitt nummer er {FNR}."},
        {"files": [("brev.pdf", factories.PDF)]},
        factories.named() | {"hide_name": True},
    ],
    ids=["personal data", "attachment", "hidden name"],
)
def test_accept_never_publishes_by_itself_what_somebody_must_look_at(moderation, fields):
    consultation = factories.open_for_answers(moderation=moderation)
    response = factories.screened_response(consultation, **fields)

    accept_response(response, by=factories.moderator_of(response))

    response.refresh_from_db()
    assert response.status == ResponseStatus.ACCEPTED
    assert response.publication == Publication.PENDING
    assert not response.submission.attachments.filter(is_public=True).exists()


# --- Rejecting ---------------------------------


@pytest.mark.parametrize("ground", RejectionGround)
def test_reject_records_who_when_and_why_and_journals_nothing(ground):
    response = factories.screened_response()
    moderator = factories.moderator_of(response)
    journaled = JournalEntry.objects.count()

    reject_response(response, ground=ground, reason="Det er reklame.", by=moderator)

    response.refresh_from_db()
    decision = Decision.objects.get()
    assert response.status == ResponseStatus.REJECTED
    assert response.rejected_by == moderator
    assert response.rejected_at
    assert (decision.outcome, decision.ground) == ("rejected", ground)
    assert (decision.reason, decision.decided_by) == ("Det er reklame.", moderator)
    assert JournalEntry.objects.count() == journaled
    assert not Assignment.objects.exists()


def test_reject_keeps_the_words_and_deletes_the_document_after_the_commit(
    django_capture_on_commit_callbacks, media_root
):
    response = factories.screened_response(text="Kjøp nå.")
    path = PreparedDocument.objects.get(source=response.reference).path

    with django_capture_on_commit_callbacks(execute=True):
        reject_response(response, ground=RejectionGround.SPAM, by=None)
        assert (media_root / path).exists()

    assert Response.objects.get().text == "Kjøp nå."
    assert not PreparedDocument.objects.filter(source=response.reference).exists()
    assert not (media_root / path).exists()


@pytest.mark.django_db(transaction=True)
def test_accept_and_reject_at_once_is_one_of_them():
    response = factories.screened_response()
    kari, ola = factories.moderator_of(response), factories.moderator_of(response)

    results = at_once(
        lambda: accept_response(response, by=kari),
        lambda: reject_response(response, ground=RejectionGround.SPAM, by=ola),
    )

    told(results)
    response.refresh_from_db()
    decision = Decision.objects.get()
    assert decision.outcome == response.status
    is_journaled = JournalEntry.objects.filter(source=response.reference).exists()
    assert is_journaled == (response.status == ResponseStatus.ACCEPTED)


@pytest.mark.django_db(transaction=True)
def test_two_accepted_at_once_get_two_numbers_without_a_gap():
    consultation = factories.some_consultation()
    first, second = (factories.screened_response(consultation) for _ in range(2))
    moderator = factories.moderator_of(consultation)

    at_once(
        lambda: accept_response(first, by=moderator),
        lambda: accept_response(second, by=moderator),
    )

    assert list(JournalEntry.objects.order_by("number").values_list("number", flat=True)) == [
        1,
        2,
        3,
    ]
    assert first.theme.tally.accepted == 2
