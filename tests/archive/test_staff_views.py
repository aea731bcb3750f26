"""What an archivist sees of the record, and does with it."""

from urllib.parse import unquote

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership
from accounts.paging import read_page
from accounts.roles import Role
from archive.actions import screen_entry
from archive.models import CaseFile, EntryState, Extraction, ExtractionStatus, JournalEntry
from archive.noark5.extraction import folder_of
from archive.vocabulary import LegalBasis
from consultations.actions import conclude_consultation
from moderation.actions import publish_response
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    """The words of the code, whatever the catalogues say."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def schemas(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)


@pytest.fixture
def authority(consultation):
    return consultation.authority


@pytest.fixture
def archivist(client, authority):
    user = factories.official(authority, Role.ARCHIVIST, name="Arne Arkivar")
    client.force_login(user)
    return user


def journal(authority):
    return reverse("archive:running-journal", args=[authority.slug])


def extractions(authority):
    return reverse("archive:extraction-list", args=[authority.slug])


def entry_of(response):
    return JournalEntry.objects.get(source=response.reference)


def address(entry, name="entry-show"):
    return reverse(f"archive:{name}", args=[entry.authority.slug, entry.year, entry.number])


def concluded(consultation):
    """The consultation with one response, handled to the end: its case file is closed."""
    response = factories.handled_response(consultation)
    publish_response(response, by=None)
    factories.closed_for_treatment(consultation)
    return conclude_consultation(consultation, by=consultation.created_by)


def test_running_journal_shows_everything_newest_first_and_unmasked(
    client, archivist, authority, consultation
):
    response = factories.accepted_response(consultation, **factories.named("Nora Skjermet"))
    entry = entry_of(response)
    screen_entry(entry, legal_basis=LegalBasis.OFFL_13, sender=True, by=None)

    page = client.get(journal(authority))

    text = page.content.decode()
    assert [each.pk for each in page.context["entries"]] == [
        entry.pk,
        JournalEntry.objects.get(source=f"{consultation.source}-letter").pk,
    ]
    assert "Nora Skjermet" in text
    assert LegalBasis.OFFL_13 in text
    assert "no-store" in page["Cache-Control"]


def test_running_journal_is_paged_by_key(client, archivist, authority, consultation):
    for _ in range(3):
        factories.accepted_response(consultation)
    entries = JournalEntry.objects.filter(authority=authority)

    first = read_page(entries, "-position", size=2)
    second = client.get(journal(authority), {"etter": first.next})

    assert [each.position for each in first.rows] == [4, 3]
    assert [each.position for each in second.context["entries"]] == [2, 1]
    assert second.context["first_url"] == journal(authority)


@pytest.mark.usefixtures("archivist")
@pytest.mark.parametrize("number", [1, 3])
def test_running_journal_asks_the_database_as_often_however_many(
    client, authority, consultation, number, django_assert_num_queries
):
    for _ in range(number):
        factories.accepted_response(consultation)

    with django_assert_num_queries(11):
        client.get(journal(authority))


def test_without_a_slug_one_comes_to_ones_own_authority(client, archivist, authority):
    page = client.get(reverse("archive:running-journal"))

    assert page.url == journal(authority)
    assert client.get(reverse("archive:extraction-list")).url == extractions(authority)


def test_an_archivist_of_two_authorities_can_go_from_one_to_the_other(client, archivist, authority):
    other = factories.authority()
    Membership.objects.create(user=archivist, authority=other, role=Role.ARCHIVIST)
    client.force_login(archivist)

    page = client.get(journal(authority))

    assert journal(other) in page.content.decode()


def test_another_authority_is_not_found(client, archivist, authority):
    elsewhere = entry_of(factories.accepted_response())
    document = elsewhere.documents.first()

    for name in ("entry-show", "entry-correct"):
        assert client.get(address(elsewhere, name)).status_code == 404
    assert client.get(journal(elsewhere.authority)).status_code == 404
    assert client.get(extractions(elsewhere.authority)).status_code == 404
    assert client.get(download(document)).status_code == 404
    start = reverse("archive:extraction-start", args=[elsewhere.authority.slug])
    assert client.post(start).status_code == 404


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR, Role.CASE_HANDLER])
def test_other_roles_are_denied(client, authority, consultation, role):
    entry = JournalEntry.objects.get(source=f"{consultation.source}-letter")
    client.force_login(factories.official(authority, role))

    for place in (journal(authority), address(entry), extractions(authority)):
        assert client.get(place).status_code == 403
    assert client.get(address(entry, "entry-correct")).status_code == 403


def test_entry_shows_documents_changes_and_its_place_in_the_chain(client, archivist, consultation):
    response = factories.handled_response(consultation, files=[("brev.pdf", factories.PDF)])
    entry = entry_of(response)

    text = client.get(address(entry)).content.decode()

    assert bytes(entry.hash).hex() in text
    assert bytes(entry.previous_hash).hex() in text
    for document in entry.documents.all():
        assert document.sha256 in text
    assert "avskrivningsmaate" in text
    assert "Tatt til etterretning" in text


@pytest.mark.parametrize("number", [1, 3])
def test_entry_asks_the_database_as_often_however_many(
    client, archivist, consultation, number, django_assert_num_queries
):
    files = [(f"vedlegg{each}.pdf", factories.PDF) for each in range(number)]
    entry = entry_of(factories.accepted_response(consultation, files=files))

    with django_assert_num_queries(9):
        client.get(address(entry))


def download(document):
    return reverse("archive:archived-document-download", args=[document.system_id])


@pytest.mark.parametrize("role", [Role.ARCHIVIST, Role.CASE_HANDLER])
def test_a_document_is_downloaded_byte_for_byte(client, authority, consultation, role):
    response = factories.accepted_response(consultation, files=[("brev.pdf", factories.PDF)])
    entry = entry_of(response)
    document = entry.documents.get(number=2)
    client.force_login(factories.official(authority, role))

    page = client.get(download(document))

    assert b"".join(page.streaming_content) == factories.PDF
    assert page["Content-Disposition"] == (
        f'attachment; filename="{entry.year}-{entry.number}-2-vedlegg-1.pdf"'
    )
    assert page["X-Content-Type-Options"] == "nosniff"
    main = client.get(download(entry.documents.get(number=1)))
    assert b"".join(main.streaming_content)
    assert f"{entry.year}-{entry.number}-1-høringssvar.pdf" in unquote(main["Content-Disposition"])


def test_correct_makes_a_new_entry_and_keeps_the_old(client, archivist, consultation):
    response = factories.accepted_response(consultation, **factories.named("Nora Prove"))
    entry = entry_of(response)
    shown = client.get(address(entry, "entry-correct")).content.decode()

    page = client.post(
        address(entry, "entry-correct"),
        {"title": entry.title, "sender_name": "Nora Prøve", "reason": "Skrivefeil."},
        follow=True,
    )

    correction = JournalEntry.objects.get(corrects=entry)
    assert 'value="Nora Prove"' in shown
    assert page.redirect_chain[-1][0] == address(correction)
    assert correction.parties.get().name == "Nora Prøve"
    assert EntryState.objects.get(entry=entry).remark == "Skrivefeil."
    assert correction.identifier in client.get(address(entry)).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": "Bare fordi."}, "nothing is corrected"),
        ({"title": "Ny tittel"}, "This field is required"),
        ({"title": "", "reason": "Feil."}, "This field is required"),
    ],
)
def test_a_correction_needs_a_change_and_a_reason(client, archivist, consultation, changes, said):
    entry = entry_of(factories.accepted_response(consultation))
    as_it_is = {"title": entry.title, "sender_name": "Anonym", "reason": ""}

    page = client.post(address(entry, "entry-correct"), as_it_is | changes)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not JournalEntry.objects.filter(corrects=entry).exists()


@pytest.mark.parametrize("press", ["get", "post"])
def test_an_obsolete_entry_is_not_corrected_again(client, archivist, consultation, press):
    entry = entry_of(factories.accepted_response(consultation))
    fields = {"title": "Ny tittel", "sender_name": "Anonym", "reason": "Feil."}
    client.post(address(entry, "entry-correct"), fields)

    page = getattr(client, press)(address(entry, "entry-correct"), fields, follow=True)

    assert page.redirect_chain == [(address(entry), 302)]
    assert "Utgår" in page.content.decode()
    assert address(entry, "entry-correct") not in page.content.decode()
    assert JournalEntry.objects.filter(corrects=entry).count() == 1


def test_an_outgoing_entry_has_no_sender_to_correct(client, archivist, consultation):
    entry = JournalEntry.objects.get(source=f"{consultation.source}-letter")

    page = client.get(address(entry, "entry-correct"))

    assert "sender_name" not in page.context["form"].fields


def test_extractions_say_what_is_left_out(client, archivist, authority, consultation):
    page = client.get(extractions(authority))

    assert page.context["omitted"] == (1, False)
    assert consultation.title in page.content.decode()
    assert page.context["closed"] == (0, False)


def test_start_without_a_closed_case_file_is_refused_in_words(client, archivist, authority):
    page = client.post(
        reverse("archive:extraction-start", args=[authority.slug]),
        headers={"referer": f"http://testserver{extractions(authority)}"},
        follow=True,
    )

    assert "nothing to extract" in page.content.decode()
    assert not Extraction.objects.exists()


def test_start_makes_an_extraction_and_its_files_are_listed(
    client, archivist, authority, consultation, django_capture_on_commit_callbacks
):
    concluded(consultation)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("archive:extraction-start", args=[authority.slug]))
    page = client.get(extractions(authority))

    extraction = Extraction.objects.get()
    assert extraction.requested_by == archivist
    assert extraction.status == ExtractionStatus.DONE, extraction.error
    assert (folder_of(extraction) / "arkivstruktur.xml").exists()
    assert "arkivstruktur.xml" in page.content.decode()
    assert CaseFile.objects.closed().count() == page.context["closed"][0] == 1
    assert "hx-get" not in page.content.decode()


def test_one_that_is_under_way_is_followed(client, archivist, authority, consultation):
    concluded(consultation)
    client.post(reverse("archive:extraction-start", args=[authority.slug]))

    text = client.get(extractions(authority)).content.decode()

    assert 'hx-trigger="every 2s"' in text
    assert "Waiting" in text


@pytest.mark.usefixtures("archivist")
@pytest.mark.parametrize("number", [1, 3])
def test_extractions_ask_the_database_as_often_however_many(
    client, authority, consultation, number, django_assert_num_queries
):
    concluded(consultation)
    for _ in range(number):
        client.post(reverse("archive:extraction-start", args=[authority.slug]))
        factories.open_for_answers(authority)
    client.get(extractions(authority))

    with django_assert_num_queries(12):
        client.get(extractions(authority))


def test_extraction_is_not_started_by_reading(client, archivist, authority):
    start = reverse("archive:extraction-start", args=[authority.slug])

    assert client.get(start).status_code == 405
