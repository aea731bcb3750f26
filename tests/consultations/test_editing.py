"""Writing a consultation, before and after it is published."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.roles import Role
from consultations.actions import (
    add_document,
    create_consultation,
    edit_consultation,
    invite_consultee,
    invite_consultees,
    save_theme,
    set_related_links,
)
from consultations.models import (
    Acceptance,
    AuthorityPart,
    Consultation,
    ConsultationStatus,
    Moderation,
    TopicStarters,
    WhoMayAnswer,
)
from consultations.uploads import check_upload
from tests import factories
from tests.presses import denied, refused, undone

pytestmark = pytest.mark.django_db


def lay_out(consultation, by):
    upload = SimpleUploadedFile("notat.pdf", factories.PDF)
    return add_document(consultation, check_upload(upload), upload, title="Høringsnotat", by=by)


PRESSES = {
    "edit": lambda consultation, by: edit_consultation(consultation, by=by, summary="Nytt."),
    "change a theme": lambda consultation, by: save_theme(
        consultation, consultation.themes.first(), by=by, title="Nytt"
    ),
    "add a theme": lambda consultation, by: save_theme(
        consultation, None, by=by, title="Ny", slug="ny", position=9
    ),
    "invite": lambda consultation, by: invite_consultee(consultation, name="Laget", by=by),
    "invite several": lambda consultation, by: invite_consultees(
        consultation, [("Laget", ""), ("Foreningen", "")], by=by
    ),
    "add a document": lay_out,
    "set the links": lambda consultation, by: (
        set_related_links(consultation, [("Rapporten", "https://prove.example/")], by=by) or True
    ),
}
ONLY_BEFORE_PUBLICATION = {"add a theme"}
ONLY_BEFORE_CLOSING = {"invite", "invite several", "add a document"}
BEFORE_CLOSING = {
    ConsultationStatus.DRAFT,
    ConsultationStatus.PUBLISHED,
    ConsultationStatus.OPEN,
}


def written(at, by, **fields):
    now = timezone.now()
    return create_consultation(
        at,
        by=by,
        title="Ny høring",
        slug="ny-horing",
        responsible=by,
        unit="Avdelingen",
        opens_at=now,
        deadline_at=now + timezone.timedelta(days=42),
        **fields,
    )


def test_create_begins_a_draft_with_the_whole_as_a_theme_and_records_who():
    at = factories.authority()
    editor = factories.official(at, Role.EDITOR)

    consultation = written(at, editor)

    consultation = Consultation.objects.get(pk=consultation.pk)
    theme = consultation.themes.get()
    assert consultation.status == ConsultationStatus.DRAFT
    assert consultation.created_by == editor
    assert consultation.created_at
    assert theme.is_whole
    assert theme.tally.accepted == 0
    assert consultation.public_state.version == 1


def test_the_four_switches_have_the_defaults_of_a_formal_consultation():
    at = factories.authority()

    consultation = written(at, factories.official(at, Role.EDITOR))

    assert consultation.who_may_answer == WhoMayAnswer.NAMED
    assert consultation.moderation == Moderation.BEFORE
    assert consultation.authority_part == AuthorityPart.LISTENS
    assert consultation.topic_starters == TopicStarters.AUTHORITY


@pytest.mark.parametrize(
    ("fields", "acceptance"),
    [
        ({}, Acceptance.AUTOMATIC),
        ({"who_may_answer": WhoMayAnswer.ACCOUNT}, Acceptance.AUTOMATIC),
        ({"who_may_answer": WhoMayAnswer.ANONYMOUS}, Acceptance.BY_MODERATOR),
        (
            {"who_may_answer": WhoMayAnswer.ANONYMOUS, "acceptance": Acceptance.AUTOMATIC},
            Acceptance.AUTOMATIC,
        ),
    ],
)
def test_acceptance_is_by_a_moderator_where_one_may_be_anonymous(fields, acceptance):
    at = factories.authority()

    consultation = written(at, factories.official(at, Role.EDITOR), **fields)

    assert consultation.acceptance == acceptance


def test_create_is_denied_to_everybody_but_the_authoritys_editor():
    at = factories.authority()

    for other in factories.everyone_but(at, Role.EDITOR):
        with denied():
            written(at, other)


@pytest.mark.parametrize("press", PRESSES)
def test_it_is_done_by_the_editor(press):
    consultation = factories.drafted_consultation()

    assert PRESSES[press](consultation, factories.official(consultation.authority, Role.EDITOR))


def test_it_is_denied_to_everybody_but_the_authoritys_editor():
    consultation = factories.drafted_consultation()

    for other in factories.everyone_but(consultation.authority, Role.EDITOR):
        for press in PRESSES.values():
            with denied():
                press(consultation, other)


@pytest.mark.parametrize("status", ConsultationStatus)
def test_when_it_may_be_done(status):
    consultation = factories.consultation_as(status)

    for name, press in PRESSES.items():
        is_refused = (
            status == ConsultationStatus.CONCLUDED
            or (name in ONLY_BEFORE_PUBLICATION and status != ConsultationStatus.DRAFT)
            or (name in ONLY_BEFORE_CLOSING and status not in BEFORE_CLOSING)
        )
        with refused() if is_refused else undone():
            press(consultation, consultation.created_by)


@pytest.mark.parametrize("press", sorted(PRESSES.keys() - ONLY_BEFORE_PUBLICATION))
def test_a_change_makes_every_copy_of_the_public_pages_old(press):
    consultation = factories.open_for_answers()
    before = consultation.public_state.version

    PRESSES[press](consultation, consultation.created_by)

    assert Consultation.objects.get(pk=consultation.pk).public_version == before + 1


def test_edit_writes_down_who_changed_what_from_what():
    consultation = factories.open_for_answers(summary="Før.")
    editor = factories.official(consultation.authority, Role.EDITOR)

    edit_consultation(consultation, by=editor, summary="Etter.")

    now, before = consultation.history.all()[:2]
    assert (before.summary, now.summary) == ("Før.", "Etter.")
    assert now.history_user == editor


def test_changing_a_theme_writes_down_who():
    consultation = factories.open_for_answers()
    editor = factories.official(consultation.authority, Role.EDITOR)
    theme = consultation.themes.get(title="Fastlege")

    save_theme(consultation, theme, by=editor, title="Fastlegen")

    theme.refresh_from_db()
    latest = theme.history.latest()
    assert theme.title == "Fastlegen"
    assert (latest.title, latest.history_user) == ("Fastlegen", editor)


def test_a_theme_of_another_authority_can_not_be_changed_through_ones_own_consultation():
    mine = factories.open_for_answers()
    theirs = factories.open_for_answers()

    with denied():
        save_theme(mine, theirs.themes.first(), by=mine.created_by, title="Kapret")


def test_invite_several_leaves_those_who_stand_on_the_list():
    consultation = factories.drafted_consultation()
    editor = consultation.created_by
    invite_consultee(consultation, name="Laget", email="post@laget.example", by=editor)
    bodies = [("Laget", "ny@laget.example"), ("Foreningen", ""), ("Foreningen", "")]

    new = invite_consultees(consultation, bodies, by=editor)

    assert [each.name for each in new] == ["Foreningen"]
    assert list(consultation.consultees.values_list("name", "email")) == [
        ("Foreningen", ""),
        ("Laget", "post@laget.example"),
    ]


def test_add_document_keeps_every_byte_in_the_order_given():
    consultation = factories.drafted_consultation()

    lay_out(consultation, consultation.created_by)
    second = lay_out(consultation, consultation.created_by)

    second.refresh_from_db()
    assert second.position == 2
    with default_storage.open(second.path) as file:
        assert file.read() == factories.PDF
