"""A draft is read by colleagues, by a secret link."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.rules import ActionRefused
from consultations.actions import (
    comment_on_draft,
    share_draft,
    stop_sharing,
    submit,
)
from consultations.models import DraftComment, Submission
from tests import factories
from tests.consultations.drafting import of_draft, reading, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return factories.person("Ada Prøve")


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
