"""The archivist's extractions: what one would leave out, how far one has come, and its file."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.paging import count_some
from archive.actions import note_download, resume_extraction, start_extraction
from archive.actions.packages import why_kept_here
from archive.models import CaseFile, Extraction, ExtractionDownload, ExtractionStatus, Remark
from archive.noark5.documents import CHUNK, ExtractionFailed
from archive.noark5.extraction import folder_of
from archive.noark5.package import schema_files
from archive.noark5.tar import bucket, tar_of
from archive.omissions import left_out, omitted_case_files, words_for
from archive.views.found import authorities_of, authority_of

EXTRACTIONS_SHOWN = 20
LEFT_OUT_SHOWN = 20
RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")


@login_required
@require_GET
def extraction_list(request, slug=None):
    """The extractions of an authority, and what one made now would leave out."""
    authority = authority_of(request.user, slug)
    if slug is None:
        return redirect("archive:extraction-list", authority.slug)
    takers = ExtractionDownload.objects.select_related("downloaded_by")
    extractions = list(
        Extraction.objects.visible_to(request.user)
        .filter(authority=authority)
        .select_related("requested_by", "discarded_by", "delivery")
        .prefetch_related(Prefetch("downloads", takers, to_attr="taken_out"))[:EXTRACTIONS_SHOWN]
    )
    for extraction in extractions:
        extraction.files = _files(extraction)
        extraction.percent = 100 * extraction.stage_done // (extraction.stage_total or 1)
        extraction.omissions = _with_words(extraction.left_out)
        delivery = getattr(extraction, "delivery", None)  # from whose page it is deleted, if any
        extraction.can_discard = not delivery and not why_kept_here(extraction, delivery)
    return render(
        request,
        "archive/extractions_archivist.html",
        {
            "authority": authority,
            "authorities": authorities_of(request.user),
            "extractions": extractions,
            "is_under_way": any(each.is_under_way for each in extractions),
            "closed": count_some(CaseFile.objects.filter(authority=authority).closed()),
            "omissions": _with_words(left_out(authority, LEFT_OUT_SHOWN)),
            "omitted": count_some(omitted_case_files(authority)),
            "has_notes": Remark.objects.filter(entry__authority=authority).exists(),
            "hindrance": _hindrance(),
        },
    )


@login_required
@require_POST
def extraction_start(request, slug):
    """Ask for an extraction; a worker makes it."""
    authority = authority_of(request.user, slug)
    start_extraction(authority, has_notes="notes" in request.POST, by=request.user)
    messages.success(
        request,
        _(
            "The extraction is asked for and is made in the background. "
            "You can leave this page; how far it has come stands here."
        ),
    )
    return redirect("archive:extraction-list", slug)


@login_required
@require_POST
def extraction_resume(request, pk):
    """Let one that failed go on, from where it stopped."""
    extraction = _extraction(request.user, pk)
    resume_extraction(extraction, by=request.user)
    messages.success(request, _("The extraction goes on from where it stopped."))
    return redirect("archive:extraction-list", extraction.authority.slug)


@login_required
@require_safe
def extraction_download(request, pk):
    """The tar file, or the rest of it for a download that was broken off.

    That it was taken out is written down, as with every document that leaves an archive. A
    browser asks for the rest with `Range`, and with `If-Range` so that it is of the same file.
    """
    extraction = _extraction(request.user, pk)
    first, last = _wanted(request, extraction)
    if extraction.archive_name and first >= extraction.archive_size:
        size = {"Content-Range": f"bytes */{extraction.archive_size}"}
        return HttpResponse(status=416, headers=size)
    if request.method == "GET":
        note_download(extraction, first_byte=first, by=request.user)
    is_part = last - first + 1 < extraction.archive_size
    headers = {
        "Content-Type": "application/x-tar",
        "Content-Length": str(last - first + 1),
        "Content-Disposition": f'attachment; filename="{extraction.archive_name}"',
        "Accept-Ranges": "bytes",
        "ETag": f'"{extraction.archive_sha256}"',
        "Cache-Control": "private, no-store",
    }
    if is_part:
        headers["Content-Range"] = f"bytes {first}-{last}/{extraction.archive_size}"
    content = _content(extraction, first, last) if request.method == "GET" else ()
    return StreamingHttpResponse(content, status=206 if is_part else 200, headers=headers)


def _wanted(request, extraction):
    """The first and the last byte that are asked for; all where it is not of this very file."""
    whole = 0, max(extraction.archive_size - 1, 0)
    asked = RANGE.fullmatch(request.headers.get("range", ""))
    condition = request.headers.get("if-range")
    if not asked or (condition and condition != f'"{extraction.archive_sha256}"'):
        return whole
    first, last = int(asked[1]), min(int(asked[2] or whole[1]), whole[1])
    return (first, last) if first <= last or first > whole[1] else whole


def _content(extraction, first, last):
    path = tar_of(extraction)
    if not path.is_file():
        yield from bucket().read_from(extraction.archive_name, first, last)
        return
    left = last - first + 1
    with path.open("rb") as file:
        file.seek(first)
        while left and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _extraction(user, pk):
    visible = Extraction.objects.visible_to(user).select_related("authority")
    return get_object_or_404(visible, pk=pk)


def _with_words(omissions):
    return [each | {"why": words_for(each)} for each in omissions[:LEFT_OUT_SHOWN]]


def _hindrance():
    """Why no extraction can be made here now; empty where one can."""
    try:
        schema_files()
    except ExtractionFailed as failed:
        return str(failed)
    return ""


def _files(extraction):
    """(name, bytes) of what lies at the top of a package, as far as this machine can see it."""
    if extraction.status != ExtractionStatus.DONE:
        return []
    folder = folder_of(extraction)
    if not folder.is_dir():
        return []
    return sorted((each.name, each.stat().st_size) for each in folder.iterdir() if each.is_file())
