"""How an editor invites bodies, lays out documents and links, also after publication."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from accounts.models import Notice
from accounts.roles import Role
from archive.models import JournalEntry
from casework.actions import appoint_handlers
from consultations.actions import add_document, invite_consultees
from consultations.models import ConsultationStatus
from consultations.uploads import MAX_ATTACHMENT_BYTES, check_upload
from tests import factories
from tests.consultations.editing import address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    """The words of the code, whatever the catalogues say."""
    with translation.override("en"):
        yield


@pytest.fixture
def consultation():
    return factories.drafted_consultation()


@pytest.fixture
def editor(client, consultation):
    client.force_login(consultation.created_by)
    return consultation.created_by


def test_bodies_are_invited_a_line_each_and_get_the_letter(client, editor, consultation):
    lines = (
        "Legeforeningen; post@legene.example\nPasientforbundet\tpost@pasient.example\n\nKommunen"
    )

    page = client.post(address(consultation, "consultees-invite"), {"bodies": lines}, follow=True)
    client.post(address(consultation, "consultees-invite"), {"bodies": "Kommunen\nFylket"})
    client.post(address(consultation, "consultation-publish"))

    assert "3 bodies are added" in page.content.decode()
    assert set(consultation.consultees.values_list("name", "email")) == {
        ("Legeforeningen", "post@legene.example"),
        ("Pasientforbundet", "post@pasient.example"),
        ("Kommunen", ""),
        ("Fylket", ""),
    }
    assert Notice.objects.filter(key__startswith="invitation-").count() == 2


def test_a_line_that_is_wrong_is_named_and_nobody_is_invited(client, editor, consultation):
    lines = "Legeforeningen; post@legene.example\nKommunen; ikke en adresse\n; bare@adresse.example"

    page = client.post(address(consultation, "consultees-invite"), {"bodies": lines})

    assert page.status_code == 422
    assert "Kommunen; ikke en adresse / ; bare@adresse.example" in page.content.decode()
    assert not consultation.consultees.exists()


def test_a_document_is_laid_out_and_journaled_with_the_letter(client, editor, consultation):
    client.post(
        address(consultation, "document-add"),
        {
            "kind": "paper",
            "title": "Høringsnotat",
            "file": SimpleUploadedFile("notat.pdf", factories.PDF),
        },
    )
    client.post(address(consultation, "consultation-publish"))

    document = consultation.documents.get()
    entry = JournalEntry.objects.get(source=f"{consultation.source}-letter")
    assert (document.title, document.name, document.position) == ("Høringsnotat", "notat.pdf", 1)
    assert document.sha256 in entry.documents.values_list("sha256", flat=True)


def test_a_document_that_is_not_what_it_says_is_refused(client, editor, consultation):
    page = client.post(
        address(consultation, "document-add"),
        {
            "kind": "paper",
            "title": "Høringsnotat",
            "file": SimpleUploadedFile("notat.pdf", b"MZ not a pdf"),
        },
    )

    assert page.status_code == 422
    assert "notat.pdf" in page.content.decode()
    assert not consultation.documents.exists()


def add_to(client, consultation):
    """A body and a document, as an editor adds them."""
    back = {"referer": f"http://testserver{address(consultation)}"}
    document = {
        "kind": "paper",
        "title": "Nytt",
        "theme": "",
        "file": SimpleUploadedFile("notat.pdf", factories.PDF),
    }
    for name, typed in (("consultees-invite", {"bodies": "Kommunen"}), ("document-add", document)):
        page = client.post(address(consultation, name), typed, headers=back, follow=True)
    return page.content.decode()


def test_what_is_added_after_publication_is_journaled_at_once_and_told(client):
    consultation = factories.published_consultation()
    client.force_login(consultation.created_by)

    page = add_to(client, consultation)

    assert "added, journaled and shown" in page
    assert JournalEntry.objects.count() == 3
    kinds = consultation.amendments.values_list("kind", flat=True)
    assert sorted(kinds) == ["consultees", "document"]


def test_nothing_is_added_to_what_is_closed(client):
    consultation = factories.consultation_as(ConsultationStatus.CLOSED)
    client.force_login(consultation.created_by)

    page = add_to(client, consultation)

    assert "no more documents or invited bodies" in page
    assert not consultation.consultees.exists()
    assert not consultation.documents.exists()


def test_related_links_become_what_is_written(client, editor, consultation):
    typed = "Rapporten; del 2; https://a.example/x\n\nLoven; http://b.example/"

    page = client.post(address(consultation, "related-links-edit"), {"links": typed}, follow=True)

    assert page.status_code == 200
    assert list(consultation.related_links.values_list("title", "url")) == [
        ("Rapporten; del 2", "https://a.example/x"),
        ("Loven", "http://b.example/"),
    ]


@pytest.mark.parametrize("line", ["Uten adresse", "; https://a.example/", "Farlig; javascript:x()"])
def test_a_link_that_is_wrong_is_named_and_none_is_changed(client, editor, consultation, line):
    page = client.post(address(consultation, "related-links-edit"), {"links": line})

    assert page.status_code == 422
    assert "Correct these lines" in page.content.decode()
    assert not consultation.related_links.exists()


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.CASE_HANDLER, Role.ARCHIVIST])
def test_only_an_editor_invites_and_lays_out(consultation, role):
    other = factories.official(consultation.authority, role)
    upload = SimpleUploadedFile("notat.pdf", factories.PDF)

    with pytest.raises(PermissionDenied):
        invite_consultees(consultation, [("Kommunen", "")], by=other)
    with pytest.raises(PermissionDenied):
        add_document(consultation, check_upload(upload), upload, title="Notat", by=other)
    with pytest.raises(PermissionDenied):
        appoint_handlers(consultation, {}, by=other)

    assert not consultation.consultees.exists()
    assert not consultation.documents.exists()


def test_document_over_the_limit_is_told_at_its_field_and_the_title_is_kept(client):
    consultation = factories.drafted_consultation()
    client.force_login(consultation.created_by)
    film = SimpleUploadedFile("film.pdf", b"%PDF-1.7" + bytes(2 * MAX_ATTACHMENT_BYTES))

    page = client.post(
        reverse("consultations:document-add", args=[consultation.slug]),
        {"kind": "paper", "title": "Om film", "file": film},
    )

    assert page.status_code == 422
    assert "film.pdf" in str(page.context["forms"]["document"].errors["file"])
    assert 'value="Om film"' in page.content.decode()
