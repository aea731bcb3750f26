"""A draft is kept as one types, and looked up in the register."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from consultations.models import Submission
from tests import factories
from tests.consultations.drafting import of_consultation, of_draft, typed
from tests.enhetsregisteret import ASSOCIATION, enhetsregisteret

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return factories.person("Ada Prøve")


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
