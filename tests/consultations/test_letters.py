"""What stands on the pages that are archived."""

import pytest

from archive.pdf import render_pdf
from consultations.actions import invite_consultee, save_draft
from consultations.letters import (
    consultee_list_page,
    letter_page,
    original_text,
    response_page,
)
from consultations.models import Channel, Response, SenderKind
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]


def page_of(response, **other):
    response = Response.objects.select_related("submission", "theme", "consultation").get(
        pk=response.pk
    )
    return response_page(response, **other)


def test_the_letter_says_who_asks_what_for_and_until_when():
    consultation = factories.drafted_consultation(letter="Kjære alle.", language="nn")

    page = letter_page(consultation)

    facts = dict(page.facts)
    assert page.title == f"Høring – {consultation.title}"
    assert page.language == "nn"
    assert page.body == "Kjære alle."
    assert facts["Avsender"] == consultation.authority.name
    assert "kl." in facts["Høringsfrist"]
    assert ("Formål", consultation.purpose) in page.sections
    assert render_pdf(page).startswith(b"%PDF-")


def test_the_list_names_the_bodies_and_no_addresses():
    consultation = factories.drafted_consultation()
    invite_consultee(
        consultation, name="Laget", email="post@laget.example", by=consultation.created_by
    )

    page = consultee_list_page(consultation, list(consultation.consultees.all()))

    assert page.body == "Laget"
    assert "@" not in str(page)


def test_a_response_says_who_when_on_what_and_its_reference():
    response = factories.submitted_response(text="Ja.", **factories.named("Nora Prøve"))

    page = page_of(response)

    facts = dict(page.facts)
    assert page.title == "Høringssvar"
    assert page.body == "Ja."
    assert facts["Avsender"] == "Nora Prøve"
    assert facts["Tema"] == response.theme.title
    assert facts["Referanse"] == response.reference == page.footer
    assert page.created_at == response.received_at
    assert "Kommet som" not in facts
    assert "@" not in str(page)


def test_an_organisations_response_says_its_number_and_who_sent_it():
    response = factories.submitted_response(
        sender_kind=SenderKind.ORGANISATION,
        organisation_name="Prøveforbundet",
        organisation_number="974760673",
        name="Ada Prøve",
        email="ada@prove.example",
    )

    facts = dict(page_of(response).facts)

    assert facts["Avsender"] == "Prøveforbundet"
    assert facts["Organisasjonsnummer"] == "974760673"
    assert facts["Sendt av"] == "Ada Prøve"


@pytest.mark.parametrize(
    ("channel", "words"),
    [(Channel.EMAIL, "E-post"), (Channel.LETTER, "Brev"), (Channel.ORAL, "Muntlig")],
)
def test_a_response_that_came_otherwise_says_how(channel, words):
    response = factories.submitted_response(channel=channel, **factories.named())

    assert dict(page_of(response).facts)["Kommet som"] == words


def test_the_redacted_page_shows_another_text_and_names_nobody():
    response = factories.submitted_response(
        text="Det hemmelige.",
        sender_kind=SenderKind.ORGANISATION,
        organisation_name="Prøveforbundet",
        organisation_number="974760673",
        name="Ada Prøve",
        email="ada@prove.example",
    )

    page = page_of(response, text="Det █████.", sender="Navn unntatt offentlighet")

    assert page.body == "Det █████."
    for hidden in ("hemmelige", "Prøveforbundet", "974760673", "Ada Prøve"):
        assert hidden not in str(page)


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Ingen merknader."), ("nn", "Ingen merknader."), ("en", "No remarks.")],
)
def test_no_remarks_is_said_in_the_senders_language(language, words):
    consultation = factories.some_consultation()
    theme = consultation.themes.first()
    submission = save_draft(
        consultation,
        texts={theme.pk: ""},
        no_remarks=[theme.pk],
        sender_kind=SenderKind.ANONYMOUS,
        language=language,
    )

    assert original_text(submission.responses.get()) == words


def test_no_remarks_with_a_text_is_the_text():
    consultation = factories.some_consultation()
    theme = consultation.themes.first()
    submission = save_draft(
        consultation,
        texts={theme.pk: "Bare dette."},
        no_remarks=[theme.pk],
        sender_kind=SenderKind.ANONYMOUS,
    )

    assert original_text(submission.responses.get()) == "Bare dette."
