"""A receipt proves that a response is journaled, to a script that knows nothing of the site."""

import hashlib
import json
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from archive import chain
from archive.models import Checkpoint, Journal, JournalEntry
from archive.tasks import make_checkpoints
from archive.views.checkpoints import VERIFIER
from consultations.models import Response
from tests import factories

pytestmark = pytest.mark.django_db
TEXT = "Æ mener noe\r\nom «dette» – og har sagt det."


@pytest.fixture(scope="module")
def second_of_three(opened):
    factories.accepted_response(opened, **factories.named("Per Første"))
    response = factories.accepted_response(
        opened,
        text=TEXT,
        files=[("notat.txt", b"Et vedlegg.\n")],
        **factories.named("Nora Andre"),
    )
    factories.accepted_response(opened, **factories.named("Tone Tredje"))
    return response.pk


@pytest.fixture
def journaled(db, second_of_three):
    """The second of three responses, all journaled the same day."""
    return Response.objects.get(pk=second_of_three)


@pytest.fixture
def proven(journaled):
    publish_checkpoints()
    return journaled


def publish_checkpoints():
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        make_checkpoints()


def address(name, response):
    return reverse(f"consultations:{name}", args=[response.submission.token, response.reference])


def save(client, response, folder, *, only=("bevis.json", "kontrollpunkt.json", "svar.txt")):
    """Save what the receipt offers, as its sender would."""
    checkpoint = Checkpoint.objects.select_related("authority").latest("pk")
    offered = {
        "bevis.json": address("proof-download", response),
        "kontrollpunkt.json": reverse(
            "archive:checkpoint-download", args=[checkpoint.authority.slug, checkpoint.number]
        ),
        "svar.txt": address("sent-text-download", response),
    }
    for name in only:
        page = client.get(offered[name])
        assert page.status_code == 200
        (folder / name).write_bytes(page.content)


def verify(folder, *files):
    """The script as the site hands it out, alone in a process."""
    return subprocess.run(
        [sys.executable, "-I", VERIFIER, "bevis.json", "kontrollpunkt.json", "svar.txt", *files],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def rewrite_without(position):
    """Take an entry out of the record and make chain, book and checkpoints anew without it, as
    somebody would who has taken over the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM archive_journalentry WHERE position = %s", [position])
        renumber(JournalEntry.objects.order_by("position"))
        Checkpoint.objects.all().delete()
        cursor.execute("SET session_replication_role = origin")
    publish_checkpoints()


def renumber(entries):
    """Give the entries numbers, places and hashes in this order."""
    head = chain.GENESIS
    for place, entry in enumerate(entries, start=1):
        entry.position = entry.number = entry.case_number = place
        entry.previous_hash, entry.hash = head, b""
        head = entry.hash = chain.entry_hash(entry)
        JournalEntry.objects.filter(pk=entry.pk).update(
            position=place,
            number=place,
            case_number=place,
            previous_hash=entry.previous_hash,
            hash=head,
        )
    Journal.objects.update(head=head, count=place)


def test_receipt_says_when_the_proof_comes(client, journaled):
    receipt = reverse("consultations:receipt-show", args=[journaled.submission.token])

    page = client.get(receipt.replace("/nb/", "/en/"))

    assert "The proof comes in the night after" in page.content.decode()
    assert client.get(address("proof-download", journaled)).status_code == 404


def test_receipt_shows_the_path_to_the_checkpoint(client, proven, django_assert_max_num_queries):
    receipt = reverse("consultations:receipt-show", args=[proven.submission.token])

    with django_assert_max_num_queries(10):
        page = client.get(receipt)

    shown = page.content.decode()
    (step,) = page.context["steps"]
    assert len(step["proof"].path) == 2
    for node in (step["hash"], *step["proof"].path, step["proof"].root):
        assert node in shown
    for name in ("proof-download", "sent-text-download"):
        assert address(name, proven) in shown


def test_proof_is_for_whoever_has_the_receipt(client, proven):
    for name in ("proof-download", "sent-text-download"):
        other = reverse(f"consultations:{name}", args=["x" * 43, proven.reference])
        assert client.get(other).status_code == 404
        page = client.get(address(name, proven))
        assert "no-store" in page.headers["Cache-Control"]


def test_proof_holds_nobody_elses_data_and_no_name_of_the_sender(client, proven):
    others = proven.consultation.responses.exclude(pk=proven.pk).select_related("submission")

    proof = client.get(address("proof-download", proven)).content.decode()

    assert json.loads(proof)["entry"]["source"] == proven.reference
    assert proven.submission.name not in proof
    for response in others:
        for words in (response.reference, response.submission.name, response.submission.email):
            assert words not in proof


def test_saved_receipt_is_verified_without_the_site(client, proven, tmp_path):
    save(client, proven, tmp_path)
    (tmp_path / "notat.txt").write_bytes(b"Et vedlegg.\n")

    done = verify(tmp_path, "notat.txt")

    assert (done.returncode, done.stderr) == (0, "")
    assert proven.reference in done.stdout


def test_changed_text_is_found(client, proven, tmp_path):
    save(client, proven, tmp_path)
    sent = (tmp_path / "svar.txt").read_bytes()
    (tmp_path / "svar.txt").write_bytes(sent.replace(b"noe", b"nok"))

    done = verify(tmp_path)

    assert done.returncode == 1
    assert done.stdout == "svar.txt er ikke det som ble journalført.\n"


def test_changed_text_is_found_also_where_the_proof_is_made_to_fit(client, proven, tmp_path):
    save(client, proven, tmp_path)
    (tmp_path / "svar.txt").write_bytes(b"Noe annet.")
    proof = json.loads((tmp_path / "bevis.json").read_text())
    proof["documents"][0]["source_sha256"] = hashlib.sha256(b"Noe annet.").hexdigest()
    (tmp_path / "bevis.json").write_text(json.dumps(proof))
    one_lie = verify(tmp_path)
    covered = [list(document.values()) for document in proof["documents"]]
    proof["entry"]["documents_digest"] = chain.digest(covered)
    (tmp_path / "bevis.json").write_text(json.dumps(proof))

    two_lies = verify(tmp_path)

    assert one_lie.stdout == "Dokumentene er ikke de som ble journalført.\n"
    assert "står ikke slik i journalen" in two_lies.stdout
    assert one_lie.returncode == two_lies.returncode == 1


def test_changed_attachment_is_found(client, proven, tmp_path):
    save(client, proven, tmp_path)
    (tmp_path / "notat.txt").write_bytes(b"Et annet vedlegg.\n")

    assert "notat.txt er ikke" in verify(tmp_path, "notat.txt").stdout


@pytest.mark.parametrize("position", [2, 3, 4])
def test_removed_entry_is_found(client, proven, tmp_path, position):
    """Position 1 is the letter, 3 is the sender's own: the proof kept is against what is
    published now, and what the site would prove now is against the checkpoint kept."""
    save(client, proven, tmp_path)
    rewrite_without(position)

    save(client, proven, tmp_path, only=["kontrollpunkt.json"])
    kept_proof = verify(tmp_path)

    assert kept_proof.returncode == 1
    assert "kontrollpunkt" in kept_proof.stdout


def test_removed_entry_is_found_by_a_checkpoint_that_was_kept(client, proven, tmp_path):
    save(client, proven, tmp_path)
    rewrite_without(2)

    save(client, proven, tmp_path, only=["bevis.json"])
    done = verify(tmp_path)

    assert done.returncode == 1
    assert "står ikke slik i journalen" in done.stdout


def test_renumbered_journal_is_found(client, proven, tmp_path):
    save(client, proven, tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        last_first = list(JournalEntry.objects.order_by("-position"))
        for entry in last_first:
            JournalEntry.objects.filter(pk=entry.pk).update(
                position=entry.position + 100,
                number=entry.number + 100,
                case_number=entry.case_number + 100,
            )
        renumber(last_first)
        Checkpoint.objects.all().delete()
        cursor.execute("SET session_replication_role = origin")
    publish_checkpoints()

    save(client, proven, tmp_path, only=["bevis.json"])
    with_the_kept_checkpoint = verify(tmp_path)
    save(client, proven, tmp_path, only=["kontrollpunkt.json"])

    assert with_the_kept_checkpoint.returncode == 1
    assert verify(tmp_path).returncode == 0  # the site agrees with itself: only what is kept tells


@pytest.mark.parametrize("name", ["number", "position", "source", "title", "documents_digest"])
def test_proof_with_another_entry_is_found(client, proven, tmp_path, name):
    save(client, proven, tmp_path)
    proof = json.loads((tmp_path / "bevis.json").read_text())
    value = proof["entry"][name]
    proof["entry"][name] = value - 1 if isinstance(value, int) else f"{value}a"
    (tmp_path / "bevis.json").write_text(json.dumps(proof))

    assert verify(tmp_path).returncode == 1


def test_checkpoint_that_was_changed_is_found(client, proven, tmp_path):
    save(client, proven, tmp_path)
    checkpoint = json.loads((tmp_path / "kontrollpunkt.json").read_text())
    checkpoint["day"] = "2001-01-01"
    (tmp_path / "kontrollpunkt.json").write_text(json.dumps(checkpoint))

    assert verify(tmp_path).stdout == "Kontrollpunktet er endret.\n"


def test_files_that_are_none_are_told_in_words(client, proven, tmp_path):
    save(client, proven, tmp_path)
    (tmp_path / "bevis.json").write_text("{}")

    done = verify(tmp_path)

    assert done.returncode == 1
    assert "Filene kan ikke leses" in done.stderr
    assert "Traceback" not in done.stderr


def test_script_is_downloaded_short_and_needs_nothing(client):
    page = client.get(reverse("archive:verifier-download"))

    assert page.content == VERIFIER.read_bytes()
    assert page.content.count(b"\n") <= 100
    imported = [line for line in page.content.decode().splitlines() if "import " in line]
    assert {line.split()[1] for line in imported} <= sys.stdlib_module_names
    assert 'filename="verifiser.py"' in page.headers["Content-Disposition"]
