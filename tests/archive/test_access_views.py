"""Asking for access in a browser, reading the answer, and answering."""

import logging
import re
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from archive.actions import add_redacted_variant, correct_entry, screen_entry
from archive.models import AccessRequest, RequestedEntry
from archive.vocabulary import SCREENED_PARTS, LegalBasis
from config.logs import WithoutSecrets
from tests import factories
from tests.archive import records
from tests.archive.asking import answered, archivist_of, asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Outcome = RequestedEntry.Outcome


@pytest.fixture(scope="module")
def made(shared):
    return records.entry(records.case_file())


@pytest.fixture
def entry(db, made):
    return made


@pytest.fixture
def archivist(client, entry):
    user = archivist_of(entry)
    client.force_login(user)
    return user


def start(entry, query=None):
    query = f"post={entry.year}-{entry.number}" if query is None else query
    return reverse("archive:access-request-start", args=[entry.authority.slug]) + f"?{query}"


def shown(request):
    return reverse("archive:access-request-show", args=[request.token])


def download(request, document):
    return reverse("archive:access-document-download", args=[request.token, document.system_id])


def answering(request):
    return reverse("archive:access-request-answer", args=[request.pk])


def text_of(page):
    return page.content.decode()


def test_somebody_who_says_nothing_asks_for_two_and_gets_a_secret_link(client, entry):
    other = records.entry(entry.case_file)
    places = [f"{each.year}-{each.number}" for each in (entry, other)]
    chosen = text_of(client.get(start(entry, "&".join(f"post={place}" for place in places))))
    assert all(place in chosen for place in places)

    page = client.post(start(entry), {"post": places})

    request = AccessRequest.objects.get()
    assert page.headers["Location"] == shown(request)
    assert {each.entry for each in request.entries.all()} == {entry, other}
    assert (request.name, request.email) == ("", "")
    page = client.get(shown(request))
    assert shown(request) in text_of(page)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("query", ["post={number}/{year}", "sak={case}", "post=+{number}/{year}+"])
def test_entry_is_chosen_by_its_number_and_by_its_case(client, entry, query):
    case = entry.case_file.identifier
    address = start(entry, query.format(number=entry.number, year=entry.year, case=case))

    assert entry.title in text_of(client.get(address))


@pytest.mark.parametrize(
    "query", ["", "post=", "post=x", "post=2026-0", "post=99999-9", "sak=1", "post=%00"]
)
def test_what_is_no_entry_is_not_chosen(client, entry, query):
    page = client.get(start(entry, query))

    assert page.status_code == 200
    assert "No document is chosen yet" in text_of(page)


def test_number_that_is_not_in_the_journal_is_told(client, entry):
    there = f"{entry.year}-{entry.number}"

    page = text_of(client.get(start(entry, f"post={there}&post=99999/2026&post=<b>&post=")))

    assert entry.title in page
    assert "These numbers are not in the journal" in page
    assert "99999/2026, &lt;b&gt;" in page
    assert "not in the journal" not in text_of(client.get(start(entry, f"post={there}&post=")))


def test_entry_of_another_journal_and_an_obsolete_one_can_not_be_asked_for(client, entry):
    stranger = records.entry(records.case_file())
    correction = correct_entry(entry, title="Rettet", reason="Feil.", by=None)

    page = text_of(client.get(start(entry)))
    assert f"{correction.year}-{correction.number}" in page
    assert "Rettet" in page
    page = client.post(start(stranger), {"post": [f"{correction.year}-{correction.number}"]})
    assert page.status_code == 422
    assert not AccessRequest.objects.exists()


def test_form_that_is_wrong_keeps_what_was_typed(client, entry):
    place = f"{entry.year}-{entry.number}"

    page = client.post(start(entry), {"post": [place], "email": "siri", "text": "Hei du."})

    assert page.status_code == 422
    assert "Hei du." in text_of(page)
    assert not AccessRequest.objects.exists()


def test_machine_is_stopped(client, entry):
    place = f"{entry.year}-{entry.number}"

    page = client.post(start(entry), {"post": [place], "homepage": "https://spam.example"})

    assert page.status_code == 429
    assert not AccessRequest.objects.exists()


def test_answer_is_read_and_its_document_fetched_by_the_link_alone(client, entry):
    request = answered(asked(entry), text="Vær så god.")
    document = entry.documents.get()

    page = text_of(client.get(shown(request)))
    file = client.get(download(request, document))

    assert "Vær så god." in page
    assert download(request, document) in page
    with default_storage.open(document.path) as stored:
        assert b"".join(file) == stored.read()
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in file.headers["Cache-Control"]


def test_what_was_not_given_is_not_found(client, entry):
    other = records.entry(entry.case_file)
    waiting, request = asked(entry), answered(asked(entry))

    assert client.get(download(waiting, entry.documents.get())).status_code == 404
    assert client.get(download(request, other.documents.get())).status_code == 404
    assert client.get(shown(request).replace(request.token, "gone")).status_code == 404


def test_refusal_names_the_basis_and_how_to_complain_and_no_screened_name(client, entry):
    parties = records.new_entry(entry.case_file).parties
    secret = records.entry(entry.case_file, parties=parties)
    screen_entry(secret, legal_basis=LegalBasis.OFFL_13, sender=True, document="", by=None)

    page = text_of(client.get(shown(answered(asked(secret)))))

    assert "offl. § 13, jf. fvl. § 13" in page
    assert "offl. § 31" in page
    assert "offl. § 32" in page
    assert entry.authority.email in page
    assert "Nora" not in page


def test_title_of_what_became_obsolete_is_told_no_more(client, entry):
    wrong = records.entry(entry.case_file, title="Svar fra Hilde")
    request = asked(wrong)
    assert "Hilde" in text_of(client.get(shown(request)))

    correct_entry(wrong, title="Høringssvar", reason="Navn i tittelen.", by=None)

    assert "Hilde" not in text_of(client.get(shown(request)))


def test_entries_are_chosen_together_in_the_public_journal(client, entry):
    journal = text_of(client.get(reverse("archive:public-journal", args=[entry.authority.slug])))
    boxes = re.findall(r'<input[^>]*type="checkbox" form="chosen"[^>]*value="([^"]+)"', journal)

    assert f"{entry.year}-{entry.number}" in boxes
    assert f'<form id="chosen" method="get" action="{start(entry).partition("?")[0]}"' in journal


def test_one_whose_file_is_lost_is_told_so(client, entry):
    request, document = answered(asked(entry)), entry.documents.get()
    default_storage.delete(document.path)

    page = client.get(download(request, document), follow=True)

    assert "can not be found just now" in text_of(page)


def test_log_lines_do_not_hold_the_link(client, entry, caplog):
    caplog.set_level(logging.WARNING, logger="django.request")  # a command may have hushed it
    request = asked(entry)
    said = StringIO()
    handler = logging.StreamHandler(said)
    handler.addFilter(WithoutSecrets())
    logging.getLogger("django.request").addHandler(handler)

    client.get(shown(request) + "gone/")
    logging.getLogger("django.request").removeHandler(handler)

    assert "innsyn" in said.getvalue()
    assert request.token not in said.getvalue()


def test_archivist_sees_what_is_due_first_and_what_is_overdue(
    client,
    archivist,
    entry,
):
    requests = [asked(entry) for _ in range(3)]
    AccessRequest.objects.filter(pk=requests[2].pk).update(due_on="2020-01-02")
    address = reverse("archive:access-request-list", args=[entry.authority.slug])

    page = text_of(client.get(address))

    places = [page.index(answering(each)) for each in requests]
    assert places[2] < places[0] < places[1]
    assert page.count("Overdue") == 1
    assert "Siri" not in page
    answered(requests[0])
    assert answering(requests[0]) not in text_of(client.get(address))
    assert answering(requests[0]) in text_of(client.get(address + "?vis=besvart"))


def test_pages_of_the_archivist_ask_as_much_for_three_as_for_one(client, archivist, entry):
    address = reverse("archive:access-request-list", args=[entry.authority.slug])

    def queries(*entries):
        request = asked(*entries)
        with CaptureQueriesContext(connection) as waiting:
            client.get(address)
            client.get(answering(request))
        answered(request)
        with CaptureQueriesContext(connection) as told:
            client.get(shown(request))
        return len(waiting), len(told)

    one = queries(entry)

    assert queries(entry, *(records.entry(entry.case_file) for _ in range(2))) == one


def test_archivist_answers_in_the_form_as_the_screening_suggests(client, archivist, entry):
    add_redacted_variant(entry, records.page(body="Sladdet."))
    screen_entry(entry, legal_basis=LegalBasis.OFFL_13, document=SCREENED_PARTS, by=None)
    request = asked(entry)
    prefix = f"post-{request.entries.get().pk}"
    page = text_of(client.get(answering(request)))
    assert re.search(r'<input[^>]*value="partly"[^>]*checked', page)
    assert not re.search(r'<input[^>]*value="granted"', page)

    wrong = client.post(answering(request), {f"{prefix}-outcome": "refused"})
    right = {f"{prefix}-outcome": "partly", f"{prefix}-legal_basis": LegalBasis.OFFL_13}
    page = client.post(answering(request), right | {"text": "Hei."}, follow=True)

    assert wrong.status_code == 422
    assert f"{request.entries.get().entry.identifier}, Legal basis: Say by" in text_of(wrong)
    assert "is answered" in text_of(page)
    request.refresh_from_db()
    assert (request.answered_by, request.answer) == (archivist, "Hei.")
    assert request.entries.get().outcome == Outcome.PARTLY
    assert "Hei." in text_of(client.get(answering(request)))


def test_press_that_comes_too_late_is_told_so(client, archivist, entry):
    request = answered(asked(entry))

    page = client.post(answering(request), {}, follow=True)

    assert f"{request.answered_by} has answered this request already" in text_of(page)


def test_requests_of_another_authority_are_not_there(client, archivist, entry):
    other = asked(records.entry(records.case_file()))

    assert client.get(answering(other)).status_code == 404
    address = reverse("archive:access-request-list", args=[other.authority.slug])
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ARCHIVIST}))
def test_other_roles_are_denied(client, entry, role):
    client.force_login(factories.official(entry.authority, role))

    assert client.get(answering(asked(entry))).status_code == 403
