"""Each invariant is broken behind the application's back, and the check must see it."""

from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from accounts.roles import Role
from archive.actions import assess_entry, correct_entry, request_erasure
from archive.models import ArchivedDocument, JournalEntry
from archive.vocabulary import LegalBasis
from casework.actions import publish_assessment, write_assessment
from casework.models import Assignment
from config import integrity
from consultations.models import Response, SenderKind
from moderation.actions import (
    approve_erasure,
    publish_response,
    redact_response,
    report_post,
    withhold_response,
)
from tests import factories

pytestmark = pytest.mark.django_db


def sql(statement, *values):
    """Change the database as an intruder or a bug would: no trigger, no rule, no model."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.fixture(scope="module")
def accepted(opened):
    """One accepted response among two, so that a check that sees too much is seen too."""
    factories.accepted_response(opened, text="Det andre svaret sier noe annet.")
    return factories.accepted_response(
        opened, text="Jeg heter Kari og bor i Storgata ved kirken.", **factories.named()
    )


@pytest.fixture
def response(db, accepted):
    return Response.objects.get(pk=accepted.pk)


def test_check_integrity_says_that_all_holds(response):
    printed = StringIO()

    call_command("check_integrity", stdout=printed)

    assert printed.getvalue() == "All seven invariants hold.\n"


def test_check_integrity_needs_no_collected_static_files(response, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    printed = StringIO()

    call_command("check_integrity", stdout=printed)

    assert printed.getvalue() == "All seven invariants hold.\n"


def test_check_integrity_prints_a_line_a_breach_and_fails(response):
    sql("UPDATE consultations_tally SET accepted = accepted + 1")
    printed = StringIO()

    with pytest.raises(CommandError, match="3 breaches"):
        call_command("check_integrity", stdout=printed)

    lines = printed.getvalue().splitlines()
    assert len(lines) == 3  # the two themes and the consultation as a whole
    assert all(line.startswith("6 ") for line in lines)


def test_check_integrity_counts_one_breach_in_the_singular(response):
    sql("UPDATE archive_journal SET count = count + 1")

    with pytest.raises(CommandError, match=r"^1 breach of"):
        call_command("check_integrity", stdout=StringIO())


# --- 1. entries and responses ------------------------------------------------------------


def test_entries_and_responses_sees_a_response_that_is_not_journaled(consultation, response):
    other = factories.screened_response(consultation)
    sql(
        "UPDATE consultations_response SET status = 'accepted', accepted_at = now() WHERE id = %s",
        other.pk,
    )

    breaches = list(integrity.entries_and_responses())

    assert breaches == [f"Response {other.reference} is accepted, but not journaled."]


def test_entries_and_responses_sees_an_entry_without_a_response(response):
    entry = JournalEntry.objects.get(source=response.reference)
    sql("UPDATE consultations_response SET status = 'rejected' WHERE id = %s", response.pk)

    breaches = list(integrity.entries_and_responses())

    assert breaches == [
        f"Entry {entry.identifier} has no accepted response ({response.reference})."
    ]


def test_entries_and_responses_sees_a_published_assessment_that_is_not_journaled(consultation):
    themes = list(consultation.themes.order_by("pk"))
    factories.closed_for_treatment(consultation)
    handler = factories.official(consultation.authority, Role.CASE_HANDLER)
    for theme in themes:
        write_assessment(theme, text="Vi er enige.", by=None)
    publish_assessment(themes[0], by=None)
    assert list(integrity.entries_and_responses()) == []
    lost = themes[1]
    sql(
        "UPDATE casework_assessment SET published_at = now(), published_by_id = %s"
        " WHERE theme_id = %s",
        handler.pk,
        lost.pk,
    )

    breaches = list(integrity.entries_and_responses())

    assert breaches == [f"The assessment of theme #{lost.pk} is published, but not journaled."]


def test_entries_and_responses_sees_an_entry_of_an_assessment_that_is_another_s(consultation):
    theme = consultation.themes.first()
    factories.closed_for_treatment(consultation)
    write_assessment(theme, text="Vi er enige.", by=None)
    source = publish_assessment(theme, by=None).source
    sql(
        "UPDATE archive_journalentry SET source = source || '0' WHERE source = %s",
        source,
    )

    breaches = list(integrity.entries_and_responses())

    assert breaches == [f"The assessment of theme #{theme.pk} is published, but not journaled."]


def test_entries_and_responses_sees_an_entry_without_a_state(response):
    entry = JournalEntry.objects.get(source=response.reference)
    sql("SET CONSTRAINTS ALL IMMEDIATE")  # it was complete when it was written
    sql("DELETE FROM archive_entrystate WHERE entry_id = %s", entry.pk)

    breaches = list(integrity.entries_and_responses())

    assert breaches == [f"Entry {entry.identifier} has no state."]


def test_entries_and_responses_sees_a_state_that_the_change_log_contradicts(response):
    entry = JournalEntry.objects.get(source=response.reference)
    sql("UPDATE archive_entrystate SET case_handler = 'Ufordelt' WHERE entry_id = %s", entry.pk)

    breaches = list(integrity.entries_and_responses())

    assert breaches == [f"Entry {entry.identifier}: saksbehandler is not what the change log says."]


# --- 2. numbers and chain ----------------------------------------------------------------


def test_journal_numbers_sees_a_removed_entry(response):
    entry = JournalEntry.objects.order_by("position")[1]
    for table in ("change", "correspondent", "archiveddocument", "entrystate", "journalwords"):
        sql(f"DELETE FROM archive_{table} WHERE entry_id = %s", entry.pk)
    sql("DELETE FROM casework_assignment WHERE entry_id = %s", entry.pk)
    sql("DELETE FROM archive_journalentry WHERE id = %s", entry.pk)

    assert list(integrity.journal_numbers())


def test_journal_numbers_sees_a_changed_title(response):
    sql("UPDATE archive_journalentry SET title = 'Noe annet' WHERE source = %s", response.reference)

    assert list(integrity.journal_numbers())


# --- 3. assignments ----------------------------------------------------------------------


def test_assignments_sees_a_response_without_one(response):
    sql("DELETE FROM casework_assignment WHERE response_id = %s", response.pk)

    breaches = list(integrity.assignments())

    assert breaches == [f"Response {response.reference} has 0 current assignments."]


def test_assignments_sees_a_handler_without_the_role(response):
    assignment = Assignment.objects.get(response=response)
    User.objects.filter(pk=assignment.handler_id).update(is_active=False)

    breaches = list(integrity.assignments())

    assert f"Response {response.reference} is assigned to no case handler." in breaches


def test_assignments_sees_another_response_s_entry(response):
    other = JournalEntry.objects.exclude(source=response.reference).last()
    sql(
        "UPDATE casework_assignment SET entry_id = %s WHERE response_id = %s", other.pk, response.pk
    )

    breaches = list(integrity.assignments())

    assert breaches == [f"Response {response.reference} is assigned with another's entry."]


# --- 4. documents ------------------------------------------------------------------------


def test_documents_sees_changed_bytes(response):
    document = ArchivedDocument.objects.get(entry__source=response.reference)
    with open(default_storage.path(document.path), "r+b") as file:
        file.seek(100)
        file.write(b"x")

    assert len(list(integrity.documents())) == 1


def test_documents_sees_a_lost_file(response):
    document = ArchivedDocument.objects.get(entry__source=response.reference)
    default_storage.delete(document.path)

    assert len(list(integrity.documents())) == 1


def test_documents_sees_a_changed_original_text(response):
    sql("UPDATE consultations_response SET text = 'Endret' WHERE id = %s", response.pk)

    breaches = list(integrity.documents())

    assert breaches == [
        f"The text of response {response.reference} is not the one that was journaled."
    ]


# --- 5. public pages ---------------------------------------------------------------------


def test_public_pages_sees_redacted_words(response):
    start = response.text.index("Storgata")
    redact_response(response, passages=[(start, start + 8)], ground="personal_data", by=None)
    assert list(integrity.public_pages()) == []
    sql("UPDATE consultations_response SET redacted_text = text WHERE id = %s", response.pk)

    breaches = list(integrity.public_pages())

    assert any("shows redacted words" in breach for breach in breaches)


def test_public_pages_sees_a_withheld_response(response):
    withhold_response(response, ground="hateful", by=None)
    assert list(integrity.public_pages()) == []
    # What a page shows goes by the publication; the decision says what it should be.
    sql("UPDATE consultations_response SET publication = 'published' WHERE id = %s", response.pk)

    breaches = list(integrity.public_pages())

    assert any("was decided" in breach for breach in breaches)


def test_public_pages_may_say_that_what_was_hidden_is_erased(response):
    redact_response(response, passages=[(0, 9)], ground="personal_data", hide_name=True, by=None)
    entry = JournalEntry.objects.get(source=response.reference)
    asking, approving = (factories.official(entry.authority, Role.ARCHIVIST) for _ in range(2))
    erasure = request_erasure(
        entry,
        documents=[each.system_id for each in entry.documents.all()],
        parties=[1],
        legal_basis="Dom",
        reason="Dom",
        by=asking,
    )

    approve_erasure(erasure, by=approving)

    assert list(integrity.public_pages()) == []


def test_public_pages_sees_a_hidden_name(response):
    publish_response(response, hide_name=True, by=None)
    assert list(integrity.public_pages()) == []
    name = response.submission.name
    sql("UPDATE consultations_consultation SET summary = %s", f"Takk til {name}.")

    breaches = list(integrity.public_pages())

    assert any("shows the hidden sender" in breach for breach in breaches)


def test_public_pages_sees_a_hidden_name_in_the_journal(response):
    publish_response(response, hide_name=True, by=None)
    sql("UPDATE archive_entrystate SET is_sender_screened = false")

    breaches = list(integrity.public_pages())

    assert f"Response {response.reference} hides its sender, but the public journal does not." in (
        breaches
    )


def test_public_pages_sees_a_screened_title(response):
    entry = JournalEntry.objects.get(source=response.reference)
    entry = correct_entry(entry, title="Klage fra Nora Prøve", reason="Feil.", by=None)
    words = {"legal_basis": LegalBasis.OFFL_13, "title_words": ["nora"]}
    assess_entry(entry, **words, by=None)
    assert not any("of the title" in breach for breach in integrity.public_pages())
    sql("UPDATE archive_correspondent SET name = %s", entry.title)

    breaches = list(integrity.public_pages())

    assert any(f"shows words of the title of entry {entry}" in breach for breach in breaches)


def test_public_pages_sees_a_sender_s_address(response):
    publish_response(response, by=None)
    address = response.submission.email
    sql("UPDATE consultations_consultation SET summary = %s", f"Skriv til {address}.")

    breaches = list(integrity.public_pages())

    assert any("e-mail address" in breach for breach in breaches)
    assert not any(address in breach for breach in breaches)


KEPT_BACK = "Dette innlegget er det bare moderatoren som får lese, og ingen andre."


@pytest.mark.parametrize("status", ["waiting", "removed"])
def test_public_pages_sees_a_post_that_nobody_should_read(status):
    consultation = factories.discussed(moderation="before")
    factories.post_as("visible", consultation, title="Et annet tema")
    post = factories.post_as(status, consultation, text=KEPT_BACK)
    assert list(integrity.public_pages()) == []
    sql("UPDATE consultations_theme SET text = %s WHERE id = %s", KEPT_BACK, post.theme_id)

    breaches = list(integrity.public_pages())

    assert any(f"shows post #{post.pk}, which is not public" in breach for breach in breaches)


def test_public_pages_sees_who_writes_by_a_nickname():
    author = factories.participant("Nikoline Navnløs")
    post = factories.thread(factories.discussed(), by=author, nickname="Veien")
    assert list(integrity.public_pages()) == []
    sql("UPDATE consultations_discussionpost SET title = %s", "Av Nikoline Navnløs")

    breaches = list(integrity.public_pages())

    assert any(f"who wrote post #{post.pk} by a nickname" in breach for breach in breaches)


def test_public_pages_sees_the_address_of_who_writes_or_reports():
    author = factories.participant()
    post = factories.thread(factories.discussed(), by=author)
    report_post(post, text="Stygg.", email="per@melder.example")
    for address in (author.email, "per@melder.example"):
        sql("UPDATE consultations_discussionpost SET text = %s", f"Skriv til {address}.")

        assert any("e-mail address" in breach for breach in integrity.public_pages())


# --- 6. counters -------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["accepted", "published", "withheld"])
def test_counters_sees_a_wrong_count(response, column):
    sql(
        f"UPDATE consultations_tally SET {column} = {column} + 1 WHERE theme_id = %s",
        response.theme_id,
    )

    breaches = list(integrity.counters())

    assert len(breaches) == 1
    assert f"{column} is stored as" in breaches[0]


# --- 7. receipts -------------------------------------------------------------------------


def test_receipts_sees_a_receipt_without_its_submission(response, consultation):
    sender = factories.person()
    sent = factories.submission(
        consultation, by=sender, sender_kind=SenderKind.PERSON, name="Ada Prøve"
    )
    sql("DELETE FROM consultations_response WHERE submission_id = %s", sent.pk)
    sql("DELETE FROM consultations_submission WHERE id = %s", sent.pk)

    breaches = list(integrity.receipts())

    assert breaches == [f"A receipt was sent for submission #{sent.pk}, which is not there."]


def test_receipts_sees_a_submission_that_lost_its_responses(consultation):
    sent = factories.submission(consultation)
    sql("DELETE FROM consultations_response WHERE submission_id = %s", sent.pk)

    breaches = list(integrity.receipts())

    assert breaches == [f"Submission {sent.reference} was received, but holds no response."]


def test_receipts_sees_a_response_whose_submission_is_a_draft(response):
    sql(
        "UPDATE consultations_submission SET submitted_at = NULL WHERE id = %s",
        response.submission_id,
    )

    breaches = list(integrity.receipts())

    assert breaches == [f"Response {response.reference} was received, but its submission was not."]
