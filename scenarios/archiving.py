"""The end of a case: when it can be closed, and what the archivist does before that.

On a machine with LibreOffice and Ghostscript a worker has made most copies already. What is
left, the archivist prints anew, from what the sender wrote in the file.
"""

from django.db.models import Max
from django.utils import timezone

from archive.actions import StoredCopy, settle_conversion
from archive.actions.documents import PDF_A
from archive.files import store_file
from archive.models import ArchivedDocument, Change, Conversion, JournalEntry
from archive.pdf import Page, render_pdf

NOTE = "Filen ble ikke konvertert. Teksten er skrevet ut på nytt som PDF/A."


def settle_what_waits(case_file, texts, *, by):
    """Settle every conversion of a case file. `texts` is SHA-256 → what the file says."""
    unsettled = Conversion.objects.unsettled().filter(document__entry__case_file=case_file)
    for conversion in unsettled.select_related("document__entry").order_by("pk"):
        document = conversion.document
        page = Page(
            title=document.title,
            language="nb",
            created_at=timezone.now(),
            body=texts[document.sha256],
        )
        stored = store_file(render_pdf(page), "pdf")
        settle_conversion(conversion, NOTE, copy=StoredCopy(stored, "pdf", PDF_A), by=by)


def last_moments(slug):
    """When something last came into the case file of a consultation, was converted and was
    changed there, if ever. People may have gone on since the play stopped, and the worker has;
    nothing is closed before that."""
    case = {"case_file__consultation__slug": slug}
    entered = JournalEntry.objects.filter(**case).aggregate(last=Max("created_at"))
    documents = ArchivedDocument.objects.filter(entry__case_file__consultation__slug=slug)
    kept = documents.aggregate(last=Max("created_at"))
    changed = Change.objects.filter(**case).aggregate(last=Max("changed_at"))
    return [each["last"] for each in (entered, kept, changed) if each["last"]]
