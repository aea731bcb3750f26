"""Attachments that wait for a conversion, or have failed one."""

from django.utils import timezone

from accounts.roles import Role
from archive.actions import PartOfDocument, claim_conversion, fail_conversion
from archive.files import store_file
from archive.models import Conversion, ConversionFault
from tests import factories
from tests.archive import offices, records

NOTE = "Skrevet ut som PDF/A."


def attached(content=offices.WORD, extension="docx", case_file=None):
    """An entry with one attachment."""
    stored = store_file(content, extension)
    parts = [
        PartOfDocument("Høringssvar", "Høringsuttalelse", page=records.page()),
        PartOfDocument("Vedlegg 1", "Vedlegg", stored=stored, format=extension),
    ]
    return records.entry(case_file or records.case_file(), parts=parts)


def waiting(**fields):
    """A conversion that waits for a worker."""
    attached(**fields)
    Conversion.objects.update(due_at=timezone.now())  # though a nudge may have tried in vain
    return Conversion.objects.select_related("document__entry").get()


def failed():
    conversion = waiting()
    fail_conversion(claim_conversion(conversion), ConversionFault.BROKEN)
    return Conversion.objects.get(pk=conversion.pk)


def again(conversion):
    return Conversion.objects.select_related("document").get(pk=conversion.pk)


def archivist_of(conversion):
    return factories.official(
        conversion.document.entry.authority, Role.ARCHIVIST, name="Arne Arkivar"
    )
