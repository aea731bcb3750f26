"""A journal is verified each night and when an archivist asks; the row tells what was found."""

from datetime import timedelta

import pgtrigger
import pytest
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from archive.actions import request_verification
from archive.models import JournalEntry, Verification
from archive.tasks import run_verification, verify_journals, verify_outstanding
from tests import factories
from tests.archive import records
from tests.presses import at_once, denied


@pytest.fixture
def authority(db):
    case_file = records.case_file()
    for _ in range(2):
        records.entry(case_file)
    return case_file.authority


@pytest.fixture
def archivist(authority):
    return factories.official(authority, Role.ARCHIVIST)


def test_a_whole_journal_is_told_to_be_whole(authority, archivist):
    asked = request_verification(authority, by=archivist)

    run_verification(asked.pk)

    asked.refresh_from_db()
    assert (asked.requested_by, asked.entries, asked.breach_count) == (archivist, 2, 0)
    assert asked.finished_at
    assert not Notice.objects.exists()


def test_what_was_changed_is_found_and_kept(authority):
    with pgtrigger.ignore("archive.JournalEntry:append_only"):
        JournalEntry.objects.filter(number=2).update(title="Noe annet")

    verify_journals()
    verify_outstanding()

    found = Verification.objects.get()
    assert found.breach_count == len(found.breaches) == 1
    assert "entry 2/" in found.breaches[0]
    (mail,) = Notice.objects.filter(key__startswith="breach-")
    assert mail.email == authority.email
    assert f"/nb/arkiv/{authority.slug}/oversikt/" in mail.body


def test_one_that_waits_is_not_asked_for_twice_and_one_that_is_done_is_not_done_again(authority):
    first = request_verification(authority, by=None)

    assert request_verification(authority, by=None) == first
    run_verification(first.pk)
    done = Verification.objects.get()
    run_verification(first.pk)

    assert Verification.objects.get().finished_at == done.finished_at


def test_one_whose_process_died_is_taken_over(authority):
    asked = request_verification(authority, by=None)
    Verification.objects.update(started_at=timezone.now())
    assert not Verification.objects.outstanding().exists()
    Verification.objects.update(started_at=timezone.now() - timedelta(hours=2))

    verify_outstanding()

    assert Verification.objects.get(pk=asked.pk).finished_at


def test_verifying_is_for_the_archivist_alone(authority):
    for person in factories.everyone_but(authority, Role.ARCHIVIST):
        with denied():
            request_verification(authority, by=person)


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_one(authority, archivist):
    results = at_once(*[lambda: request_verification(authority, by=archivist)] * 2)

    assert len({each.pk for each in results}) == 1
