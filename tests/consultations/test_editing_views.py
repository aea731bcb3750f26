"""How an editor writes a consultation, publishes it, and leads it to its end."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership, Notice
from accounts.roles import Role
from archive.models import JournalEntry
from casework.actions import appoint_handlers
from consultations.actions import add_document, invite_consultees
from consultations.models import (
    Acceptance,
    Consultation,
    ConsultationStatus,
    Theme,
    WhoMayAnswer,
)
from consultations.uploads import MAX_ATTACHMENT_BYTES, check_upload
from moderation.actions import publish_response
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/en/redigering/"
CREATE = "/en/redigering/ny/"


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


def address(consultation, name="consultation-edit", *more):
    return reverse(f"consultations:{name}", args=[consultation.slug, *more])


def filled(authority, **changes):
    """What an editor types into the form of a new consultation."""
    responsible = factories.official(authority, Role.CASE_HANDLER)
    return {
        "title": "Blåbær på øya",
        "slug": "",
        "language": "nb",
        "subject": "farming",
        "summary": "Vi foreslår å plante blåbær.",
        "purpose": "Fordi de er gode.",
        "outcome": "plan",
        "use_of_responses": "Vi leser alt.",
        "letter": "Kjære alle.",
        "opens_at": "2027-01-10T08:00",
        "deadline_at": "2027-04-10T23:59",
        "who_may_answer": "anonymous",
        "access": "open",
        "acceptance": "",
        "moderation": "before",
        "authority_part": "listens",
        "topic_starters": "authority",
        "discussion_names": "name",
        "contact_name": "Kari Prøve",
        "contact_email": "kari@prove.example",
        "responsible": responsible.pk,
        "unit": "Bæravdelingen",
    } | changes


def as_typed(consultation, **changes):
    """What the form of a consultation holds, sent as it is but for the changes."""
    fields = {
        name: getattr(consultation, name)
        for name in filled(consultation.authority)
        if name not in ("opens_at", "deadline_at", "responsible")
    }
    moments = {
        name: timezone.localtime(getattr(consultation, name)).strftime("%Y-%m-%dT%H:%M")
        for name in ("opens_at", "deadline_at")
    }
    return fields | moments | {"responsible": consultation.responsible_id} | changes


def fresh(consultation):
    return Consultation.objects.get(pk=consultation.pk)


def test_create_saves_a_draft_with_an_address_made_of_the_title(client, editor, consultation):
    page = client.post(CREATE, filled(consultation.authority), follow=True)

    made = Consultation.objects.get(slug="blabaer-pa-oya")
    assert made.status == ConsultationStatus.DRAFT
    assert made.created_by == editor
    assert made.acceptance == Acceptance.BY_MODERATOR
    assert made.opens_at == datetime(2027, 1, 10, 8, 0, tzinfo=timezone.get_default_timezone())
    assert page.redirect_chain[-1][0] == address(made)
    assert "Nobody outside sees it" in page.content.decode()


def test_the_form_says_what_publishing_asks_for(client, editor, consultation):
    form = client.get(CREATE).content.decode()

    for label, when in (
        ("Purpose", "needed before you publish"),
        ("What it will become", "needed before you publish"),
        ("How the answers will be used", "needed before you publish"),
        ("Address", "optional"),
    ):
        assert f'{label} <span class="optional">({when})</span>' in form


def test_a_draft_may_be_unfinished_but_not_contradict_itself(client, editor, consultation):
    unfinished = filled(consultation.authority, summary="", letter="", purpose="")

    wrong = client.post(CREATE, unfinished | {"deadline_at": "2026-01-10T08:00"})
    taken = client.post(CREATE, unfinished | {"slug": consultation.slug})
    reserved = client.post(CREATE, unfinished | {"slug": "ny"})
    outsider = client.post(CREATE, unfinished | {"responsible": editor.pk})
    right = client.post(CREATE, unfinished)

    for page in (wrong, taken, reserved, outsider):
        assert page.status_code == 422
        assert 'value="Blåbær på øya"' in page.content.decode()
    assert "The deadline must be after the opening." in wrong.content.decode()
    assert right.status_code == 302


def test_who_edits_for_two_authorities_chooses_whose_it_is(client, editor, consultation):
    other = factories.authority()
    Membership.objects.create(user=editor, authority=other, role=Role.EDITOR)
    client.force_login(type(editor).objects.get(pk=editor.pk))

    page = client.post(f"{CREATE}?authority={other.slug}", filled(other), follow=True)

    assert page.status_code == 200
    assert Consultation.objects.get(slug="blabaer-pa-oya").authority == other


def test_edit_keeps_what_is_typed(client, editor, consultation):
    page = client.post(address(consultation), as_typed(consultation, title="Ny tittel"))

    assert page.status_code == 302
    assert fresh(consultation).title == "Ny tittel"


def test_edit_of_what_is_published_leaves_the_letter_and_the_rules(client):
    consultation = factories.open_for_answers()
    client.force_login(consultation.created_by)
    later = timezone.localtime(consultation.deadline_at + timedelta(days=7))

    client.post(
        address(consultation),
        as_typed(
            consultation,
            letter="Noe annet",
            slug="annet",
            who_may_answer="account",
            deadline_at=later.strftime("%Y-%m-%dT%H:%M"),
            note="Mange ba om en uke til.",
        ),
    )

    edited = fresh(consultation)
    assert edited.letter == consultation.letter
    assert edited.slug == consultation.slug
    assert edited.who_may_answer == WhoMayAnswer.ANONYMOUS
    assert edited.deadline_at == later.replace(second=0, microsecond=0)


def test_list_shows_ones_own_newest_first(client, editor, consultation):
    elsewhere = factories.drafted_consultation()
    newer = factories.drafted_consultation(consultation.authority, editor=editor)

    page = client.get(LIST)

    assert [each.pk for each in page.context["consultations"]] == [newer.pk, consultation.pk]
    assert elsewhere.title not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_another_authoritys_is_not_found_and_other_roles_are_denied(client, editor, consultation):
    elsewhere = factories.drafted_consultation()
    both = factories.official(consultation.authority, Role.MODERATOR)
    Membership.objects.create(user=both, authority=elsewhere.authority, role=Role.EDITOR)
    names = ("consultation-edit", "theme-edit", "consultation-publish", "consultation-advance")

    foreign = [client.get(address(elsewhere, name)).status_code for name in names]
    client.force_login(both)
    seen_only = [client.get(address(consultation, name)).status_code for name in names]
    client.force_login(factories.moderator_of(consultation))
    moderator = [client.get(address(consultation, name)).status_code for name in names]

    assert foreign == [404] * 4
    assert seen_only == [403] * 4
    assert moderator == [403] * 4
    assert client.get(LIST).status_code == 403


def test_a_theme_is_added_and_changed(client, editor, consultation):
    client.post(
        address(consultation, "theme-edit"),
        {"title": "Ny legevakt", "slug": "", "position": "3", "text": "<p>Om.</p>"},
    )
    theme = Theme.objects.get(slug="ny-legevakt")
    client.post(
        address(consultation, "theme-edit", theme.pk),
        {"title": "Legevakt", "slug": "ny-legevakt", "position": "3", "text": "<p>Mer.</p>"},
    )

    theme.refresh_from_db()
    assert (theme.title, theme.text, theme.position) == ("Legevakt", "<p>Mer.</p>", 3)
    assert theme.tally.accepted == 0


def test_a_theme_has_an_address_of_its_own(client, editor, consultation):
    page = client.post(
        address(consultation, "theme-edit"), {"title": "Fastlege", "position": "3", "text": "Om."}
    )

    assert page.status_code == 422
    assert Theme.objects.filter(consultation=consultation, title="Fastlege").count() == 1


def test_no_theme_is_added_to_what_is_published(client):
    consultation = factories.published_consultation()
    client.force_login(consultation.created_by)

    page = client.post(
        address(consultation, "theme-edit"),
        {"title": "For sent", "slug": "for-sent", "position": "3"},
        headers={"referer": f"http://testserver{address(consultation)}"},
        follow=True,
    )

    assert "can be changed, but not added" in page.content.decode()
    assert not Theme.objects.filter(title="For sent").exists()


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


def test_what_is_changed_after_publication_must_be_told_with_a_note(client):
    consultation = factories.open_for_answers()
    client.force_login(consultation.created_by)
    theme = consultation.themes.get(title="Fastlege")
    typed_theme = {"title": "Fastlegen", "position": 1, "text": theme.text, "questions": ""}
    theme_page = address(consultation, "theme-edit", theme.pk)

    told_nobody = client.post(address(consultation), as_typed(consultation, purpose="Annet."))
    told_nobody_of_theme = client.post(theme_page, typed_theme)
    told = client.post(
        address(consultation), as_typed(consultation, purpose="Annet.", note="Rettet en feil.")
    )
    told_of_theme = client.post(theme_page, typed_theme | {"note": "Kortere."})

    assert [told_nobody.status_code, told_nobody_of_theme.status_code] == [422, 422]
    assert "Say what you change, and why" in told_nobody.content.decode()
    assert [told.status_code, told_of_theme.status_code] == [302, 302]
    assert [each.note for each in consultation.amendments.all()] == [
        "Fastlegen\nKortere.",
        "Rettet en feil.",
    ]


def test_saving_without_a_change_tells_nobody(client):
    now = timezone.now()
    consultation = factories.open_for_answers(
        purpose="En linje.\n\nOg en til.",
        deadline_at=(now + timedelta(days=42)).replace(second=59, microsecond=0),
    )
    client.force_login(consultation.created_by)

    page = client.post(
        address(consultation),
        as_typed(consultation, purpose=consultation.purpose.replace("\n", "\r\n"), subject="work"),
    )

    assert page.status_code == 302
    assert fresh(consultation).subject == "work"
    assert fresh(consultation).deadline_at == consultation.deadline_at
    assert not consultation.amendments.exists()


def test_the_deadline_is_not_asked_for_once_it_is_closed(client):
    consultation = factories.consultation_as(ConsultationStatus.CLOSED)
    client.force_login(consultation.created_by)

    page = client.get(address(consultation))

    assert "deadline_at" not in page.context["forms"]["consultation"].fields


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


def test_publish_is_asked_about_first_and_then_done(client, editor, consultation):
    asked = client.get(address(consultation, "consultation-publish"))
    before = fresh(consultation).status
    page = client.post(address(consultation, "consultation-publish"), follow=True)

    assert "can not be undone" in asked.content.decode()
    assert before == ConsultationStatus.DRAFT
    assert fresh(consultation).status == ConsultationStatus.PUBLISHED
    assert fresh(consultation).published_by == editor
    assert "journaled as the first entry" in page.content.decode()


def test_publish_of_what_is_unfinished_says_what_is_missing(client, editor):
    consultation = factories.drafted_consultation(
        factories.authority(), editor=None, themes=(), purpose=""
    )
    client.force_login(consultation.created_by)
    asking = address(consultation, "consultation-publish")

    page = client.post(asking, headers={"referer": f"http://testserver{asking}"}, follow=True)

    assert "purpose" in page.content.decode()
    assert fresh(consultation).status == ConsultationStatus.DRAFT


def test_an_editor_leads_it_from_publication_to_conclusion(client, editor, consultation):
    client.post(address(consultation, "consultation-publish"))
    advance = address(consultation, "consultation-advance")
    statuses = []
    for step in ("opened", "closed", "treatment_started", "concluded"):
        assert f'value="{step}"' in client.get(advance).content.decode()
        client.post(advance, {"step": step})
        statuses.append(fresh(consultation).status)

    assert statuses == ["opened", "closed", "treatment_started", "concluded"]
    assert "no step to take" in client.get(advance).content.decode()


def test_a_step_that_is_taken_already_is_refused_in_words(client):
    consultation = factories.open_for_answers()
    client.force_login(consultation.created_by)
    advance = address(consultation, "consultation-advance")

    page = client.post(
        advance,
        {"step": "opened"},
        headers={"referer": f"http://testserver{advance}"},
        follow=True,
    )

    assert "can not become" in page.content.decode()
    assert client.post(advance, {"step": "draft"}).status_code == 404
    assert fresh(consultation).status == ConsultationStatus.OPEN


def test_conclude_says_what_is_left_to_do(client):
    consultation = factories.open_for_answers()
    response = factories.accepted_response(consultation)
    factories.closed_for_treatment(consultation)
    client.force_login(consultation.created_by)
    advance = address(consultation, "consultation-advance")
    back = {"referer": f"http://testserver{advance}"}

    undecided = client.post(advance, {"step": "concluded"}, headers=back, follow=True)
    publish_response(response, by=None)
    unhandled = client.post(advance, {"step": "concluded"}, headers=back, follow=True)

    assert "has not been decided by a moderator" in undecided.content.decode()
    assert "has not been handled" in unhandled.content.decode()
    assert fresh(consultation).status == ConsultationStatus.UNDER_TREATMENT


def test_what_is_concluded_is_not_changed(client, editor, consultation):
    client.post(address(consultation, "consultation-publish"))
    for step in ("opened", "closed", "treatment_started", "concluded"):
        client.post(address(consultation, "consultation-advance"), {"step": step})

    shown = client.get(address(consultation)).content.decode()
    client.post(address(consultation), as_typed(consultation, title="For sent"))

    assert "Nothing more can be changed" in shown
    assert fresh(consultation).title == consultation.title


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_the_database_as_often_however_many(
    client, editor, number, django_assert_num_queries
):
    themes = ("Fastlege", "Sykehjem", "Legevakt")[:number]
    consultation = factories.drafted_consultation(themes=themes)
    editor = consultation.created_by
    for _ in range(number - 1):
        factories.drafted_consultation(consultation.authority, editor=editor)
    invite_consultees(consultation, [(f"Instans {each}", "") for each in range(number)], by=editor)
    client.force_login(editor)

    with django_assert_num_queries(4):
        client.get(LIST)
    with django_assert_num_queries(12):
        client.get(address(consultation))
    with django_assert_num_queries(7):
        client.get(address(consultation, "consultation-publish"))


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
