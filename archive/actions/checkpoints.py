"""Checkpoints: how far a journal had come at the end of each day, told to the world.

A checkpoint takes in everything after the one before, up to the first entry of a later day.
So every entry is in exactly one, whatever the clocks of several servers say: one that was
journaled late in the evening by a slow clock, after the checkpoint of that day was made,
is in that of the next. Whoever journals holds the journal's lock from before it reads the
clock until it commits, and so does this: no entry of the day is still on its way.
"""

import json
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Notice
from accounts.notices import owe_notices, written_mail
from accounts.rules import action
from archive import chain, merkle
from archive.actions.case_files import lock_journal
from archive.models import Checkpoint
from archive.proofs import hashes_between, published

LANGUAGE_OF_WITNESSES = "nb"


@action
def make_checkpoint(authority):
    """Make the next checkpoint that is due, and owe the witnesses word of it.

    Returns it, or None where every day that is over, and has entries, has its own. What was
    missed is made up for by calling again.
    """
    if not _due_day(authority):
        return None  # mostly so, and then nobody who journals waits
    lock_journal(authority)
    day = _due_day(authority)  # another may have made it meanwhile
    if not day:
        return None
    before, uncovered = _latest(authority), _uncovered(authority)
    later = uncovered.filter(journaled_on__gt=day).first()
    first, last = uncovered.first().position, (later or uncovered.last()).position
    last -= 1 if later else 0
    checkpoint = Checkpoint(
        authority=authority,
        number=before.number + 1 if before else 1,
        day=day,
        first=first,
        last=last,
        head=authority.entries.get(position=last).hash,
        merkle_root=merkle.root(hashes_between(authority, first, last)),
        previous_digest=before.digest if before else chain.GENESIS,
    )
    checkpoint.digest = chain.checkpoint_digest(checkpoint)
    _sign(checkpoint)
    checkpoint.save()
    _tell_witnesses(checkpoint)
    return checkpoint


def _due_day(authority):
    """The day of the next checkpoint, if it is over and has entries. None otherwise."""
    before, first = _latest(authority), _uncovered(authority).first()
    if first is None:
        return None
    day = max(first.journaled_on, before.day + timedelta(days=1)) if before else first.journaled_on
    return day if day < timezone.localdate() else None


def _latest(authority):
    return authority.checkpoints.order_by("number").last()


def _uncovered(authority):
    """What is journaled after the latest checkpoint, in its order."""
    before = _latest(authority)
    return authority.entries.filter(position__gt=before.last if before else 0).order_by("position")


def _sign(checkpoint):
    """With the authority's key, where one is configured. What is signed is the digest in hex,
    so that `openssl` can verify what a person has copied from a page."""
    key = settings.CHECKPOINT_SIGNING_KEYS.get(checkpoint.authority.slug)
    if key:
        checkpoint.signature = key.sign(checkpoint.digest.hex().encode())
        checkpoint.public_key = key.public_key().public_bytes_raw()


def _tell_witnesses(checkpoint):
    """Owe each witness the checkpoint as its file has it, to be kept outside our reach."""
    with override(LANGUAGE_OF_WITNESSES):
        path = reverse("archive:checkpoint-list", args=[checkpoint.authority.slug])
    subject, body = written_mail(
        "checkpoint",
        LANGUAGE_OF_WITNESSES,
        checkpoint=checkpoint,
        address=settings.SITE_URL + path,
        file=json.dumps(published(checkpoint), ensure_ascii=False, indent=1),
    )
    owe_notices(
        [
            Notice(
                key=f"checkpoint-{checkpoint.pk}-{place}", email=email, subject=subject, body=body
            )
            for place, email in enumerate(settings.CHECKPOINT_WITNESSES, start=1)
        ]
    )
