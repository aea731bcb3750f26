"""Lists of entries that wait for the archivist, the oldest first, and what is done with many."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.paging import read_page
from accounts.rules import ActionRefused, require
from archive.actions import assess_as_public
from archive.models import EntryState, JournalEntry
from archive.permissions import can_keep_archive
from archive.views.found import authorities_of, authority_of


@login_required
@require_GET
def unassessed_list(request, slug):
    """Entries whose access nobody has assessed; a page of them can be assessed at once."""
    return list_page(
        request,
        authority_of(request.user, slug),
        "archive/unassessed_archivist.html",
        EntryState.objects.not_assessed(),
    )


@login_required
@require_GET
def overdue_screening_list(request, slug):
    """Entries that are still screened though the period is over."""
    return list_page(
        request,
        authority_of(request.user, slug),
        "archive/overdue_screening_archivist.html",
        EntryState.objects.screened_too_long(),
    )


@login_required
@require_POST
def entries_assess(request, slug):
    """Say of the ticked entries that they are assessed, and nothing of them is screened."""
    authority = authority_of(request.user, slug)
    require(can_keep_archive(request.user, authority))
    entries = ticked_entries(request, authority)
    assess_as_public(entries, by=request.user)
    messages.success(
        request,
        ngettext(
            "%(count)s entry is assessed. Nothing of it is screened.",
            "%(count)s entries are assessed. Nothing of them is screened.",
            len(entries),
        )
        % {"count": len(entries)},
    )
    return redirect("archive:unassessed-list", slug)


def ticked_entries(request, authority):
    """The entries that were ticked in a list. Raises ActionRefused where none was."""
    ticked = request.POST.getlist("entry")
    chosen = [int(each) for each in ticked if each.isdecimal() and len(each) < 19][:1000]
    entries = list(
        JournalEntry.objects.visible_to(request.user)
        .filter(authority=authority, position__in=chosen)
        .select_related("authority")
        .order_by("pk")
    )
    if not entries:
        raise ActionRefused(_("Tick at least one entry."))
    return entries


def list_page(request, authority, template, states, *, status=200, **context):
    """A page of the entries in these states, with how many days each has waited."""
    entries = (
        JournalEntry.objects.filter(authority=authority, state__in=states)
        .select_related("state", "case_file")
        .prefetch_related("parties")
    )
    after = request.GET.get("etter", "")
    page = read_page(entries, "position", after=after)
    today = timezone.localdate()
    for entry in page.rows:
        came = timezone.localdate(entry.received_at) if entry.received_at else entry.journaled_on
        entry.days = (today - came).days
        entry.is_ticked = str(entry.position) in request.POST.getlist("entry")
    return render(
        request,
        template,
        {
            "authority": authority,
            "authorities": authorities_of(request.user),
            "entries": page.rows,
            "first_url": request.path if after else "",
            "next_url": f"{request.path}?etter={page.next}" if page.next else "",
            **context,
        },
        status=status,
    )
