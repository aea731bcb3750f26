"""The public journal: what came in and went out, and never more than may be told."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.roles import Role
from archive.actions import correct_entry, current_entry
from archive.models import JournalEntry
from archive.vocabulary import MASK
from moderation.actions import publish_response
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bokmal():
    """A page leaves its language behind in the thread."""
    with override("nb"):
        yield


def address_of(consultation):
    return reverse("archive:public-journal", args=[consultation.authority.slug])


def named(line):
    return [(party.kind, party.name) for party in line.parties]


def entry_of(response):
    return current_entry(JournalEntry.objects.get(source=response.reference))


def test_public_journal_tells_what_came_in_and_went_out(client, consultation):
    response = factories.accepted_response(consultation, **factories.named("Nora Berg"))

    page = client.get(address_of(consultation))

    incoming, outgoing = page.context["lines"]
    assert incoming.entry == entry_of(response)
    assert named(incoming) == [("Avsender", "Nora Berg")]
    assert named(outgoing)[0] == ("Gruppemottaker", "Allmennheten")
    shown = page.content.decode()
    for words in (
        entry_of(response).identifier,
        "Inngående dokument",
        "Utgående dokument",
        f"Høringssvar – {consultation.title}",
        consultation.case_file.identifier,
        "Nora Berg",
    ):
        assert words in shown
    assert response.submission.email not in shown
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_public_journal_tells_no_contact_person(client, consultation):
    factories.accepted_response(
        consultation,
        sender_kind="organisation",
        organisation_name="Åpent Forbund",
        name="Leder Ledersen",
        email="leder@forbund.example",
    )

    shown = client.get(address_of(consultation)).content.decode()

    assert "Åpent Forbund" in shown
    assert "Leder Ledersen" not in shown
    assert shown.replace(consultation.authority.email, "").count("@") == 0


def test_public_journal_masks_a_screened_sender(client, consultation):
    response = factories.accepted_response(consultation, **factories.named("Nora Berg"))
    publish_response(response, hide_name=True, by=None)

    page = client.get(address_of(consultation))

    assert named(page.context["lines"][0]) == [("Avsender", MASK)]
    assert "Nora Berg" not in page.content.decode()


def test_public_journal_masks_a_sender_who_asks_for_it_until_that_is_decided(client, consultation):
    response = factories.accepted_response(
        consultation, hide_name=True, **factories.named("Nora Berg")
    )

    waiting = client.get(address_of(consultation)).content.decode()
    publish_response(response, hide_name=False, by=None)
    decided = client.get(address_of(consultation)).content.decode()

    assert "Nora Berg" not in waiting
    assert "Nora Berg" in decided


def test_public_journal_tells_of_an_obsolete_entry_only_that_it_is(client, consultation):
    response = factories.accepted_response(consultation, **factories.named("Feil Navn"))
    archivist = factories.official(consultation.authority, Role.ARCHIVIST)
    correction = correct_entry(
        entry_of(response), sender_name="Rett Navn", reason="Feil navn.", by=archivist
    )

    page = client.get(address_of(consultation).replace("/nb/", "/en/"))

    shown = page.content.decode()
    assert [line.parties for line in page.context["lines"] if line.is_obsolete] == [()]
    assert "Utgår" in shown
    assert f"Corrected by {correction.identifier}" in shown
    assert "Rett Navn" in shown
    assert "Feil Navn" not in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_public_journal_takes_six_queries(client, consultation, rows, django_assert_num_queries):
    for _number in range(rows):
        factories.accepted_response(consultation)
    address = address_of(consultation)

    with django_assert_num_queries(6):
        client.get(address)


def test_public_journal_is_paged_by_key(client, consultation, monkeypatch):
    monkeypatch.setattr("archive.views.public.PAGE_SIZE", 2)
    for _number in range(2):
        factories.accepted_response(consultation)

    first = client.get(address_of(consultation))
    second = client.get(address_of(consultation) + first.context["next_url"])

    assert [line.entry.position for line in first.context["lines"]] == [3, 2]
    assert [line.entry.position for line in second.context["lines"]] == [1]
    assert second.context["next_url"] == ""
    assert second.context["first_url"] == "?"
    for page in (first, second):
        assert "det du har valgt på denne siden" in page.content.decode()


def test_public_journal_is_sent_again_only_when_it_is_another(client, consultation):
    response = factories.accepted_response(consultation, **factories.named())
    address = address_of(consultation)
    etag = client.get(address).headers["ETag"]

    unchanged = client.get(address, headers={"if-none-match": etag})
    publish_response(response, hide_name=True, by=None)
    screened = client.get(address, headers={"if-none-match": etag})

    assert unchanged.status_code == 304
    assert screened.status_code == 200


def test_public_journal_of_nobody_is_404(client):
    assert client.get("/nb/journal/finnes-ikke/").status_code == 404


def test_public_journal_list_has_those_who_keep_a_journal(client, consultation):
    without = factories.authority("Uten journal")

    page = client.get("/nb/journal/").content.decode()

    assert address_of(consultation) in page
    assert without.name not in page
