"""How an editor finds, writes and changes a consultation and its themes."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import Membership
from accounts.roles import Role
from consultations.actions import invite_consultees
from consultations.models import Acceptance, Consultation, ConsultationStatus, Theme, WhoMayAnswer
from tests import factories
from tests.consultations.editing import address, fresh

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
