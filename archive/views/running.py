"""The running journal (løpende journal): every entry, unmasked, for the archivist alone."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.filters import query
from accounts.paging import PAGE_SIZE
from archive.einnsyn import json_of
from archive.filters import RunningFilter
from archive.journal_files import csv_of, pdf_of
from archive.journal_search import count_entries, read_entries
from archive.views.found import authorities_of, authority_of
from archive.vocabulary import EntryKind, EntryStatus


@login_required
@require_GET
def running_journal(request, slug=None):
    """Newest first, narrowed by what stands in the address; without a slug, of the first one."""
    authority = authority_of(request.user, slug)
    if slug is None:
        return redirect("archive:running-journal", authority.slug)
    form = RunningFilter(request.GET, authority=authority)
    after = request.GET.get("etter", "")
    found = read_entries(form.asked, after=after, size=PAGE_SIZE)
    case_files = form.case_files
    return render(
        request,
        "archive/journal_archivist.html",
        {
            "authority": authority,
            "authorities": authorities_of(request.user),
            "form": form,
            "case_files": case_files,
            "themes": form.themes_of(case_files),
            "kinds": EntryKind.values,
            "statuses": EntryStatus.values,
            "entries": found.rows,
            "count": count_entries(form.asked) if form.asked.is_narrow else None,
            "address": query(form.chosen),
            "first_url": request.path + query(form.chosen).rstrip("?") if after else "",
            "next_url": query(form.chosen, etter=found.next) if found.next else "",
        },
    )


@login_required
@require_GET
def running_journal_csv_download(request, slug):
    asked = _form(request, slug).asked
    answer = StreamingHttpResponse(csv_of(asked), content_type="text/csv; charset=utf-8")
    return _as_file(answer, f"lopende-journal-{slug}.csv")


@login_required
@require_GET
def running_journal_pdf_download(request, slug):
    form = _form(request, slug)
    made = pdf_of(form.asked, chosen=[chip.label for chip in form.chips])
    answer = HttpResponse(made, content_type="application/pdf")
    return _as_file(answer, f"lopende-journal-{slug}.pdf")


@login_required
@require_GET
def einnsyn_download(request, slug):
    """The public journal of the chosen days in the form that eInnsyn takes. Nothing unmasked."""
    asked = _form(request, slug).asked
    made = json_of(asked.authority, since=asked.since, until=asked.until)
    answer = StreamingHttpResponse(made, content_type="application/json")
    return _as_file(answer, f"einnsyn-{slug}.json")


def _form(request, slug):
    return RunningFilter(request.GET, authority=authority_of(request.user, slug))


def _as_file(answer, name):
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
