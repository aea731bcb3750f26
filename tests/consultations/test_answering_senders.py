"""Who answers in the browser: by name, for an organisation, by account or as nobody."""

import pytest
from django.urls import reverse

from accounts.abuse import LIMITS
from accounts.models import Affiliation
from consultations.models import Response, Submission, WhoMayAnswer
from tests import factories
from tests.consultations.answering import address, start, typed

pytestmark = pytest.mark.django_db


def test_form_with_only_the_name_that_the_account_has_is_empty(client, consultation):
    client.force_login(factories.person("Ada Prøve"))

    page = client.post(
        start(consultation), {"sender_kind": "person", "name": "Ada Prøve", "language": "nb"}
    )

    assert page.status_code == 422
    assert Submission.objects.count() == 0


@pytest.mark.parametrize(
    ("number", "is_right"),
    [("974 760 673", True), ("123456789", False), ("9747606733", False)],  # cut, the last is right
)
def test_organisation_number_is_checked(client, consultation, number, is_right):
    fields = typed(
        consultation,
        sender_kind="organisation",
        organisation_name="Prøveforbundet",
        organisation_number=number,
    )

    page = client.post(start(consultation), fields, follow=True)

    draft = Submission.objects.get()
    place = "draft-check" if is_right else "draft-edit"
    assert page.redirect_chain[0][0].startswith(address(place, draft))
    if is_right:
        assert draft.organisation_number == "974760673"
    else:
        assert set(page.context["form"].errors) == {"organisation_number"}
        assert f'value="{number}"' in page.content.decode()


def test_person_is_not_asked_for_the_number_of_an_organisation(client, consultation):
    page = client.post(start(consultation), typed(consultation, organisation_number="123"))

    assert page.status_code == 302
    assert Submission.objects.get().organisation_number == ""


def test_name_is_stored_without_what_turns_the_text(client, consultation):
    client.post(start(consultation), typed(consultation, name="Nora\u202e evørP\u200b"))

    assert Submission.objects.get().name == "Nora evørP"


def test_names_longer_than_their_column_are_refused_in_words(client, consultation):
    page = client.post(start(consultation), typed(consultation, name="N" * 151), follow=True)

    assert set(page.context["form"].errors) == {"name"}
    assert "N" * 151 in page.content.decode()


def test_anonymous_is_stored_as_nobody_whatever_was_typed(client, consultation):
    fields = typed(
        consultation,
        sender_kind="anonymous",
        organisation_name="Prøveforbundet",
        hide_name="on",
        hide_name_reason="Fordi.",
    )

    client.post(start(consultation), fields)
    draft = Submission.objects.get()
    client.post(address("draft-send", draft))

    draft.refresh_from_db()
    assert draft.submitted_at
    assert (draft.name, draft.email, draft.organisation_name) == ("", "", "")
    assert draft.hide_name_reason == ""


def test_anonymous_of_an_account_is_stored_as_nobody(client, consultation):
    user = factories.person()
    client.force_login(user)
    client.post(start(consultation), typed(consultation, sender_kind="anonymous"))
    draft = Submission.objects.get()
    client.post(address("draft-send", draft))

    client.post(address("submission-withdraw", draft))

    draft.refresh_from_db()
    assert draft.sender is None
    response = draft.responses.get()
    assert response.status == "withdrawn"
    assert response.withdrawn_by is None


def test_anonymous_is_not_offered_where_the_consultation_asks_for_a_name(client):
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.NAMED)

    page = client.post(
        start(consultation), typed(consultation, sender_kind="anonymous"), follow=True
    )

    assert set(page.context["form"].errors) == {"sender_kind"}
    assert Response.objects.get().text == "Jeg mener noe."


def test_account_is_known_by_name_and_speaks_for_its_organisation(client, consultation):
    user = factories.person("Ada Prøve")
    body = factories.organisation("Prøveforbundet", organisation_number="974760673")
    Affiliation.objects.create(user=user, organisation=body)
    client.force_login(user)
    page = client.get(start(consultation))
    assert 'value="Ada Prøve"' in page.content.decode()
    assert "email" not in page.context["form"].fields

    fields = typed(consultation, sender_kind="organisation", organisation=str(body.pk))
    client.post(start(consultation), fields)
    draft = Submission.objects.get()
    client.post(address("draft-send", draft))

    draft.refresh_from_db()
    assert draft.submitted_at
    assert draft.sender == user
    assert draft.organisation == body
    assert (draft.organisation_name, draft.organisation_number) == ("Prøveforbundet", "974760673")


def test_account_may_not_speak_for_an_organisation_of_others(client, consultation):
    user = factories.person()
    own, other = factories.organisation("Egen"), factories.organisation("Annen")
    Affiliation.objects.create(user=user, organisation=own)
    client.force_login(user)

    page = client.post(
        start(consultation),
        typed(consultation, sender_kind="organisation", organisation=str(other.pk)),
        follow=True,
    )

    assert "organisation" in page.context["form"].errors
    assert Submission.objects.get().organisation is None


@pytest.mark.parametrize("name", ["draft-edit", "draft-check", "draft-send", "receipt-show"])
def test_addresses_of_an_account_are_closed_to_others(client, consultation, name):
    owner = factories.person()
    draft = factories.draft(consultation, by=owner, name="Ada", sender_kind="person")
    press = client.post if name == "draft-send" else client.get

    logged_out = press(address(name, draft))
    client.force_login(factories.person())
    other = press(address(name, draft))

    assert logged_out.status_code == 302
    assert logged_out["Location"].startswith(reverse("account_login"))
    assert other.status_code == 404
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize(
    "name", ["draft-edit", "draft-check", "receipt-show", "draft-send", "submission-withdraw"]
)
def test_bad_token_is_not_found(client, name):
    press = client.post if name in ("draft-send", "submission-withdraw") else client.get

    page = press(reverse(f"consultations:{name}", args=["A" * 43]))

    assert page.status_code == 404


def test_lost_session_gives_back_what_was_typed_after_log_in(client):
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.ACCOUNT)
    user = factories.person()
    page = client.post(start(consultation), typed(consultation, "Alt jeg skrev."))
    assert page["Location"] == f"{reverse('account_login')}?next={start(consultation)}"
    assert Submission.objects.count() == 0

    client.force_login(user)
    page = client.get(start(consultation))

    assert "Alt jeg skrev." in page.content.decode()
    assert "Alt jeg skrev." not in client.get(start(consultation)).content.decode()


def test_lost_session_gives_back_the_draft_of_an_account(client, consultation):
    user = factories.person()
    draft = factories.draft(consultation, by=user, text="Kladd", name="Ada", sender_kind="person")

    page = client.post(address("draft-edit", draft), typed(consultation, "Nytt."))
    assert page["Location"].endswith(f"?next={address('draft-edit', draft)}")
    client.force_login(user)
    page = client.get(address("draft-edit", draft))

    assert "Nytt." in page.content.decode()
    assert draft.responses.get().text == "Kladd"


def test_draft_may_be_shared_and_written_on_by_whoever_has_its_address(client, consultation):
    draft = factories.draft(consultation, **factories.named())
    colleague = factories.person()
    client.force_login(colleague)

    client.post(address("draft-edit", draft), typed(consultation, "Vi to.", press="save"))

    draft.refresh_from_db()
    assert draft.sender is None
    assert draft.responses.get().text == "Vi to."


def test_a_machine_is_stopped_with_its_draft_kept_and_a_person_gets_through(client, consultation):
    filled = typed(consultation, homepage="https://spam.example")

    stopped = client.post(start(consultation), filled, follow=True)
    draft = Submission.objects.get()
    let_through = client.post(address("draft-edit", draft), typed(consultation, homepage=""))

    assert draft.responses.get().text == "Jeg mener noe."
    assert stopped.request["PATH_INFO"] == address("draft-edit", draft)
    assert next(iter(stopped.context["messages"])).level_tag == "error"
    assert let_through["Location"] == address("draft-check", draft)


def test_a_flood_of_answers_is_stopped_with_the_draft_kept(client, consultation, monkeypatch):
    monkeypatch.setitem(LIMITS, "answer", 2)
    drafts = [factories.draft(consultation) for _each in range(3)]

    places = [client.post(address("draft-send", draft))["Location"] for draft in drafts]

    sent = [address("receipt-show", draft) for draft in drafts[:2]]
    assert places == [*sent, address("draft-check", drafts[2])]
    assert Submission.objects.drafts().get() == drafts[2]


def test_who_has_logged_in_is_not_counted(client, monkeypatch):
    monkeypatch.setitem(LIMITS, "answer", 0)
    ada = factories.person("Ada")
    client.force_login(ada)
    draft = factories.draft(by=ada, **factories.named())

    client.post(address("draft-send", draft))

    assert not Submission.objects.drafts().exists()
