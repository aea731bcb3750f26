"""Answering in the browser: nothing typed is lost, and what is sent is sent once."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.abuse import opened_at
from consultations.actions import (
    close_consultation,
    save_draft,
)
from consultations.forms.answering import MAX_TEXT_LENGTH
from consultations.models import Response, Submission
from consultations.receipts import receipt_mail
from tests import factories
from tests.consultations.answering import address, start, typed

pytestmark = pytest.mark.django_db


def test_answer_from_form_to_receipt(client, consultation):
    page = client.get(start(consultation))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]

    page = client.post(start(consultation), typed(consultation))
    draft = Submission.objects.get()
    assert page["Location"] == address("draft-check", draft)
    assert "Jeg mener noe." in client.get(page["Location"]).content.decode()

    page = client.post(address("draft-send", draft))
    assert page["Location"] == address("receipt-show", draft)
    receipt = client.get(page["Location"])

    draft.refresh_from_db()
    assert not draft.is_draft
    assert draft.reference in receipt.content.decode()
    assert receipt["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in receipt["Cache-Control"]


def test_who_mends_what_was_wrong_at_once_is_no_machine(client, consultation, settings):
    settings.FORM_MINIMUM_SECONDS = 3
    with time_machine.travel("2026-11-22 12:00:00+00:00", tick=False) as clock:
        fields = {"opened": opened_at()}
        clock.shift(60)
        client.post(start(consultation), typed(consultation, email="", **fields))
        draft = Submission.objects.get()
        fields = {"opened": opened_at()}
        clock.shift(1)

        page = client.post(address("draft-edit", draft), typed(consultation, **fields))
        machine = Client().post(address("draft-edit", draft), typed(consultation, **fields))

    assert page["Location"] == address("draft-check", draft)
    assert machine["Location"] != address("draft-check", draft)


def test_how_long_a_draft_is_kept_is_told_to_who_has_no_account(client, consultation):
    there = f"/en{start(consultation).removeprefix('/nb')}"
    assert "90 days" in client.get(there).content.decode()

    client.force_login(factories.person())

    assert "90 days" not in client.get(there).content.decode()


def test_form_is_shown_with_a_fixed_number_of_queries(client, django_assert_num_queries):
    small = factories.open_for_answers(themes=("Fastlege",))
    large = factories.open_for_answers(small.authority, themes=("Fastlege", "Sykehjem", "Rus"))

    for consultation in (small, large):
        with django_assert_num_queries(2):
            client.get(start(consultation))


def test_draft_and_check_are_shown_with_a_fixed_number_of_queries(
    client, consultation, django_assert_num_queries
):
    themes = list(consultation.themes.all())
    small = factories.draft(consultation, themes=themes[:1])
    large = factories.draft(consultation, themes=themes)

    for draft in (small, large):
        with django_assert_num_queries(5):
            client.get(address("draft-edit", draft))
        with django_assert_num_queries(6):
            client.get(address("draft-check", draft))


def test_errors_stand_at_the_field_and_in_the_summary_and_keep_what_was_typed(client, consultation):
    fields = typed(
        consultation,
        "Lang tekst.\n\nMed <b>tegn</b> & mer.",
        name="",
        email="nora@",
        hide_name="on",
        hide_name_reason="",
    )

    page = client.post(start(consultation), fields, follow=True)

    shown = page.content.decode()
    assert set(page.context["form"].errors) == {"name", "email", "hide_name_reason"}
    assert 'href="#id_name"' in shown
    assert 'id="id_name_error"' in shown
    assert 'value="nora@"' in shown
    assert "Lang tekst.\n\nMed &lt;b&gt;tegn&lt;/b&gt; &amp; mer." in shown
    assert Response.objects.get().text == fields[list(fields)[4]]
    assert Submission.objects.get().email == "nora@"


@pytest.mark.parametrize("press", ["save", "check"])
def test_form_with_nothing_in_it_saves_nothing_and_says_so(client, consultation, press):
    first = consultation.themes.filter(is_whole=False).first()
    untouched = {
        "sender_kind": "anonymous",
        "language": "nn",
        f"text-{first.pk}": " \r\n ",
        press: "",
    }

    page = client.post(start(consultation), untouched)

    assert Submission.objects.count() == 0
    assert set(page.context["form"].errors) == {f"text-{first.pk}"}


@pytest.mark.parametrize("press", ["save", "check"])
def test_first_press_with_an_error_leads_to_the_drafts_own_address(client, consultation, press):
    page = client.post(start(consultation), typed(consultation, email="nora@", press=press))

    draft = Submission.objects.get()
    there = address("draft-edit", draft) + ("?check" if press == "check" else "")
    assert page["Location"] == there
    assert set(client.get(there).context["form"].errors) == {"email"}
    assert set(client.get(there).context["form"].errors) == {"email"}


def test_nothing_answered_is_told_before_it_is_sent(client, consultation):
    page = client.post(start(consultation), typed(consultation, "  \n "), follow=True)

    theme = consultation.themes.filter(is_whole=False).first()
    assert set(page.context["form"].errors) == {f"text-{theme.pk}"}


def test_no_remarks_is_one_tick(client, consultation):
    client.post(start(consultation), typed(consultation, "", no_remarks="on"))
    draft = Submission.objects.get()

    client.post(address("draft-send", draft))

    response = Response.objects.get()
    assert response.theme.is_whole
    assert response.has_no_remarks
    assert response.received_at


def test_no_remarks_beside_an_answer_is_a_contradiction(client, consultation):
    page = client.post(start(consultation), typed(consultation, no_remarks="on"), follow=True)

    assert set(page.context["form"].errors) == {"no_remarks"}


def test_text_over_the_limit_is_refused_and_given_back(client, consultation):
    long = "å" * (MAX_TEXT_LENGTH + 1)

    page = client.post(start(consultation), typed(consultation, long), follow=True)

    [name] = page.context["form"].errors
    assert name.startswith("text-")
    assert long in page.content.decode()
    assert client.post(address("draft-send", Submission.objects.get()))["Location"].endswith(
        "?check"
    )
    assert Submission.objects.get().is_draft


def test_text_at_the_limit_and_hostile_signs_are_taken(client, consultation):
    hostile = "\x00\r\n<script>alert(1)</script>{{ 7 }}\u202e" + "x" * 1000

    page = client.post(start(consultation), typed(consultation, hostile, name="Ola\r\nBcc: x\x00"))

    draft = Submission.objects.get()
    shown = client.get(page["Location"]).content.decode()
    assert draft.name == "Ola Bcc: x"
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 }}" in shown


def test_check_points_out_personal_data_and_lets_the_sender_go_on(client, consultation):
    client.post(start(consultation), typed(consultation, "Ring meg på tlf. 22 33 44 55 da."))
    draft = Submission.objects.get()

    page = client.get(address("draft-check", draft))

    assert page.context["has_personal_data"]
    assert "<mark>22 33 44 55</mark> da." in page.content.decode()
    client.post(address("draft-send", draft))
    assert not Submission.objects.get().is_draft


def test_check_of_what_lacks_nothing_personal_says_nothing_of_it(client, consultation):
    draft = factories.draft(consultation)

    page = client.get(address("draft-check", draft))

    assert not page.context["has_personal_data"]
    assert "<mark>" not in page.content.decode()


def test_check_promises_the_anonymous_nothing_about_a_name(client, consultation):
    anonymous = factories.draft(consultation)
    named = factories.draft(consultation, **factories.named())

    shown = [
        client.get(address("draft-check", each)).content.decode() for each in (anonymous, named)
    ]

    assert ["med navnet ditt" in each for each in shown] == [False, True]
    assert ["uten navn" in each for each in shown] == [True, False]


def test_check_of_an_unfinished_draft_goes_back_to_the_form(client, consultation):
    draft = factories.draft(consultation, sender_kind="person", name="")

    page = client.get(address("draft-check", draft), follow=True)

    assert page.redirect_chain == [(address("draft-edit", draft) + "?check", 302)]
    assert set(page.context["form"].errors) == {"name", "email"}


def test_send_pressed_twice_shows_the_receipt(client, consultation):
    draft = factories.draft(consultation)

    first = client.post(address("draft-send", draft))
    second = client.post(address("draft-send", draft))

    assert first["Location"] == second["Location"] == address("receipt-show", draft)
    assert Response.objects.exclude(received_at=None).count() == 1


def test_what_is_sent_can_not_be_edited_or_checked(client, consultation):
    sent = factories.submission(consultation)

    for name in ("draft-edit", "draft-check"):
        assert client.get(address(name, sent))["Location"] == address("receipt-show", sent)
    client.post(address("draft-edit", sent), typed(consultation, "Noe helt annet."))
    assert sent.responses.get().text == "Jeg mener noe om dette."


def test_late_answer_is_told_and_marked(client, consultation):
    draft = factories.draft(consultation)
    type(consultation).objects.filter(pk=consultation.pk).update(
        opens_at=timezone.now() - timedelta(days=2),
        deadline_at=timezone.now() - timedelta(hours=1),
    )
    consultation.refresh_from_db()
    close_consultation(consultation)
    deadline = 'data-color="warning"'
    assert deadline in client.get(start(consultation)).content.decode()
    assert deadline in client.get(address("draft-check", draft)).content.decode()

    client.post(address("draft-send", draft))

    draft.refresh_from_db()
    assert draft.is_late
    receipt = client.get(address("receipt-show", draft)).content.decode()
    assert "ds-tag" in receipt
    assert "sende mer" not in receipt
    assert "fram til fristen" not in receipt_mail(draft, consultation)[1]


def test_consultation_that_is_not_open_yet_says_so(client):
    consultation = factories.published_consultation(
        opens_at=timezone.now() + timedelta(days=1), deadline_at=timezone.now() + timedelta(days=50)
    )

    page = client.post(start(consultation), typed(consultation))

    assert page.status_code == 409
    assert Submission.objects.count() == 0


def test_who_is_invited_is_told_before_one_writes(client, consultation):
    of_the_invited = factories.open_for_answers(consultation.authority, access="invited")
    addresses = [f"/en{start(each)[3:]}" for each in (consultation, of_the_invited)]

    first, second = (client.get(each).content.decode() for each in addresses)

    assert "Only those who are invited" not in first
    assert "Only those who are invited" in second


def test_draft_consultation_is_not_found(client):
    consultation = factories.drafted_consultation()

    assert client.get(start(consultation)).status_code == 404


def test_refusal_at_sending_is_told_on_the_check_page(client):
    consultation = factories.open_for_answers(access="invited")
    draft = factories.draft(consultation, **factories.named())

    page = client.post(address("draft-send", draft), follow=True)

    assert page.redirect_chain == [(address("draft-check", draft), 302)]
    assert 'role="alert"' in page.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft


def test_saved_draft_is_shown_as_it_was_saved(client, consultation):
    theme = consultation.themes.first()
    draft = save_draft(
        consultation,
        texts={theme.pk: "Første linje\nandre"},
        sender_kind="person",
        name="Nora Prøve",
        email="nora@",
        language="nn",
    )

    shown = client.get(address("draft-edit", draft)).content.decode()

    assert "Første linje\nandre" in shown
    assert 'value="nora@"' in shown
    assert '<option value="nn" selected>' in shown


def test_wrong_name_and_refused_file_are_told_once_at_the_drafts_address(client, consultation):
    files = [SimpleUploadedFile("virus.exe", b"MZ")]

    page = client.post(
        start(consultation), typed(consultation, name="N" * 151, attachments=files), follow=True
    )

    again = client.get(page.redirect_chain[0][0])
    assert set(page.context["form"].errors) == {"name", "attachments"}
    assert 'id="id_attachments_error"' in page.content.decode()
    assert set(again.context["form"].errors) == {"name"}  # for nothing is stored of what was cut
