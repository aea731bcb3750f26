"""The nudges of this app; each bears the name of the action it calls."""

from celery import shared_task

from accounts.models import Authority
from archive import files
from archive.actions.checkpoints import make_checkpoint
from archive.models import Extraction
from archive.noark5 import extraction


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
        while make_checkpoint(authority):
            pass
