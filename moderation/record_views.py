"""What an archivist decides of the record, where responses and consultations follow it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rules import require
from archive.actions.disposals import (
    approved_delivery,
    basis_of_disposal,
    documents_of,
    why_kept,
)
from archive.desk_forms import AssessForm, ObsoleteForm, WriteOffForm
from archive.models import EntryState
from archive.permissions import can_answer_for_archive, can_keep_archive
from archive.views.found import authority_of, case_file_of, entry_of
from archive.views.lists import list_page, ticked_entries
from archive.views.staff import to_settled_entry
from archive.vocabulary import FINAL, EntryKind, EntryStatus
from moderation.actions import (
    assess_entry,
    close_case_file,
    dispose_case_file,
    mark_obsolete,
    write_off_entries,
)


@login_required
@require_http_methods(["GET", "POST"])
def entry_assess(request, slug, year, number):
    """Assess what of one entry is kept from the public."""
    entry = entry_of(request.user, slug, year, number)
    require(can_keep_archive(request.user, entry.authority_id))
    if entry.state.status == EntryStatus.OBSOLETE:
        return to_settled_entry(request, entry)
    form = AssessForm(request.POST or None, entry=entry)
    if form.is_valid():
        assess_entry(entry, by=request.user, **form.cleaned_data)
        messages.success(request, _said_of_assessment(entry, form.cleaned_data))
        return _to_entry(entry)
    return _form_page(request, "assess", entry, form)


@login_required
@require_http_methods(["GET", "POST"])
def entry_write_off(request, slug, year, number):
    """Write one incoming entry off."""
    entry = entry_of(request.user, slug, year, number)
    require(can_keep_archive(request.user, entry.authority_id))
    if entry.kind != EntryKind.INCOMING or entry.state.write_off or entry.state.status in FINAL:
        return to_settled_entry(request, entry)
    form = WriteOffForm(request.POST or None, authority=entry.authority)
    if form.is_valid():
        write_off_entries([entry], by=request.user, **form.cleaned_data)
        messages.success(request, _("Entry %(entry)s is written off.") % {"entry": entry})
        return _to_entry(entry)
    return _form_page(request, "write_off", entry, form)


@login_required
@require_http_methods(["GET", "POST"])
def unhandled_list(request, slug):
    """Restanser: incoming entries that are not written off, and how long they have waited.

    Those that are ticked are written off, all in the same manner.
    """
    authority = authority_of(request.user, slug)
    require(can_keep_archive(request.user, authority))
    form = WriteOffForm(request.POST or None, authority=authority)
    if form.is_valid():
        entries = ticked_entries(request, authority)
        write_off_entries(entries, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            ngettext(
                "%(count)s entry is written off.",
                "%(count)s entries are written off.",
                len(entries),
            )
            % {"count": len(entries)},
        )
        return redirect("moderation:unhandled-list", slug)
    return list_page(
        request,
        authority,
        "moderation/unhandled_archivist.html",
        EntryState.objects.not_written_off(),
        form=form,
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def entry_mark_obsolete(request, slug, year, number):
    """Mark one entry as Utgår where nothing takes its place."""
    entry = entry_of(request.user, slug, year, number)
    require(can_keep_archive(request.user, entry.authority_id))
    if entry.state.status in FINAL:
        return to_settled_entry(request, entry)
    form = ObsoleteForm(request.POST or None)
    if form.is_valid():
        mark_obsolete(entry, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("Entry %(entry)s is “Utgår”. It stays in the journal with its number.")
            % {"entry": entry},
        )
        return _to_entry(entry)
    return _form_page(request, "obsolete", entry, form)


@login_required
@require_POST
def case_file_close(request, slug, year, number):
    """Close a case file that nothing goes on in any more."""
    case_file = case_file_of(request.user, slug, year, number)
    close_case_file(case_file, by=request.user)
    messages.success(
        request,
        _("Case file %(id)s is closed. It goes into the next extraction.")
        % {"id": case_file.identifier},
    )
    return redirect("archive:case-file-show", slug, year, number)


@login_required
@require_http_methods(["GET", "POST"])
def case_file_dispose(request, slug, year, number):
    """Say what would go, and destroy it when that is confirmed."""
    case_file = case_file_of(request.user, slug, year, number)
    require(can_answer_for_archive(request.user, case_file.authority_id))
    if request.method == "POST":
        dispose_case_file(case_file, by=request.user)
        messages.success(
            request,
            _(
                "The documents of case file %(id)s are disposed of. Its entries stay, and their "
                "digests prove what was journaled."
            )
            % {"id": case_file.identifier},
        )
        return redirect("archive:case-file-show", slug, year, number)
    if why_kept(case_file):  # the page of the case file says why
        return redirect("archive:case-file-show", slug, year, number)
    delivery = approved_delivery(case_file)
    documents = documents_of(case_file)
    return render(
        request,
        "moderation/disposal_archivist.html",
        {
            "case_file": case_file,
            "delivery": delivery,
            "basis": basis_of_disposal(case_file, delivery),
            "documents": documents.count(),
            "originals": documents.filter(conversions__isnull=False).distinct().count(),
            "size": sum(documents.values_list("size", flat=True)),
            "entries": case_file.entries.count(),
        },
    )


def _said_of_assessment(entry, chosen):
    if not chosen["legal_basis"]:
        return _("Entry %(entry)s is assessed. Nothing of it is screened.") % {"entry": entry}
    return _("Entry %(entry)s is screened by %(basis)s.") % {
        "entry": entry,
        "basis": chosen["legal_basis"],
    }


def _form_page(request, name, entry, form):
    return render(
        request,
        f"moderation/{name}_archivist.html",
        {"entry": entry, "form": form},
        status=422 if form.errors else 200,
    )


def _to_entry(entry):
    return redirect("archive:entry-show", entry.authority.slug, entry.year, entry.number)
