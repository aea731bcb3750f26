"""Erasing by law: the archivist asks, another one approves, and all that was erased is listed.

The approval itself is `moderation:erasure-approve`, for it reaches the copies outside the record.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Authority
from accounts.paging import read_page
from accounts.roles import Role
from accounts.rules import require
from archive.actions import (
    refuse_erasure,
    request_erasure,
    settle_remnant,
)
from archive.actions.remnants import packages_holding
from archive.forms import ErasureForm
from archive.models import Erasure, ErasureStatus, JournalEntry, Remnant
from archive.noark5.tar import bucket_name
from archive.permissions import can_approve_erasure, can_request_erasure

REMNANTS_SHOWN = 100


@login_required
@require_GET
def erasure_list(request, slug=None):
    """Every erasure of an authority, newest first; without a slug, of the first one."""
    authorities = Authority.objects.filter(pk__in=request.user.authorities_as(Role.ARCHIVIST))
    if slug is None:
        return redirect("archive:erasure-list", get_object_or_404(authorities[:1]).slug)
    authority = get_object_or_404(authorities, slug=slug)
    erasures = (
        Erasure.objects.visible_to(request.user)
        .filter(authority=authority)
        .select_related("entry__case_file", "requested_by", "approved_by", "refused_by")
        .prefetch_related("erased_documents", "erased_parties", "entry__documents")
        .prefetch_related("entry__parties", "remnants__extraction", "remnants__settled_by")
    )
    page = read_page(erasures, "-id", after=request.GET.get("etter", ""))
    for each in page.rows:
        each.is_waiting = each.status == ErasureStatus.REQUESTED
        each.can_approve = each.is_waiting and can_approve_erasure(request.user, each)
        each.chosen = [*_chosen(each)]
        if each.is_waiting:
            each.packages = packages_holding(each.entry, names=bool(each.parties))
    remnants = (
        Remnant.objects.visible_to(request.user)
        .unsettled()
        .filter(erasure__authority=authority)
        .select_related("erasure__entry", "extraction__delivery")
        .prefetch_related("extraction__downloads__downloaded_by")
    )
    return render(
        request,
        "archive/erasures_archivist.html",
        {
            "authority": authority,
            "authorities": authorities,
            "erasures": page.rows,
            "remnants": remnants[:REMNANTS_SHOWN],
            "bucket": bucket_name(),
            "next_url": f"{request.path}?etter={page.next}" if page.next else "",
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def erasure_request(request, slug, year, number):
    """Ask that something of an entry is erased."""
    entry = get_object_or_404(
        JournalEntry.objects.visible_to(request.user).select_related("authority"),
        authority__slug=slug,
        year=year,
        number=number,
    )
    require(can_request_erasure(request.user, entry.authority_id))
    form = ErasureForm(request.POST or None, entry=entry)
    if form.is_valid():
        request_erasure(entry, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("It is asked for. Nothing is erased before another archivist approves it."),
        )
        return redirect("archive:erasure-list", slug)
    return render(
        request,
        "archive/erasure_archivist.html",
        {
            "entry": entry,
            "form": form,
            "packages": packages_holding(entry, names=True),
            "bucket": bucket_name(),
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def erasure_refuse(request, pk):
    """Say no. What was asked for stays in the list."""
    erasure = get_object_or_404(
        Erasure.objects.visible_to(request.user).select_related("authority"), pk=pk
    )
    refuse_erasure(erasure, by=request.user)
    messages.success(request, _("The erasure is refused. Nothing was erased."))
    return redirect("archive:erasure-list", erasure.authority.slug)


@login_required
@require_POST
def remnant_settle(request, pk):
    """Mark a package that holds what was erased as dealt with, and say how."""
    remnant = get_object_or_404(
        Remnant.objects.visible_to(request.user).select_related("erasure__authority"), pk=pk
    )
    settle_remnant(remnant, remedy=request.POST.get("remedy", ""), by=request.user)
    messages.success(request, _("It is marked as dealt with."))
    return redirect("archive:erasure-list", remnant.erasure.authority.slug)


def _chosen(erasure):
    """What was asked for, in words, as it stands in the record now."""
    for document in erasure.entry.documents.all():
        if document.system_id in erasure.documents:
            yield f"{document.number}. {document.title} ({document.variant.lower()})"
    for party in erasure.entry.parties.all():
        if party.position in erasure.parties:
            yield f"{party.kind}: {party.name}"
