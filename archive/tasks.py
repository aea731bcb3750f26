"""The nudges of this app; each bears the name of the action it calls."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Authority
from archive import actions, files
from archive.access import KEPT
from archive.actions import verifications
from archive.converting import convert_document as convert
from archive.models import (
    AccessRequest,
    Conversion,
    Delivery,
    Disposal,
    Erasure,
    Extraction,
    Verification,
)
from archive.noark5 import extraction

CONVERTED_AT_ONCE = 20


@shared_task
def run_extraction(pk):
    extraction.run_extraction(Extraction(pk=pk))


@shared_task
def run_outstanding():
    for waiting in Extraction.objects.outstanding():
        extraction.run_extraction(waiting)


@shared_task
def delete_orphans():
    files.delete_orphans()


@shared_task
def make_checkpoints():
    """One for every day that is over and has none, of every journal."""
    for authority in Authority.objects.filter(journal__isnull=False).order_by("pk"):
        while actions.make_checkpoint(authority):
            pass


@shared_task
def delete_erased_files(pk):
    actions.delete_erased_files(Erasure(pk=pk))


@shared_task
def delete_erased_outstanding():
    for erasure in Erasure.objects.outstanding():
        actions.delete_erased_files(erasure)


@shared_task
def remind_of_access_requests():
    """Each authority that has some waiting; a mail that is owed already is not owed again."""
    waiting = AccessRequest.objects.due_by(timezone.localdate())
    for authority in Authority.objects.filter(access_requests__in=waiting).distinct():
        actions.remind_of_access_requests(authority)


@shared_task
def forget_access_requests():
    for old in AccessRequest.objects.to_be_forgotten(timezone.now() - KEPT):
        actions.forget_access_request(old)


@shared_task
def delete_disposed_files(pk):
    actions.delete_disposed_files(Disposal(pk=pk))


@shared_task
def delete_disposed_outstanding():
    for disposal in Disposal.objects.outstanding():
        actions.delete_disposed_files(disposal)


@shared_task
def delete_discarded_package(pk):
    actions.delete_discarded_package(Extraction(pk=pk))


@shared_task
def delete_discarded_outstanding():
    delivered = Extraction.objects.filter(delivery__in=Delivery.objects.outstanding())
    for given_up in (*Extraction.objects.to_be_deleted(), *delivered):
        actions.delete_discarded_package(given_up)


@shared_task
def run_verification(pk):
    verifications.run_verification(pk)


@shared_task
def verify_journals():
    """Ask for one of every journal; each is verified by itself."""
    for authority in Authority.objects.filter(journal__isnull=False).order_by("pk"):
        actions.request_verification(authority, by=None)


@shared_task
def verify_outstanding():
    for waiting in Verification.objects.outstanding():
        verifications.run_verification(waiting.pk)


@shared_task
def convert_document(pk):
    convert(Conversion(pk=pk))


@shared_task
def convert_outstanding():
    """Some at a time: the sweep comes again, and another worker's work is left to it."""
    for conversion in Conversion.objects.outstanding()[:CONVERTED_AT_ONCE]:
        convert(conversion)
