"""Trying whether a journal's numbers and chain hold. The row is the queue and the result."""

from itertools import islice

from celery import current_app
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Notice
from accounts.notices import owe_notices, written_mail
from accounts.rules import action, require
from archive.actions.case_files import lock_journal
from archive.models import Journal, Verification
from archive.permissions import can_keep_archive
from archive.verify import verify_chain

VERIFYING = "archive.tasks.run_verification"
LANGUAGE = "nb"  # of what is told to an authority
KEPT = 20  # breaches that are told one by one; the others are counted


@action
def request_verification(authority, *, by):
    """Ask for a journal to be verified, or return the verification that waits already."""
    require(can_keep_archive(by, authority))
    lock_journal(authority)
    waiting = authority.verifications.filter(finished_at=None).first()
    if waiting:
        return waiting
    verification = Verification.objects.create(authority=authority, requested_by=by)
    current_app.tasks[VERIFYING].delay_on_commit(verification.pk)
    return verification


def run_verification(pk):
    """Verify, and say what was found. Twice does no harm: what another process has begun on,
    or is done, is left alone. No transaction is open and nobody waits while it reads."""
    verification = _claim(pk)
    if verification is None:
        return
    entries = Journal.objects.get(authority=verification.authority).count
    found = verify_chain(verification.authority)
    breaches = list(islice(found, KEPT))
    _finish(verification, entries, breaches, len(breaches) + sum(1 for _breach in found))


@action
def _claim(pk):
    verification = (
        Verification.objects.outstanding()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("authority")
        .filter(pk=pk)
        .first()
    )
    if verification is not None:
        verification.started_at = timezone.now()
        verification.save(update_fields=["started_at"])
    return verification


@action
def _finish(verification, entries, breaches, breach_count):
    verification.finished_at = timezone.now()
    verification.entries, verification.breaches = entries, breaches
    verification.breach_count = breach_count
    verification.save(update_fields=["finished_at", "entries", "breaches", "breach_count"])
    if breach_count:
        _tell_of_breaches(verification)


def _tell_of_breaches(verification):
    """Owe the authority word of it: a desk that nobody looks at tells nobody."""
    authority = verification.authority
    with override(LANGUAGE):
        path = reverse("archive:desk-show", args=[authority.slug])
    subject, body = written_mail(
        "breach", LANGUAGE, verification=verification, address=settings.SITE_URL + path
    )
    owe_notices(
        [Notice(key=f"breach-{verification.pk}", email=authority.email, subject=subject, body=body)]
    )
