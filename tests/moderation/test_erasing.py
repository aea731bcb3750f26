"""Erasing by law: gone from the record and from every copy, and everything still verifies."""

import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.utils import ProgrammingError
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.rules import ActionRefused
from archive import actions as record
from archive.models import (
    ArchivedDocument,
    Change,
    Correspondent,
    Erasure,
    ErasureStatus,
    JournalEntry,
)
from archive.proofs import proof_file, proofs_of, published
from archive.tasks import delete_erased_outstanding, make_checkpoints
from archive.verify import verify_chain, verify_documents
from archive.views.checkpoints import VERIFIER
from archive.vocabulary import ERASED
from casework.models import Excerpt
from config.integrity import CHECKS
from consultations.models import Attachment, Response, Submission
from moderation.actions import approve_erasure, redact_response
from moderation.models import PublicationGround
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_consultation,
    pytest.mark.usefixtures("english"),
]
SECRET = "Naboen Truls Tullesen er syk, og det er leit."


def made(consultation):
    """Published with a passage redacted, an attachment, an excerpt, and a corrected entry."""
    moderator = factories.moderator_of(consultation)
    response = factories.accepted_response(
        consultation,
        by=moderator,
        text=SECRET,
        files=[("truls.txt", b"Om Truls.\n")],
        **factories.named("Nora Navn", "nora@navn.example"),
    )
    redact_response(response, passages=[(0, 13)], ground=PublicationGround.SECRECY, by=moderator)
    Excerpt.objects.create(response=response, start=0, end=13, comment="Truls", made_by=moderator)
    record.correct_entry(entry_of(response), title="Rettet", reason="Feil.", by=None)
    return response


@pytest.fixture(scope="module")
def made_once(opened):
    return made(opened).pk


@pytest.fixture
def response(db, made_once):
    return Response.objects.get(pk=made_once)


def entry_of(response):
    return JournalEntry.objects.get(source=response.reference)


@pytest.fixture
def archivists(response):
    return two_archivists(response.consultation.authority)


def two_archivists(at):
    return [
        factories.official(at, Role.ARCHIVIST, name=name) for name in ("Arne Arkiv", "Berit Bevar")
    ]


@pytest.fixture
def requested(response, archivists):
    """An erasure of everything in the entry, asked for by the first archivist."""
    return request(entry_of(response), by=archivists[0])


def request(entry, *, by, **fields):
    defaults = {
        "documents": [each.system_id for each in entry.documents.all()],
        "parties": [party.position for party in entry.parties.all()],
        "legal_basis": "Oslo tingrett, 25-012345",
        "reason": "Dom.",
    }
    return record.request_erasure(entry, by=by, **(defaults | fields))


def erase(erasure, *, by):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return approve_erasure(erasure, by=by)


def breaches():
    return [breach for check in CHECKS for breach in check()]


# --- request ---------------------------------------------------------------------------


def test_request_erasure_records_who_asked_and_erases_nothing(response, archivists):
    erasure = request(entry_of(response), by=archivists[0])

    assert (erasure.status, erasure.requested_by) == (ErasureStatus.REQUESTED, archivists[0])
    assert erasure.requested_at
    assert not ArchivedDocument.objects.exclude(erasure=None).exists()
    assert breaches() == []


def test_request_erasure_is_refused_while_one_waits(requested, response, archivists):
    with pytest.raises(ActionRefused, match="waits already"):
        request(entry_of(response), by=archivists[1])

    assert Erasure.objects.count() == 1


@pytest.mark.parametrize(
    "fields", [{"documents": [], "parties": []}, {"documents": [], "parties": [9]}]
)
def test_request_erasure_of_what_is_not_there_is_refused(response, archivists, fields):
    with pytest.raises(ActionRefused, match="Choose what"):
        request(entry_of(response), by=archivists[0], **fields)

    assert not Erasure.objects.exists()


def test_request_erasure_of_what_is_erased_is_refused(requested, response, archivists):
    erase(requested, by=archivists[1])

    with pytest.raises(ActionRefused, match="not erased already"):
        request(entry_of(response), by=archivists[0])


def test_request_erasure_is_for_archivists_of_the_authority(response):
    at = response.consultation.authority
    others = [*factories.everyone_but(at, Role.ARCHIVIST), None]

    for other in others:
        with pytest.raises(PermissionDenied):
            request(entry_of(response), by=other)
    assert not Erasure.objects.exists()


# --- approve ---------------------------------------------------------------------------


def test_approve_erasure_leaves_nothing_of_it_in_the_database(requested, archivists, response):
    paths = {each.path for each in ArchivedDocument.objects.filter(entry__corrects=None)}

    erasure = erase(requested, by=archivists[1])

    assert (erasure.status, erasure.approved_by) == (ErasureStatus.APPROVED, archivists[1])
    assert erasure.approved_at
    assert Erasure.objects.get().files_deleted_at
    letter = entry_of(response).case_file.entries.get(case_number=1).documents.first()
    for path in paths - {each.path for each in letter.entry.documents.all()}:
        assert not default_storage.exists(path)
    for words in ("Truls", "Nora Navn", "nora@navn.example", "leit"):
        assert tables_with(words) == []


def tables_with(words):
    """Tables in which some row has the words in some column. People's accounts are their own."""
    with connection.cursor() as cursor:
        tables = [
            table
            for table in connection.introspection.table_names(cursor)
            if not table.startswith(("accounts_user", "account_"))
        ]
        found = []
        for table in tables:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS row WHERE row::text ILIKE %s',
                [f"%{words}%"],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_words_would_have_been_found(requested, response):
    assert {"consultations_response", "consultations_searchtext"} <= set(tables_with("leit"))
    assert "archive_correspondent" in tables_with("Nora Navn")


def test_approve_erasure_leaves_chain_proofs_and_invariants_whole(
    requested, archivists, response, tmp_path
):
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        make_checkpoints()
    entry = entry_of(response)
    proof = proofs_of([entry])[entry.pk]
    (tmp_path / "bevis.json").write_text(json.dumps(proof_file(entry, proof)))
    (tmp_path / "kontrollpunkt.json").write_text(json.dumps(published(proof.checkpoint)))
    (tmp_path / "svar.txt").write_text(SECRET)

    erase(requested, by=archivists[1])

    at = response.consultation.authority
    assert list(verify_chain(at)) == []
    assert list(verify_documents(at)) == []
    assert breaches() == []
    assert proof_file(entry, proofs_of([entry])[entry.pk]) == json.loads(
        (tmp_path / "bevis.json").read_text()
    )
    verified = subprocess.run(
        [sys.executable, "-I", VERIFIER, "bevis.json", "kontrollpunkt.json", "svar.txt"],
        cwd=tmp_path,
        check=False,
    )
    assert verified.returncode == 0
    call_command("verify_journal", "--documents", stdout=StringIO(), stderr=StringIO())


def test_approve_erasure_takes_corrections_and_variants_with_it(requested, archivists, response):
    erase(requested, by=archivists[1])

    entries = JournalEntry.objects.filter(source__startswith=response.reference)
    assert entries.count() == 2
    for entry in entries:
        assert not entry.documents.filter(erasure=None).exists()
        assert {party.name for party in entry.parties.all()} == {ERASED}
        logged = Change.objects.filter(entry=entry, new_value=ERASED)
        assert logged.count() == entry.documents.count() + 1
        assert {change.changed_by for change in logged} == {"Berit Bevar"}


def test_approve_erasure_blanks_the_pages(requested, archivists, response, client):
    address = reverse(
        "consultations:response-show", args=[response.consultation.slug, response.reference]
    )
    before = client.get(address)

    erase(requested, by=archivists[1])

    page = client.get(address, headers={"if-none-match": before.headers["ETag"]})
    assert "er syk" in before.content.decode()
    assert "er syk" not in page.content.decode()
    assert ERASED in page.content.decode()
    receipt = client.get(
        reverse("consultations:receipt-show", args=[response.submission.token]), follow=True
    )
    assert receipt.status_code == 200


def test_approve_erasure_of_the_attachment_alone_leaves_the_rest(response, archivists):
    entry = entry_of(response)
    attachment = entry.documents.get(number=2)
    erasure = request(entry, by=archivists[0], documents=[attachment.system_id], parties=[])

    erase(erasure, by=archivists[1])

    assert not default_storage.exists(attachment.path)
    assert not Attachment.objects.exists()
    assert Response.objects.get().text == SECRET
    assert Submission.objects.get().name == "Nora Navn"
    assert breaches() == []


def test_approve_erasure_of_the_sender_alone_leaves_what_was_said(response, archivists):
    entry = JournalEntry.objects.get(corrects=entry_of(response))
    renamed = record.correct_entry(entry, sender_name="Rett Navn", reason="Feil.", by=None)
    erasure = request(entry, by=archivists[0], documents=[])

    erase(erasure, by=archivists[1])

    submission = Submission.objects.get()
    assert (submission.name, submission.email, submission.sender) == (ERASED, "", None)
    assert Response.objects.get().text == SECRET
    assert entry_of(response).parties.get().name == ERASED
    assert renamed.parties.get().name == "Rett Navn"
    assert breaches() == []


@pytest.mark.parametrize("status", [ErasureStatus.APPROVED, ErasureStatus.REFUSED])
def test_approve_erasure_is_refused_when_it_is_decided(requested, archivists, response, status):
    decide = erase if status == ErasureStatus.APPROVED else record.refuse_erasure
    decide(requested, by=archivists[1])
    text = Response.objects.get().text

    with pytest.raises(ActionRefused):
        approve_erasure(requested, by=archivists[1])

    assert Response.objects.get().text == text
    assert Erasure.objects.get().status == status


def test_approve_erasure_is_for_another_archivist(requested, archivists, response):
    at = response.consultation.authority
    others = [archivists[0], *factories.everyone_but(at, Role.ARCHIVIST), None]

    for other in others:
        with pytest.raises(PermissionDenied):
            approve_erasure(requested, by=other)
    assert Response.objects.get().text == SECRET
    assert default_storage.exists(entry_of(response).documents.first().path)


def test_approve_erasure_waits_for_what_has_the_same_file_unjournaled(archivists, response):
    themes = list(response.consultation.themes.all())[:2]
    submission = factories.submission(
        response.consultation, themes=themes, files=[("felles.txt", b"Om Truls.\n")]
    )
    first, _second = submission.responses.order_by("pk")
    for each in submission.responses.all():
        factories.screen_response(each)
    factories.accept_response(first, by=factories.moderator_of(response))
    erasure = request(entry_of(first), by=archivists[0])

    with pytest.raises(ActionRefused, match="same attachment"):
        approve_erasure(erasure, by=archivists[1])

    assert not ArchivedDocument.objects.exclude(erasure=None).exists()


def test_files_are_deleted_by_the_sweep_when_the_nudge_was_lost(requested, archivists, response):
    path = entry_of(response).documents.first().path
    approve_erasure(requested, by=archivists[1])  # what comes after the commit is not run
    assert default_storage.exists(path)
    still_there = list(verify_documents(response.consultation.authority))

    delete_erased_outstanding()
    delete_erased_outstanding()

    assert any("erased, but" in breach for breach in still_there)
    assert not default_storage.exists(path)
    assert not Erasure.objects.outstanding().exists()


def test_erased_text_that_is_still_there_is_found(requested, archivists, response):
    erase(requested, by=archivists[1])
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Correspondent.objects.filter(erasure=requested).update(name="Nora Navn")
        cursor.execute("SET session_replication_role = origin")

    found = list(verify_chain(response.consultation.authority))

    assert len(found) == 2
    assert all("of a party was changed" in breach for breach in found)


def test_record_is_append_only_again_after_an_erasure(requested, archivists, response):
    erase(requested, by=archivists[1])

    with pytest.raises(ProgrammingError, match="Cannot update"):
        Correspondent.objects.update(name="Noen")


@pytest.mark.django_db(transaction=True)
def test_two_archivists_who_approve_at_once_erase_once():
    response = made(factories.open_for_answers())
    at = response.consultation.authority
    archivists = two_archivists(at)
    requested = request(entry_of(response), by=archivists[0])
    third = factories.official(at, Role.ARCHIVIST, name="Carl Kasser")
    barrier, outcomes = Barrier(2), []

    def press(user):
        barrier.wait()
        try:
            approve_erasure(requested, by=user)
            outcomes.append("erased")
        except ActionRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=press, args=[user]) for user in (archivists[1], third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["erased", "refused"]
    assert Erasure.objects.get().files_deleted_at
    assert list(verify_chain(at)) == []


# --- refuse ----------------------------------------------------------------------------


def test_refuse_erasure_records_who_and_erases_nothing(requested, archivists, response):
    erasure = record.refuse_erasure(requested, by=archivists[0])

    assert (erasure.status, erasure.refused_by) == (ErasureStatus.REFUSED, archivists[0])
    assert erasure.refused_at
    assert Response.objects.get().text == SECRET
    assert request(entry_of(response), by=archivists[0])  # one may ask again


def test_refuse_erasure_is_refused_when_it_is_decided(requested, archivists):
    erase(requested, by=archivists[1])

    with pytest.raises(ActionRefused):
        record.refuse_erasure(requested, by=archivists[1])

    assert Erasure.objects.get().status == ErasureStatus.APPROVED


def test_refuse_erasure_is_for_archivists_of_the_authority(requested, response):
    others = [*factories.everyone_but(response.consultation.authority, Role.ARCHIVIST), None]

    for other in others:
        with pytest.raises(PermissionDenied):
            record.refuse_erasure(requested, by=other)
    assert Erasure.objects.get().status == ErasureStatus.REQUESTED


# --- the pages -------------------------------------------------------------------------


def test_erasure_is_asked_for_and_approved_on_the_pages(client, response, archivists):
    entry = entry_of(response)
    ask = reverse("archive:erasure-request", args=[entry.authority.slug, entry.year, entry.number])
    client.force_login(archivists[0])
    empty = client.post(ask, {"legal_basis": "Dom", "reason": "Dom"})
    main = entry.documents.get(number=1, variant="Arkivformat")
    asked = client.post(
        ask,
        {
            "documents": [str(main.system_id)],
            "parties": ["1"],
            "legal_basis": "Oslo tingrett",
            "reason": "Dom",
        },
        follow=True,
    )
    erasure = Erasure.objects.get()
    approve = reverse("moderation:erasure-approve", args=[erasure.pk])
    own = client.post(approve)
    client.force_login(archivists[1])
    listed = client.get(asked.redirect_chain[-1][0])

    client.post(approve)

    assert empty.status_code == 422
    assert approve not in asked.content.decode()
    assert own.status_code == 403
    assert approve in listed.content.decode()
    erasure.refresh_from_db()
    assert erasure.status == ErasureStatus.APPROVED
    assert Response.objects.get().text == ERASED
    assert client.get(listed.request["PATH_INFO"]).status_code == 200


def test_erasures_of_another_authority_are_not_there(client, requested):
    client.force_login(factories.official(factories.authority(), Role.ARCHIVIST))

    for name in ("moderation:erasure-approve", "archive:erasure-refuse"):
        assert client.post(reverse(name, args=[requested.pk])).status_code == 404
    slug = requested.authority.slug
    assert client.get(reverse("archive:erasure-list", args=[slug])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_erasures_takes_a_fixed_number_of_queries(
    client, archivists, response, rows, django_assert_num_queries
):
    for _number in range(rows):
        record.refuse_erasure(request(entry_of(response), by=archivists[0]), by=archivists[1])
    client.force_login(archivists[0])
    address = reverse("archive:erasure-list", args=[response.consultation.authority.slug])
    client.get(address)

    with django_assert_num_queries(12):
        client.get(address)
