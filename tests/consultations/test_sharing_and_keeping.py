"""A draft is kept as one types, read by colleagues, and "no remarks" is one press."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Affiliation
from accounts.rules import ActionRefused
from consultations.actions import (
    comment_on_draft,
    invite_consultee,
    send_no_remarks,
    share_draft,
    stop_sharing,
    submit,
    withdraw,
)
from consultations.models import DraftComment, Response, Submission, WhoMayAnswer
from tests import factories
from tests.enhetsregisteret import ASSOCIATION, enhetsregisteret

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return factories.person("Ada Prøve")


@pytest.fixture
def body(consultation, ada):
    """An invited organisation that Ada speaks for; it is invited by name only."""
    body = factories.organisation("Prøveforbundet", organisation_number="974760673")
    Affiliation.objects.create(user=ada, organisation=body)
    invite_consultee(consultation, name="PRØVEFORBUNDET", by=consultation.created_by)
    return body


def first_theme(consultation):
    return consultation.themes.filter(is_whole=False).first()


def typed(consultation, text="Jeg mener noe.", **fields):
    name = f"text-{first_theme(consultation).pk}"
    return {"sender_kind": "person", "name": "Ada Prøve", "language": "nb", name: text} | fields


def of_consultation(name, consultation):
    return reverse(f"consultations:{name}", args=[consultation.slug])


def of_draft(name, draft):
    return reverse(f"consultations:{name}", args=[draft.token])


def reading(draft):
    return reverse("consultations:shared-draft-show", args=[draft.reading_token])


# --- Kept as one types


def test_draft_is_kept_from_the_first_words_and_on(client, ada, consultation):
    client.force_login(ada)

    first = client.post(of_consultation("draft-keep-first", consultation), typed(consultation))
    kept = first.json()
    again = client.post(
        kept["keep"], typed(consultation, "Jeg mener mer.") | {"as_of": kept["as_of"]}
    )

    draft = Submission.objects.get()
    assert kept["address"] == of_draft("draft-edit", draft)
    assert draft.sender == ada
    assert draft.responses.get().text == "Jeg mener mer."
    assert again.json()["as_of"] == draft.changed_at.isoformat()
    assert not again.json()["is_late"]


def test_nothing_is_kept_of_an_empty_form(client, ada, consultation):
    client.force_login(ada)

    page = client.post(of_consultation("draft-keep-first", consultation), typed(consultation, " "))

    assert page.json() == {}
    assert not Submission.objects.exists()


def test_nothing_is_kept_by_itself_of_who_wants_to_be_anonymous(client, ada, consultation):
    client.force_login(ada)

    page = client.post(
        of_consultation("draft-keep-first", consultation),
        typed(consultation, sender_kind="anonymous"),
    )

    assert page.json() == {}
    assert not Submission.objects.exists()


def test_draft_without_an_account_is_not_kept_on_the_server_by_itself(client, consultation):
    draft = factories.draft(consultation, text="Før.", **factories.named())

    page = client.post(of_draft("draft-keep", draft), typed(consultation, "Etter."))

    assert page.status_code == 409
    assert draft.responses.get().text == "Før."


def test_what_is_kept_after_log_out_waits_for_the_log_in(client, ada, consultation):
    draft = factories.draft(consultation, by=ada, text="Før.", name="Ada", sender_kind="person")

    page = client.post(of_draft("draft-keep", draft), typed(consultation, "Etter."))
    client.force_login(ada)

    assert page.status_code == 302
    assert draft.responses.get().text == "Før."
    assert "Etter." in client.get(of_draft("draft-edit", draft)).content.decode()


def test_draft_of_another_account_is_not_kept(client, ada, consultation):
    draft = factories.draft(consultation, by=ada, text="Før.", name="Ada", sender_kind="person")
    client.force_login(factories.person())

    page = client.post(of_draft("draft-keep", draft), typed(consultation, "Etter."))

    assert page.status_code == 404
    assert draft.responses.get().text == "Før."


def test_who_saves_over_another_window_is_told(client, ada, consultation):
    client.force_login(ada)
    draft = factories.draft(consultation, by=ada, name="Ada", sender_kind="person")
    as_of = draft.changed_at.isoformat()
    fields = typed(consultation, "Først.", as_of=as_of)
    english = f"/en{of_draft('draft-keep', draft).removeprefix('/nb')}"

    first = client.post(english, fields).json()
    second = client.post(english, typed(consultation, "Sist.", as_of=as_of)).json()
    page = client.post(of_draft("draft-edit", draft), fields, follow=True)

    assert "another window" not in first["message"]
    assert "another window" in second["message"]
    assert [each.level_tag for each in page.context["messages"]] == ["warning", "success"]
    assert draft.responses.get().text == "Først."


def test_deadline_that_passes_while_one_writes_is_told(client, ada, consultation):
    client.force_login(ada)
    draft = factories.draft(consultation, by=ada, name="Ada", sender_kind="person")
    type(consultation).objects.filter(pk=consultation.pk).update(
        opens_at=timezone.now() - timedelta(days=2),
        deadline_at=timezone.now() - timedelta(seconds=1),
    )

    kept = client.post(of_draft("draft-keep", draft), typed(consultation, "For sent.")).json()

    assert kept["is_late"]
    assert draft.responses.get().text == "For sent."


def test_who_has_begun_is_shown_the_way_back(client, ada, consultation):
    draft = factories.draft(consultation, by=ada, name="Ada", sender_kind="person")
    client.force_login(ada)

    page = client.get(of_consultation("draft-start", consultation))

    assert f'href="{of_draft("draft-edit", draft)}"' in page.content.decode()


def test_expired_form_of_a_draft_goes_on_by_a_button(consultation):
    client = Client(enforce_csrf_checks=True)
    fields = typed(consultation, "\nAlt jeg <skrev>.", check="", csrfmiddlewaretoken="x")

    page = client.post(of_consultation("draft-start", consultation), fields)
    again = dict(page.context["draft"]) | {
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
        "save": "",
    }
    client.post(of_consultation("draft-start", consultation), again)

    assert page.status_code == 403
    assert "check" not in again
    draft = Submission.objects.get()
    assert draft.is_draft
    assert draft.responses.get().text == "\nAlt jeg <skrev>."


def test_expired_form_hands_back_each_text_by_the_name_of_its_field(consultation):
    client = Client(enforce_csrf_checks=True)
    theme = consultation.themes.first()
    draft = {"name": "Ada Prøve", f"text-{theme.pk}": "Alt jeg skrev om temaet.", "text-x": "Mer."}
    report = {"text": "Innlegget er hatefullt.", "unknown": "Noe."}
    post = factories.post_as("visible")

    with override("en"):
        answer = client.post(of_consultation("draft-start", consultation), draft)
        reported = client.post(f"/en/meld/innlegg/{post.pk}/", report)

    assert labels(answer) == [f"Your answer on “{theme.title}”", "Your name", "Field 3"]
    assert labels(reported) == ["What is wrong?", "Field 2"]


def labels(page):
    return re.findall(r'for="typed-\d+">([^<]*)</label>', page.content.decode())


# --- The register


def test_name_and_kind_are_had_from_the_register_without_javascript(client, consultation, settings):
    number = ASSOCIATION["organisasjonsnummer"]
    fields = typed(consultation, sender_kind="organisation", organisation_number=number, look_up="")
    with enhetsregisteret() as register:
        settings.ENHETSREGISTERET_URL = register.url
        page = client.post(of_consultation("draft-start", consultation), fields)

    draft = Submission.objects.get()
    assert page["Location"] == of_draft("draft-edit", draft) + "#id_organisation_name"
    assert (draft.organisation_name, draft.organisation_kind) == (ASSOCIATION["navn"], "ngo")
    assert draft.responses.get().text == "Jeg mener noe."


def test_nothing_is_lost_when_the_register_is_down(client, consultation):
    fields = typed(
        consultation,
        sender_kind="organisation",
        organisation_name="Prøveforbundet",
        organisation_number="974760673",
        look_up="",
    )

    page = client.post(of_consultation("draft-start", consultation), fields, follow=True)

    draft = Submission.objects.get()
    assert draft.organisation_name == "Prøveforbundet"
    assert draft.responses.get().text == "Jeg mener noe."
    assert "warning" in [each.level_tag for each in page.context["messages"]]


def test_kind_is_asked_of_an_organisation_without_a_number(client, consultation):
    fields = typed(
        consultation,
        sender_kind="organisation",
        organisation_name="Velforeningen",
        email="vel@prove.example",
        check="",
    )

    page = client.post(of_consultation("draft-start", consultation), fields, follow=True)
    client.post(
        of_draft("draft-edit", Submission.objects.get()), fields | {"organisation_kind": "ngo"}
    )

    assert set(page.context["form"].errors) == {"organisation_kind"}
    assert Submission.objects.get().organisation_kind == "ngo"


# --- Colleagues


def test_colleague_reads_and_comments_by_the_link_and_the_writer_sees_it(client, consultation):
    draft = factories.draft(consultation, text="Vårt utkast.", **factories.named("Nora Prøve"))
    client.post(
        of_draft("draft-edit", draft),
        typed(consultation, "Vårt utkast.", email="nora@prove.example", share=""),
    )
    draft.refresh_from_db()
    colleague = Client()

    page = colleague.get(reading(draft))
    done = colleague.post(reading(draft), {"name": "Kari", "text": "Fint <b>utkast</b>."})

    shown = page.content.decode()
    assert "Vårt utkast." in shown
    assert draft.token not in shown
    assert draft.email not in shown
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]
    assert done["Location"] == reading(draft)
    writers = client.get(of_draft("draft-edit", draft)).content.decode()
    assert "Fint &lt;b&gt;utkast&lt;/b&gt;." in writers
    assert draft.reading_token in writers


def test_comment_without_words_or_name_is_told_at_the_field(client, consultation):
    draft = share_draft(factories.draft(consultation))

    page = client.post(reading(draft), {"name": " ", "text": "\n"})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"name", "text"}
    assert not DraftComment.objects.exists()


def test_machine_that_comments_is_stopped(client, consultation):
    draft = share_draft(factories.draft(consultation))

    page = client.post(reading(draft), {"name": "M", "text": "Kjøp!", "homepage": "x"})

    assert page.status_code == 422
    assert not DraftComment.objects.exists()


@pytest.mark.parametrize("end", [stop_sharing, submit])
def test_link_ends_when_it_is_taken_back_or_the_draft_is_sent(client, consultation, end):
    draft = share_draft(factories.draft(consultation))
    comment_on_draft(draft, name="Kari", text="Fint.")
    address = reading(draft)

    end(draft)

    assert client.get(address).status_code == 404
    page = client.post(address, {"name": "Kari", "text": "Enda en ting."})
    assert page.status_code == 404
    assert "Enda en ting." in page.content.decode()
    assert DraftComment.objects.count() == (0 if end is submit else 1)
    with pytest.raises(ActionRefused):
        comment_on_draft(draft, name="Kari", text="For sent.")


def test_sharing_twice_is_the_same_link_and_anew_another(consultation):
    first = share_draft(factories.draft(consultation)).reading_token
    again = share_draft(Submission.objects.get()).reading_token
    stop_sharing(Submission.objects.get())
    anew = share_draft(Submission.objects.get()).reading_token

    assert first == again != anew


def test_only_the_writer_shares(consultation, ada):
    draft = factories.draft(consultation, by=ada, name="Ada", sender_kind="person")

    for act in (share_draft, stop_sharing):
        with pytest.raises(PermissionDenied):
            act(draft, by=factories.person())

    assert Submission.objects.get().reading_token is None


def test_what_is_sent_is_not_shared(consultation):
    sent = factories.submission(consultation)

    for act in (share_draft, stop_sharing):
        with pytest.raises(ActionRefused):
            act(sent)


def test_shared_draft_is_shown_with_a_fixed_number_of_queries(
    client, consultation, django_assert_num_queries
):
    themes = list(consultation.themes.all())
    for written in (themes[:1], themes):
        draft = share_draft(factories.draft(consultation, themes=written))
        with django_assert_num_queries(3):
            client.get(reading(draft))


# --- No remarks


def test_no_remarks_is_one_press_for_an_invited_body(client, ada, body, consultation):
    client.force_login(ada)
    start = client.get(of_consultation("draft-start", consultation))
    assert f'name="organisation" value="{body.pk}"' in start.content.decode()

    page = client.post(of_consultation("no-remarks-send", consultation), {"organisation": body.pk})

    response = Response.objects.select_related("submission", "theme").get()
    assert page["Location"] == of_draft("receipt-show", response.submission)
    assert response.has_no_remarks
    assert response.theme.is_whole
    assert response.received_at
    assert response.submission.organisation == body
    assert response.submission.sender == ada


def test_second_press_leads_to_the_same_receipt_and_a_new_one_after_withdrawal(
    ada, body, consultation
):
    first = send_no_remarks(consultation, organisation=body, by=ada)
    second = send_no_remarks(consultation, organisation=body, by=ada)
    withdraw(first, by=ada)
    third = send_no_remarks(consultation, organisation=body, by=ada)

    assert first == second
    assert third != first


def test_no_remarks_is_not_sent_for_the_body_of_others(client, body, consultation):
    other = factories.person()
    client.force_login(other)

    page = client.post(of_consultation("no-remarks-send", consultation), {"organisation": body.pk})

    assert page.status_code == 404
    with pytest.raises(PermissionDenied):
        send_no_remarks(consultation, organisation=body, by=other)
    assert not Submission.objects.exists()


def test_no_remarks_after_a_lost_session_asks_for_log_in(client, body, consultation):
    page = client.post(of_consultation("no-remarks-send", consultation), {"organisation": body.pk})

    assert page["Location"].startswith(reverse("account_login"))
    assert not Submission.objects.exists()


def test_no_remarks_without_an_account_waits_for_the_address(client, consultation):
    there = of_consultation("no-remarks-send", consultation)
    empty = client.post(there, {})
    fields = {
        "organisation_name": "Velforeningen",
        "name": "Nora Prøve",
        "email": "vel@prove.example",
    }

    page = client.post(there, fields)

    assert set(empty.context["form"].errors) == set(fields)
    sent = Submission.objects.get()
    assert page["Location"] == of_draft("receipt-show", sent)
    assert not sent.is_identified
    assert sent.responses.get().has_no_remarks


def test_no_remarks_asks_for_log_in_where_the_consultation_does(client):
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.ACCOUNT)

    page = client.get(of_consultation("no-remarks-send", consultation))

    assert page["Location"].startswith(reverse("account_login"))


def test_no_remarks_is_refused_where_nobody_may_answer(client):
    consultation = factories.published_consultation(
        opens_at=timezone.now() + timedelta(days=1), deadline_at=timezone.now() + timedelta(days=50)
    )

    page = client.post(of_consultation("no-remarks-send", consultation), {"name": "x"})

    assert page.status_code == 409


def test_only_the_invited_send_no_remarks_where_only_they_may_answer(client):
    consultation = factories.open_for_answers(access="invited")
    fields = {"organisation_name": "Vel", "name": "Nora", "email": "vel@prove.example"}

    page = client.post(of_consultation("no-remarks-send", consultation), fields)

    assert page.status_code == 422
    assert page.context["form"].non_field_errors()
    assert not Submission.objects.exists()
