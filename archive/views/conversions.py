"""Conversions that wait or have failed: try again, or say what was done instead."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.paging import count_some, read_page
from accounts.rules import require
from archive.actions import retry_conversion, settle_conversion
from archive.forms import SettleForm
from archive.models import Conversion, ConversionStatus, UnscannedFile
from archive.permissions import can_settle_conversion
from archive.views.found import authorities_of, authority_of


@login_required
@require_GET
def conversion_list(request, slug=None):
    """What is not in an archive format yet, the oldest first; without a slug, of the first
    authority. `?status=failed` shows those that only a person can do something about."""
    authority = authority_of(request.user, slug)
    if slug is None:
        return redirect("archive:conversion-list", authority.slug)
    unsettled = Conversion.objects.unsettled().filter(document__entry__authority=authority)
    status = request.GET.get("status", "")
    shown = unsettled.filter(status=status) if status in ConversionStatus.values else unsettled
    held = UnscannedFile.objects.filter(sha256=OuterRef("document__sha256"))
    page = read_page(
        shown.select_related("document__entry__case_file").annotate(is_held=Exists(held)),
        "document_id",
        after=request.GET.get("etter", ""),
    )
    for each in page.rows:
        each.has_failed = each.status == ConversionStatus.FAILED
    return render(
        request,
        "archive/conversions_archivist.html",
        {
            "authority": authority,
            "authorities": authorities_of(request.user),
            "conversions": page.rows,
            "choices": [
                ("", _("All"), count_some(unsettled)),
                *(
                    (each.value, each.label, count_some(unsettled.filter(status=each)))
                    for each in (ConversionStatus.FAILED, ConversionStatus.WAITING)
                ),
            ],
            "status": status,
            "next_url": f"{request.path}?status={status}&etter={page.next}" if page.next else "",
        },
    )


@login_required
@require_POST
def conversion_retry(request, pk):
    """Ask a worker to try once more."""
    conversion = _conversion(request.user, pk)
    retry_conversion(conversion, by=request.user)
    messages.success(request, _("It is tried again now. How it went stands here in a moment."))
    return redirect("archive:conversion-list", conversion.document.entry.authority.slug)


@login_required
@require_http_methods(["GET", "POST"])
def conversion_settle(request, pk):
    """Upload a copy that was made by hand, or say why the original goes as it is."""
    conversion = _conversion(request.user, pk)
    require(can_settle_conversion(request.user, conversion))
    form = SettleForm(request.POST or None, request.FILES or None)
    authority = conversion.document.entry.authority
    if form.is_valid():
        note, copy = form.cleaned_data["note"], form.stored_copy()
        settle_conversion(conversion, note, copy=copy, by=request.user)
        messages.success(
            request,
            _("The copy is kept beside the original, and is what is delivered.")
            if copy
            else _("The original is delivered as it is, with what you wrote."),
        )
        return redirect("archive:conversion-list", authority.slug)
    return render(
        request,
        "archive/conversion_archivist.html",
        {"conversion": conversion, "authority": authority, "form": form},
        status=422 if form.errors else 200,
    )


def _conversion(user, pk):
    return get_object_or_404(
        Conversion.objects.visible_to(user).select_related("document__entry__authority"), pk=pk
    )
