"""The nudges of this app; each bears the name of the action it calls."""

from celery import shared_task

from archive import files
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
