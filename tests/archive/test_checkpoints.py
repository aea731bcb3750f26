"""Checkpoints: one for each day with entries that is over, told to whoever wants to keep it."""

import json
import subprocess
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import Notice
from archive import chain, merkle
from archive.actions import make_checkpoint
from archive.models import Checkpoint
from archive.tasks import make_checkpoints
from archive.verify import verify_chain
from tests.archive import records

pytestmark = pytest.mark.django_db
OF_KEY = "-pubin -keyform DER -inkey key.der"


def at(day, hour=12, minute=0):
    """A moment in November 2025, in UTC: an hour behind Norwegian time."""
    return time_machine.travel(datetime(2025, 11, day, hour, minute, tzinfo=UTC), tick=False)


@pytest.fixture
def case_file():
    with at(3):
        return records.case_file()


@pytest.fixture
def authority(case_file):
    """With two entries on the 3rd, one on the 5th, and checkpoints of both days."""
    with at(3):
        records.entry(case_file)
        records.entry(case_file)
    with at(5):
        records.entry(case_file)
    with at(6):
        make_checkpoints()
    return case_file.authority


def address(name, authority, *args):
    return reverse(f"archive:{name}", args=[authority.slug, *args])


def test_checkpoint_tells_how_far_the_journal_had_come(case_file):
    with at(3):
        entries = [records.entry(case_file) for _number in range(3)]

    with at(4):
        checkpoint = make_checkpoint(case_file.authority)

    assert (checkpoint.number, checkpoint.day) == (1, date(2025, 11, 3))
    assert (checkpoint.first, checkpoint.last) == (1, 3)
    assert checkpoint.head == entries[-1].hash
    assert checkpoint.merkle_root == merkle.root(entry.hash for entry in entries)
    assert checkpoint.previous_digest == chain.GENESIS
    assert list(verify_chain(case_file.authority)) == []


def test_checkpoints_are_made_for_each_missed_day_with_entries_and_no_other(authority):
    assert list(
        authority.checkpoints.order_by("number").values_list("number", "day", "first", "last")
    ) == [(1, date(2025, 11, 3), 1, 2), (2, date(2025, 11, 5), 3, 3)]
    first, second = authority.checkpoints.order_by("number")
    assert second.previous_digest == first.digest


def test_checkpoint_is_made_once(authority):
    with at(7):
        make_checkpoints()

        assert make_checkpoint(authority) is None
    assert Checkpoint.objects.count() == 2


def test_checkpoint_waits_until_the_day_is_over_in_norway(case_file):
    with at(3):
        records.entry(case_file)

    with at(3, 22, 59):
        before_midnight = make_checkpoint(case_file.authority)
    with at(3, 23, 0):
        after_midnight = make_checkpoint(case_file.authority)

    assert before_midnight is None
    assert after_midnight.day == date(2025, 11, 3)


def test_checkpoint_leaves_what_was_journaled_after_midnight(case_file):
    with at(3, 22, 59):
        records.entry(case_file)
    with at(3, 23, 1):
        records.entry(case_file)

        checkpoint = make_checkpoint(case_file.authority)

    assert (checkpoint.first, checkpoint.last) == (1, 1)


def test_entry_by_a_slow_clock_is_in_the_next_checkpoint(authority, case_file):
    with at(5):
        records.entry(case_file)
    with at(6):
        records.entry(case_file)

    with at(7):
        checkpoint = make_checkpoint(authority)

    assert (checkpoint.day, checkpoint.first, checkpoint.last) == (date(2025, 11, 6), 4, 5)
    assert list(verify_chain(authority)) == []


def in_thread(work):
    """Run it on a connection of its own."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_checkpoint_is_made_once_by_two_at_once(case_file):
    with at(3):
        records.entry(case_file)

    with at(4):
        barrier = Barrier(2)
        threads = [
            in_thread(lambda: (barrier.wait(), make_checkpoint(case_file.authority)))
            for _number in range(2)
        ]
        for thread in threads:
            thread.join()

    assert Checkpoint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_checkpoint_waits_for_an_entry_of_the_day_that_is_not_committed(case_file):
    with at(3, 12):
        records.entry(case_file)
    with at(3, 23, 1):  # until the end: the thread asks what day it is when it has waited
        with transaction.atomic():
            with at(3, 22, 59):
                records.entry(case_file)
            thread = in_thread(lambda: make_checkpoint(case_file.authority))
            thread.join(timeout=0.5)
            was_waiting = thread.is_alive()
        thread.join()

    assert was_waiting
    assert Checkpoint.objects.get().last == 2


def test_checkpoint_is_signed_with_the_key_of_the_authority(case_file, settings, tmp_path):
    key = Ed25519PrivateKey.generate()
    settings.CHECKPOINT_SIGNING_KEYS = {case_file.authority.slug: key}
    with at(3):
        records.entry(case_file)
    with at(4):
        checkpoint = make_checkpoint(case_file.authority)
    files = {
        "digest.txt": checkpoint.digest.hex().encode(),
        "signature.bin": checkpoint.signature,
        "key.der": bytes.fromhex("302a300506032b6570032100") + checkpoint.public_key,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    verified = subprocess.run(
        f"openssl pkeyutl -verify {OF_KEY} -rawin -in digest.txt -sigfile signature.bin".split(),
        cwd=tmp_path,
        check=False,
    )

    assert verified.returncode == 0
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert files["key.der"] == spki
    assert list(verify_chain(case_file.authority)) == []


def test_checkpoint_is_owed_to_each_witness_once(case_file, settings):
    settings.CHECKPOINT_WITNESSES = ["vitne@riksarkiv.example", "avis@avis.example"]
    with at(3):
        records.entry(case_file)
    with at(4):
        make_checkpoints()
        make_checkpoints()

    notices = Notice.objects.filter(key__startswith="checkpoint-")
    assert {notice.email for notice in notices} == set(settings.CHECKPOINT_WITNESSES)
    body = notices[0].body
    kept = json.loads(body[body.index("{") : body.index("}") + 1])
    assert kept["digest"] == Checkpoint.objects.get().digest.hex()


def test_checkpoint_list_is_the_same_for_all_and_names_every_checkpoint(client, authority):
    page = client.get(address("checkpoint-list", authority))

    shown = page.content.decode()
    for checkpoint in authority.checkpoints.all():
        assert bytes(checkpoint.digest).hex() in shown
        assert address("checkpoint-download", authority, checkpoint.number) in shown
    assert reverse("archive:verifier-download") in shown
    assert not page.cookies
    assert "public" in page.headers["Cache-Control"]
    again = client.get(
        address("checkpoint-list", authority), headers={"if-none-match": page.headers["ETag"]}
    )
    assert again.status_code == 304


def test_checkpoint_list_is_sent_again_when_there_is_a_new_one(client, authority, case_file):
    etag = client.get(address("checkpoint-list", authority)).headers["ETag"]
    with at(8):
        records.entry(case_file)
    with at(9):
        make_checkpoint(authority)

    page = client.get(address("checkpoint-list", authority), headers={"if-none-match": etag})

    assert page.status_code == 200


def test_checkpoint_list_is_paged_by_key(client, authority, monkeypatch):
    monkeypatch.setattr("archive.views.checkpoints.PAGE_SIZE", 1)

    first = client.get(address("checkpoint-list", authority))
    second = client.get(f"{address('checkpoint-list', authority)}?etter={first.context['next']}")

    assert [each.number for each in first.context["checkpoints"]] == [2]
    assert [each.number for each in second.context["checkpoints"]] == [1]
    assert second.context["next"] == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_checkpoint_list_takes_three_queries(client, case_file, rows, django_assert_num_queries):
    for day in range(3, 3 + rows):
        with at(day):
            records.entry(case_file)
    make_checkpoints()
    list_address = address("checkpoint-list", case_file.authority)

    with django_assert_num_queries(3):
        page = client.get(list_address)

    assert len(page.context["checkpoints"]) == rows


def test_checkpoint_list_without_checkpoints_says_when_the_first_comes(client, case_file):
    page = client.get(address("checkpoint-list", case_file.authority).replace("/nb/", "/en/"))

    assert "There is none yet" in page.content.decode()


def test_checkpoint_is_a_file(client, authority):
    page = client.get(address("checkpoint-download", authority, 2))

    kept = page.json()
    covered = [kept["previous_digest"], *(kept[name] for name in chain.CHECKPOINT)]
    assert chain.digest(covered) == kept["digest"]
    assert kept["day"] == "2025-11-05"
    assert page.headers["ETag"]
    assert client.get(address("checkpoint-download", authority, 3)).status_code == 404


def test_checkpoints_are_a_feed(client, authority):
    page = client.get(address("checkpoint-feed", authority))

    assert page.headers["Content-Type"].startswith("application/atom+xml")
    feed = page.content.decode()
    assert feed.count("<entry") == 2
    assert bytes(authority.checkpoints.get(number=1).digest).hex() in feed


@pytest.mark.parametrize("name", ["checkpoint-list", "checkpoint-feed"])
def test_checkpoints_of_nobody_are_404(client, name):
    assert client.get(reverse(f"archive:{name}", args=["finnes-ikke"])).status_code == 404
