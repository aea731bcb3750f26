"""The archivist's pages: the entries of the journal and their documents."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Role
from accounts.rules import ActionRefused, require
from archive.actions import correct_entry
from archive.forms import CorrectForm
from archive.models import (
    ArchivedDocument,
    Disposal,
    InfectedFile,
    JournalEntry,
)
from archive.permissions import can_keep_archive
from archive.vocabulary import FINAL, EntryKind, EntryStatus


@login_required
@require_GET
def entry_show(request, slug, year, number):
    """One entry, its documents, its state and how it became so."""
    entry = _entry(request.user, slug, year, number)
    parties, documents = list(entry.parties.all()), list(entry.documents.all())
    return render(
        request,
        "archive/entry_archivist.html",
        {
            "entry": entry,
            "hash": bytes(entry.hash).hex(),
            "previous_hash": bytes(entry.previous_hash).hex(),
            "parties": parties,
            "documents": documents,
            "changes": entry.changes.all(),
            "corrections": entry.corrections.all(),
            "can_correct": entry.state.status not in FINAL,
            "can_assess": entry.state.status != EntryStatus.OBSOLETE,
            "can_write_off": entry.kind == EntryKind.INCOMING
            and not entry.state.write_off
            and entry.state.status not in FINAL,
            "can_erase": any(each.erasure_id is None for each in (*parties, *documents)),
            "is_disposed": hasattr(entry.case_file, "disposal"),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def entry_correct(request, slug, year, number):
    """Correct the sender's name or the title: by a new entry, never in the old one."""
    entry = _entry(request.user, slug, year, number)
    require(can_keep_archive(request.user, entry.authority_id))
    if entry.state.status in FINAL:
        return to_settled_entry(request, entry)
    form = CorrectForm(request.POST or None, entry=entry)
    if form.is_valid():
        correction = correct_entry(entry, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _(
                "Entry %(old)s is now “Utgår”, and %(new)s stands in its place with the same "
                "documents. Both stay in the journal."
            )
            % {"old": entry.identifier, "new": correction.identifier},
        )
        return redirect("archive:entry-show", slug, correction.year, correction.number)
    return render(
        request,
        "archive/correction_archivist.html",
        {"entry": entry, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_GET
def archived_document_download(request, system_id):
    """A document as it is archived, byte for byte, always as a download."""
    authorities = request.user.authorities_as(Role.ARCHIVIST, Role.CASE_HANDLER)
    document = get_object_or_404(
        ArchivedDocument.objects.filter(entry__authority__in=authorities).select_related("entry"),
        system_id=system_id,
    )
    if document.erasure_id:
        raise ActionRefused(
            _("“%(title)s” is erased by law. What is left is its digest.")
            % {"title": document.title}
        )
    if Disposal.objects.filter(case_file=document.entry.case_file_id).exists():
        raise ActionRefused(
            _("“%(title)s” is disposed of. What is left is its digest.") % {"title": document.title}
        )
    if InfectedFile.objects.filter(sha256=document.sha256).exists():
        raise ActionRefused(
            _(
                "“%(title)s” carries a virus and is not handed out. It is kept as it came; "
                "ask the sender for a clean copy."
            )
            % {"title": document.title}
        )
    entry = document.entry
    title = f"{entry.year} {entry.number} {document.number} {document.title}"
    name = slugify(title, allow_unicode=True)
    return FileResponse(
        default_storage.open(document.path),
        as_attachment=True,
        filename=f"{name}.{document.format}",
        content_type="application/octet-stream",
    )


def to_settled_entry(request, entry):
    """To the entry, which says what stands now. A press that comes too late is told so."""
    if request.method == "POST":
        messages.error(
            request,
            _("Entry %(entry)s was settled meanwhile: see what stands. Yours was not saved.")
            % {"entry": entry},
        )
    return redirect("archive:entry-show", entry.authority.slug, entry.year, entry.number)


def _entry(user, slug, year, number):
    return get_object_or_404(
        JournalEntry.objects.visible_to(user).select_related(
            "authority", "case_file__disposal", "state__answered_by", "corrects"
        ),
        authority__slug=slug,
        year=year,
        number=number,
    )
