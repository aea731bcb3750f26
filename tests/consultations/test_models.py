"""What a consultation, a submission and a response say of themselves, and what the database
refuses to hold."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from consultations.models import (
    Consultation,
    Publication,
    Response,
    ResponseStatus,
    SenderKind,
    Submission,
    Subscription,
)
from consultations.models.submission import ALPHABET, new_reference, new_token
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]


def broken(rule):
    return pytest.raises(IntegrityError, match=rule)


# --- Consultations ---------------------------------


@pytest.mark.parametrize(
    ("status", "takes"),
    [
        ("draft", False),
        ("published", False),
        ("opened", True),
        ("closed", True),
        ("treatment_started", True),
        ("concluded", False),
    ],
)
def test_responses_are_taken_from_opening_to_conclusion(status, takes):
    assert Consultation(status=status).takes_responses == takes


def test_a_consultation_is_past_its_deadline_from_that_moment():
    now = timezone.now()

    assert Consultation(deadline_at=now).is_past_deadline
    assert not Consultation(deadline_at=now + timedelta(minutes=1)).is_past_deadline


def test_drafts_are_not_public():
    draft = factories.drafted_consultation()
    published = factories.published_consultation()

    public = Consultation.objects.public()
    assert published in public
    assert draft not in public


def test_staff_see_the_consultations_of_their_own_authorities():
    mine, theirs = factories.drafted_consultation(), factories.drafted_consultation()

    assert list(Consultation.objects.visible_to(mine.created_by)) == [mine]
    assert theirs not in Consultation.objects.visible_to(mine.created_by)
    assert not Consultation.objects.visible_to(factories.person()).exists()


def test_the_deadline_must_be_after_the_opening():
    now = timezone.now()

    with broken("deadline_is_after_opening"), transaction.atomic():
        factories.drafted_consultation(opens_at=now, deadline_at=now)


def test_the_archive_knows_a_consultation_by_what_never_changes():
    consultation = factories.drafted_consultation()
    before = consultation.source

    consultation.slug = "et-annet-navn"

    assert consultation.source == before


def test_a_consultation_has_one_theme_that_is_the_whole():
    consultation = factories.drafted_consultation()

    with broken("whole_is_one"), transaction.atomic():
        consultation.themes.create(title="Enda en", slug="enda-en", position=9, is_whole=True)


def test_themes_stand_in_their_order_with_the_whole_at_the_end():
    consultation = factories.drafted_consultation(themes=("Andre", "Første"))
    consultation.themes.filter(title="Første").update(position=0)

    titles = [theme.title for theme in consultation.themes.all()]

    assert titles == ["Første", "Andre", "Høringen som helhet"]


def test_questions_are_the_lines_that_say_something():
    theme = factories.drafted_consultation().themes.first()
    theme.questions = " Hva? \n\n  \nHvorfor?\n"

    assert theme.question_list == ["Hva?", "Hvorfor?"]


# --- Submissions ---------------------------------


def test_references_are_easy_to_read_and_do_not_repeat():
    references = {new_reference() for _ in range(2000)}

    assert len(references) == 2000
    shape = re.compile(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}")
    assert all(shape.fullmatch(reference) for reference in references)
    assert not set("01OIL") & set(ALPHABET)


def test_tokens_hold_32_bytes_of_chance():
    tokens = {new_token() for _ in range(2000)}

    assert len(tokens) == 2000
    assert {len(token) for token in tokens} == {43}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (SenderKind.PERSON, "Ada Prøve"),
        (SenderKind.ORGANISATION, "Prøveforbundet"),
        (SenderKind.ANONYMOUS, "Anonym"),
    ],
)
def test_the_name_in_the_journal_is_the_senders(kind, name):
    submission = Submission(sender_kind=kind, name="Ada Prøve", organisation_name="Prøveforbundet")

    assert submission.sender_name == name


def test_mails_go_to_the_address_given_or_else_to_the_accounts():
    ada = factories.person(email="ada@prove.example")

    assert Submission(sender=ada, email="jobb@prove.example").contact_email == "jobb@prove.example"
    assert Submission(sender=ada).contact_email == "ada@prove.example"
    assert Submission().contact_email == ""


def test_who_sent_what_is_found_by_account():
    ada = factories.person("Ada Prøve")
    mine = factories.submission(by=ada, name="Ada Prøve")
    draft = factories.draft(mine.consultation, by=ada, name="Ada Prøve")
    factories.submission(mine.consultation)

    assert set(Submission.objects.of_sender(ada)) == {mine, draft}
    assert list(Submission.objects.drafts()) == [draft]
    assert draft not in Submission.objects.submitted()


def test_what_is_sent_has_a_sender():
    submission = factories.submission(**factories.named())

    with broken("sent_has_a_sender"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(name="")


# --- Responses ---------------------------------


@pytest.mark.parametrize(
    ("publication", "text"),
    [
        (Publication.PENDING, ""),
        (Publication.PUBLISHED, "Hele teksten."),
        (Publication.REDACTED, "█████e teksten."),
        (Publication.WITHHELD, ""),
    ],
)
def test_the_public_text_is_what_everybody_may_read(publication, text):
    response = factories.response_shown_as(publication, text="Hele teksten.")

    assert response.public_text == text


def test_the_public_name_is_the_senders_unless_hidden_or_unknown():
    named = factories.submitted_response(**factories.named("Nora Prøve"))
    anonymous = factories.submitted_response()

    assert str(named.public_sender) == "Nora Prøve"
    assert named.has_public_name
    assert not anonymous.has_public_name
    assert str(anonymous.public_sender) != "Anonym Prøve"
    named.is_name_hidden = True
    assert "Nora" not in str(named.public_sender)
    assert not named.has_public_name


def test_only_what_is_accepted_can_be_public():
    response = factories.screened_response()

    with broken("public_is_accepted"), transaction.atomic():
        Response.objects.filter(pk=response.pk).update(publication=Publication.PUBLISHED)


@pytest.mark.parametrize("publication", [Publication.REDACTED, Publication.WITHHELD])
def test_what_is_kept_back_has_a_ground(publication):
    response = factories.response_shown_as(publication)

    with broken("kept_back_has_a_ground"), transaction.atomic():
        Response.objects.filter(pk=response.pk).update(legal_ground="")


def test_a_response_is_one_for_each_theme():
    response = factories.submitted_response()

    with broken("one_for_a_theme"), transaction.atomic():
        Response.objects.create(
            submission=response.submission,
            consultation=response.consultation,
            theme=response.theme,
            reference="en-til",
        )


def test_what_awaits_a_moderator_is_on_either_axis():
    consultation = factories.some_consultation()
    received = factories.screened_response(consultation)
    pending = factories.accepted_response(consultation)
    factories.response_shown_as(Publication.PUBLISHED, consultation)
    factories.response_as(ResponseStatus.REJECTED, consultation)
    factories.draft(consultation)

    assert set(Response.objects.awaiting_moderation()) == {received, pending}
    assert list(Response.objects.awaiting_acceptance()) == [received]
    assert list(Response.objects.awaiting_publication()) == [pending]


# --- Subscriptions ---------------------------------


def test_an_address_follows_a_thing_once_and_one_thing_at_a_time():
    consultation = factories.published_consultation()
    Subscription.objects.create(email="ada@prove.example", consultation=consultation)
    Subscription.objects.create(email="ada@prove.example")

    with broken("is_held_once"), transaction.atomic():
        Subscription.objects.create(email="ada@prove.example", consultation=consultation)
    with broken("is_held_once"), transaction.atomic():
        Subscription.objects.create(email="ada@prove.example")
    with broken("follows_one_thing"), transaction.atomic():
        Subscription.objects.create(
            email="eva@prove.example", consultation=consultation, authority=consultation.authority
        )


@pytest.mark.parametrize("name", ["name", "email", "organisation_name", "organisation_number"])
def test_the_anonymous_are_stored_as_nobody(name):
    draft = factories.draft(sender_kind=SenderKind.ANONYMOUS)

    with broken("consultations_submission_anonymous_is_nobody"), transaction.atomic():
        Submission.objects.filter(pk=draft.pk).update(**{name: "974760673"})
