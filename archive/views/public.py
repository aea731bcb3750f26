"""The public journal (offentlig journal): what everybody may know of what came in and went out.

The same bytes for everybody. An entry's state may change without any other row telling, so
these pages are rendered first and compared afterwards.
"""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from accounts.models import Authority
from accounts.paging import PAGE_SIZE, read_page
from archive.vocabulary import MASK, EntryStatus, PartyKind

SENDERS = {PartyKind.SENDER, PartyKind.INTERNAL_SENDER}


@require_safe
@conditional_page
@cache_control(public=True, max_age=0, must_revalidate=True)
def public_journal_list(request):
    authorities = Authority.objects.filter(journal__isnull=False)
    context = {"authorities": authorities.select_related("journal")}
    return render(request, "archive/public_journal_list_public.html", context)


@require_safe
@conditional_page
@cache_control(public=True, max_age=0, must_revalidate=True)
def public_journal(request, slug):
    """Newest first. Search engines are kept out, for the sake of the people who are named."""
    authority = get_object_or_404(Authority, slug=slug)
    after = request.GET.get("etter", "")
    entries = authority.entries.select_related("state", "case_file").prefetch_related(
        "parties", "corrections"
    )
    page = read_page(entries, "-position", after=after, size=PAGE_SIZE)
    context = {
        "authority": authority,
        "lines": [_line(entry) for entry in page.rows],
        "next": page.next,
        "is_first_page": not after,
    }
    answer = render(request, "archive/public_journal_public.html", context)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _line(entry):
    """What the public journal tells of an entry.

    Of one that is obsolete, only that it is: what was wrong with it may be what it told.
    """
    is_obsolete = entry.state.status == EntryStatus.OBSOLETE
    return {
        "entry": entry,
        "is_obsolete": is_obsolete,
        "corrections": list(entry.corrections.all()),
        "parties": [] if is_obsolete else [_party(entry, party) for party in entry.parties.all()],
    }


def _party(entry, party):
    """(kind, name). Never the contact person or the address."""
    is_screened = entry.state.is_sender_screened and party.kind in SENDERS
    return party.kind, MASK if is_screened else party.name
