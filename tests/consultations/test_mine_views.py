"""What the signed-in person has written and sent."""

import pytest
from django.urls import reverse

from consultations.views import mine
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = reverse("consultations:submission-list")


@pytest.fixture
def ada(client):
    user = factories.person("Ada Prøve")
    client.force_login(user)
    return user


def test_list_asks_who_it_is(client):
    assert client.get(ADDRESS)["Location"].startswith(reverse("account_login"))


def test_list_holds_own_drafts_and_sent_and_nobody_elses(client, ada, consultation):
    draft = factories.draft(consultation, by=ada)
    sent = factories.submission(consultation, by=ada, name="Ada Prøve")
    other = factories.submission(consultation, by=factories.person(), name="En annen")

    page = client.get(ADDRESS)

    shown = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert reverse("consultations:draft-edit", args=[draft.token]) in shown
    assert reverse("consultations:receipt-show", args=[sent.token]) in shown
    assert sent.reference in shown
    assert other.token not in shown


def test_list_leaves_out_what_was_sent_anonymously(client, ada, consultation):
    anonymous = factories.submission(consultation, by=None)

    assert anonymous.token not in client.get(ADDRESS).content.decode()


def test_list_is_read_with_a_fixed_number_of_queries(
    client, ada, consultation, django_assert_num_queries
):
    factories.submission(consultation, by=ada, name="Ada Prøve")
    factories.draft(consultation, by=ada)
    with django_assert_num_queries(9):
        client.get(ADDRESS)
    for _each in range(2):
        factories.submission(consultation, by=ada, name="Ada Prøve")
        factories.draft(consultation, by=ada, themes=list(consultation.themes.all()))

    with django_assert_num_queries(9):
        client.get(ADDRESS)


def test_list_is_paged_by_key(client, ada, consultation, monkeypatch):
    monkeypatch.setattr(mine, "PER_PAGE", 2)
    draft = factories.draft(consultation, by=ada)
    sent = [factories.submission(consultation, by=ada, name="Ada") for _each in range(3)]

    first = client.get(ADDRESS).context
    second = client.get(ADDRESS + first["next_url"]).context

    assert list(first["drafts"]) == [draft]
    assert first["submissions"] == [sent[2], sent[1]]
    assert list(second["drafts"]) == []
    assert second["submissions"] == [sent[0]]
    assert second["next_url"] == ""
    assert second["first_url"] == ADDRESS


@pytest.mark.parametrize("key", ["tull", "9" * 40, "1_2_3", "_"])
def test_list_takes_a_bad_key_for_the_beginning(client, ada, consultation, key):
    factories.draft(consultation, by=ada)

    page = client.get(ADDRESS, {"after": key})

    assert page.status_code == 200
