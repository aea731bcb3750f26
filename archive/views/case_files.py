"""Case files: what keeps each open, where it stands in the filing plan, what became of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Subquery
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.paging import count_some, read_page
from accounts.rules import require
from archive.actions import reclassify_case_file
from archive.actions.case_files import next_number
from archive.actions.disposals import approved_delivery, why_kept
from archive.desk_forms import ReclassifyForm
from archive.models import CaseFile, Classification, Conversion, EntryState, JournalEntry
from archive.permissions import can_answer_for_archive, can_keep_archive
from archive.views.found import authorities_of, authority_of, case_file_of
from archive.vocabulary import CaseStatus


@login_required
@require_GET
def case_file_list(request, slug=None):
    """Every case file of an authority, newest first."""
    authority = authority_of(request.user, slug)
    if slug is None:
        return redirect("archive:case-file-list", authority.slug)
    after = request.GET.get("etter", "")
    # Numbered without gaps from 1, so the last number is how many there are.
    last = JournalEntry.objects.filter(case_file=OuterRef("pk")).order_by("-case_number")
    case_files = (
        CaseFile.objects.filter(authority=authority)
        .select_related("classification", "disposal")
        .annotate(entry_count=Subquery(last.values("case_number")[:1]))
    )
    page = read_page(case_files, "-pk", after=after)
    return render(
        request,
        "archive/case_files_archivist.html",
        {
            "authority": authority,
            "authorities": authorities_of(request.user),
            "case_files": page.rows,
            "first_url": request.path if after else "",
            "next_url": f"{request.path}?etter={page.next}" if page.next else "",
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def case_file_show(request, slug, year, number):
    """One case file; the form moves it to another class while it is open."""
    case_file = case_file_of(request.user, slug, year, number)
    require(can_keep_archive(request.user, case_file.authority_id))
    form = ReclassifyForm(
        request.POST or None,
        classes=Classification.objects.filter(
            plan__fonds=case_file.series.fonds_id, children=None
        ).order_by("code"),
        initial={"klass": case_file.classification_id},
    )
    if form.is_valid():
        reclassify_case_file(case_file, form.cleaned_data["klass"], by=request.user)
        messages.success(request, _("The case file stands in another class now."))
        return redirect("archive:case-file-show", slug, year, number)
    states = EntryState.objects.filter(entry__case_file=case_file)
    kept = why_kept(case_file)
    is_open = case_file.status == CaseStatus.OPEN
    unconverted = count_some(
        Conversion.objects.unsettled().filter(document__entry__case_file=case_file)
    )
    unhandled = count_some(states.not_written_off())
    return render(
        request,
        "archive/case_file_archivist.html",
        {
            "case_file": case_file,
            "form": form if is_open else None,
            "entries": next_number(case_file.entries, "case_number") - 1,
            "counts": [
                (_("Not written off"), *unhandled),
                (_("Not assessed"), *count_some(states.not_assessed())),
                (_("Attachments not in an archive format"), *unconverted),
            ],
            "delivery": approved_delivery(case_file),
            "changes": case_file.changes.filter(entry=None),
            "kept": kept,
            "is_unhandled": bool(unhandled[0]),
            "is_unconverted": bool(unconverted[0]),
            "can_close": is_open and not unhandled[0] and not unconverted[0],
            "can_dispose": not kept
            and can_answer_for_archive(request.user, case_file.authority_id),
        },
        status=422 if form.errors else 200,
    )
