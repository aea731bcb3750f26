"""What is changed after publication: told to everybody, and journaled where it is sent out."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Notice
from archive.models import JournalEntry
from config.integrity import CHECKS
from consultations.actions import (
    add_document,
    close_consultation,
    edit_consultation,
    invite_consultees,
    save_theme,
    set_related_links,
)
from consultations.models import Amendment, Consultation
from consultations.uploads import check_upload
from tests import factories
from tests.presses import denied, refused

pytestmark = pytest.mark.django_db
BODIES = [("Laget", "post@laget.example"), ("Foreningen", "")]


@pytest.fixture
def consultation():
    return factories.open_for_answers()


def lay_out(consultation, **fields):
    upload = SimpleUploadedFile("tillegg.pdf", factories.PDF)
    by = consultation.created_by
    return add_document(
        consultation, check_upload(upload), upload, title="Tillegg", by=by, **fields
    )


def change_theme(consultation, **fields):
    theme = consultation.themes.get(title="Fastlege")
    return save_theme(consultation, theme, by=consultation.created_by, **fields)


def edit(consultation, **fields):
    return edit_consultation(consultation, by=consultation.created_by, **fields)


@pytest.mark.parametrize(
    ("change", "kind", "note"),
    [
        (lambda each: edit(each, summary="Nytt.", note="Klarere."), "text", "Klarere."),
        (lambda each: edit(each, contact_name="En ny", note="Byttet."), "other", "Byttet."),
        (lambda each: change_theme(each, text="<p>Nytt.</p>", note="Rettet."), "theme",
         "Fastlege\nRettet."),
        (lambda each: change_theme(each, title="Legen"), "theme", "Legen"),
        (lay_out, "document", "Tillegg"),
        (lambda each: invite_consultees(each, BODIES, by=each.created_by), "consultees",
         "Laget, Foreningen"),
    ],
)  # fmt: skip
def test_a_change_after_publication_is_told_with_who_and_when(consultation, change, kind, note):
    change(consultation)

    amendment = consultation.amendments.get()
    assert (amendment.kind, amendment.note) == (kind, note)
    assert amendment.amended_by == consultation.created_by
    assert amendment.amended_at <= timezone.now()


def test_a_moved_deadline_is_told_with_both(consultation):
    before, after = consultation.deadline_at, consultation.deadline_at + timedelta(days=7)

    edit(consultation, deadline_at=after, note="Mange ba om det.")

    amendment = consultation.amendments.get()
    assert amendment.kind == Amendment.Kind.DEADLINE
    assert (amendment.deadline_before, amendment.deadline_after) == (before, after)
    assert amendment.note == "Mange ba om det."


def test_what_changes_nothing_for_the_reader_is_not_told(consultation):
    edit(consultation, summary=consultation.summary, subject="health", acceptance="automatic")
    change_theme(consultation, title="Fastlege", position=7)
    invite_consultees(consultation, [], by=consultation.created_by)
    set_related_links(consultation, [("A", "https://a.example/")], by=consultation.created_by)

    assert not consultation.amendments.exists()


def test_nothing_is_told_of_a_draft():
    draft = factories.drafted_consultation()

    edit(draft, summary="Nytt.", deadline_at=draft.deadline_at + timedelta(days=1))
    change_theme(draft, title="Legen")
    lay_out(draft)
    invite_consultees(draft, BODIES, by=draft.created_by)

    assert not Amendment.objects.exists()
    assert not JournalEntry.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.usefixtures("english")
def test_the_deadline_is_not_moved_to_what_has_passed(consultation):
    with refused("has passed"):
        edit(consultation, deadline_at=timezone.now() - timedelta(minutes=1))


def test_the_deadline_can_come_sooner_but_is_still_to_come(consultation):
    sooner = timezone.now() + timedelta(hours=1)

    edit(consultation, deadline_at=sooner, opens_at=timezone.now() - timedelta(days=1))

    assert Consultation.objects.get(pk=consultation.pk).deadline_at == sooner


@pytest.mark.usefixtures("english")
def test_the_deadline_is_not_moved_once_it_is_closed(consultation):
    close_consultation(consultation)

    with refused("closed"):
        edit(consultation, deadline_at=consultation.deadline_at + timedelta(days=7))


@pytest.mark.parametrize("name", ["summary", "purpose", "outcome", "use_of_responses"])
def test_what_is_mandatory_can_not_be_emptied_after_publication(consultation, name):
    with refused(consultation._meta.get_field(name).verbose_name):
        edit(consultation, **{name: " "})


def test_a_further_letter_is_journaled_and_owed_to_those_who_are_new(consultation):
    invite_consultees(consultation, [BODIES[0]], by=consultation.created_by)
    Notice.objects.all().delete()

    new = invite_consultees(consultation, BODIES, by=consultation.created_by)

    assert [each.name for each in new] == ["Foreningen"]
    assert not Notice.objects.exists()  # it has no address
    entries = JournalEntry.objects.order_by("position")
    assert [each.kind for each in entries] == ["Utgående dokument"] * 3
    assert entries[1].source == f"{consultation.source}-letter-{consultation.consultees.last().pk}"
    assert entries[1].documents.count() == 2
    assert [breach for check in CHECKS for breach in check()] == []


def test_an_invited_body_gets_the_letter_at_once(consultation):
    invite_consultees(consultation, BODIES, by=consultation.created_by)

    notice = Notice.objects.get()
    assert notice.email == "post@laget.example"
    assert notice.body == consultation.letter
    assert consultation.consultees.get(name="Laget").invited_at
    assert consultation.consultees.get(name="Foreningen").invited_at is None


def test_a_further_document_is_journaled_with_its_bytes(consultation):
    theme = consultation.themes.get(title="Fastlege")

    document = lay_out(consultation, theme=theme, note="Tabellen manglet.")

    entry = JournalEntry.objects.order_by("position").last()
    assert entry.source == f"{consultation.source}-document-{document.pk}"
    assert entry.title == "Nytt høringsdokument – Tillegg"
    assert list(theme.documents.all()) == [document]
    assert consultation.amendments.get().note == "Tillegg\nTabellen manglet."
    assert [breach for check in CHECKS for breach in check()] == []


def test_a_document_does_not_stand_on_another_consultations_theme(consultation):
    theirs = factories.drafted_consultation().themes.first()

    with denied():
        lay_out(consultation, theme=theirs)


def test_set_related_links_replaces_them_and_keeps_the_history(consultation):
    links = [("Rapporten", "https://a.example/"), ("Loven", "https://b.example/")]
    set_related_links(consultation, [("Gammel", "https://c.example/")], by=consultation.created_by)

    set_related_links(consultation, links, by=consultation.created_by)

    assert list(consultation.related_links.values_list("title", "url")) == links
    removed = consultation.related_links.model.history.get(history_type="-")
    assert (removed.title, removed.history_user) == ("Gammel", consultation.created_by)
