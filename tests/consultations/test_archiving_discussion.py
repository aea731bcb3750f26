"""When the discussion is over, it is one document in the case file."""

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.roles import Role
from archive.actions import close_case_file
from archive.models import ArchivedDocument, JournalEntry, PreparedDocument
from archive.vocabulary import EntryKind, PartyKind
from config import integrity
from consultations.actions import (
    archive_discussion,
    close_discussion,
    conclude_consultation,
    reopen_discussion,
    reply,
)
from consultations.letters import discussion_page
from consultations.models import Consultation, DiscussionPost
from moderation.actions import remove_post
from tests import factories
from tests.presses import at_once, denied, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return factories.discussed()


@pytest.fixture
def thread(consultation):
    """A thread by nickname with a reply, and another that a moderator has removed."""
    pia, per = factories.participant("Pia Prat"), factories.participant("Per Prøve")
    thread = factories.thread(consultation, by=pia, nickname="Veien", title="Gangveien")
    reply(thread, text="Jeg er enig, den er mørk.", by=per)
    gone = factories.thread(consultation, by=per, title="Reklame", text="Kjøp lampene mine.")
    remove_post(gone, reason="Dette er reklame.", by=None)
    return thread


def editor(consultation):
    return consultation.created_by


def close(consultation):
    return close_discussion(consultation, reason="Vi har nok.", by=editor(consultation))


def written_on(page):
    return "\n".join([page.title, page.body, *sum(page.facts + page.sections, ())])


def test_conclude_archives_the_discussion_as_one_document(consultation, thread):
    factories.closed_for_treatment(consultation)

    conclude_consultation(consultation, by=editor(consultation))

    entry = JournalEntry.objects.get(kind=EntryKind.INTERNAL)
    assert entry.source == f"{consultation.source}-discussion"
    assert entry.title == f"Diskusjon – {consultation.title}"
    assert entry.case_file_id == Consultation.objects.get(pk=consultation.pk).case_file_id
    assert entry.state.status == "Arkivert"
    assert entry.parties.get().kind == PartyKind.INTERNAL_SENDER
    document = ArchivedDocument.objects.get(entry=entry)
    with default_storage.open(document.path) as file:
        assert file.read(4) == b"%PDF"
    assert [line for check in integrity.CHECKS for line in check()] == []


def test_discussion_page_says_what_everybody_could_read(consultation, thread):
    posts = DiscussionPost.objects.shown().select_related("theme", "response", "author")

    text = written_on(discussion_page(consultation, posts))

    assert f"{thread.theme.title}: Gangveien" in text
    assert "Veien, " in text
    assert "Per Prøve, " in text
    assert "Jeg er enig, den er mørk." in text
    assert "Fjernet av moderator: Dette er reklame." in text
    for absent in ("Pia Prat", "Kjøp lampene", "Reklame"):
        assert absent not in text


def test_conclude_without_posts_journals_nothing_more(consultation):
    factories.closed_for_treatment(consultation)

    conclude_consultation(consultation, by=editor(consultation))

    assert not JournalEntry.objects.filter(kind=EntryKind.INTERNAL).exists()


def test_conclude_is_refused_while_posts_wait():
    consultation = factories.discussed(moderation="before")
    factories.thread(consultation)
    factories.closed_for_treatment(consultation)

    with refused("1"):
        conclude_consultation(consultation, by=editor(consultation))


def test_archive_discussion_is_done_once_and_not_opened_again(consultation, thread):
    close(consultation)

    first, second = (archive_discussion(consultation, by=editor(consultation)) for _ in range(2))

    assert first == second
    assert not PreparedDocument.objects.exists()
    with refused():
        reopen_discussion(consultation, by=editor(consultation))
    factories.closed_for_treatment(consultation)
    conclude_consultation(consultation, by=editor(consultation))
    assert JournalEntry.objects.filter(kind=EntryKind.INTERNAL).count() == 1


@pytest.mark.django_db(transaction=True)
def test_archive_discussion_pressed_by_two_is_done_once(consultation, thread):
    close(consultation)

    first, second = at_once(
        *[lambda: archive_discussion(consultation, by=editor(consultation))] * 2
    )

    assert first == second
    assert JournalEntry.objects.filter(kind=EntryKind.INTERNAL).count() == 1


def test_archive_discussion_is_refused_while_one_may_write(consultation, thread):
    with refused():
        archive_discussion(consultation, by=editor(consultation))


def test_archive_discussion_is_refused_when_the_case_file_is_closed(consultation, thread):
    close(consultation)
    close_case_file(consultation.case_file, by=None)

    with refused():
        archive_discussion(consultation, by=editor(consultation))


def test_archive_discussion_is_denied_to_everybody_but_the_editor(consultation, thread):
    close(consultation)

    for other in factories.everyone_but(consultation.authority, Role.EDITOR):
        with denied():
            archive_discussion(consultation, by=other)


def test_archived_document_is_dated_and_from_the_department(consultation, thread):
    close(consultation)

    entry = archive_discussion(consultation, by=editor(consultation))

    assert entry.document_date == timezone.localdate()
    assert entry.state.unit == consultation.unit
