"""The public journal (offentlig journal): what everybody may know of what came in and went out.

The same bytes for everybody, and search engines are kept out, for the sake of the people who
are named. An entry's state may change without any other row telling, so the pages are rendered
first and compared afterwards; the files, which are long, are known by the rows they are made of.
"""

from functools import wraps

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from accounts.filters import query
from accounts.models import Authority
from accounts.paging import PAGE_SIZE
from accounts.public_pages import public_page
from archive.feeds import tag
from archive.filters import PublicFilter
from archive.journal_files import PRIVATE_PERSON, csv_of, pdf_of
from archive.journal_search import count_entries, read_entries, version_of
from archive.public_journal import told, told_documents
from archive.vocabulary import EntryKind

PER_FEED = 50
LASTING = ("sak", "tema", "type")  # what a feed may be narrowed by: it names no person, nor a day


def unindexed(view):
    """No search engine keeps the page."""

    @wraps(view)
    def viewed(request, *args, **kwargs):
        answer = view(request, *args, **kwargs)
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    return viewed


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
@unindexed
def public_journal(request, slug):
    """Newest first, narrowed by what stands in the address."""
    authority = _authority(slug)
    form = PublicFilter(request.GET, authority=authority)
    after = request.GET.get("etter", "")
    found = read_entries(form.asked, after=after, size=PAGE_SIZE)
    case_files = form.case_files
    context = {
        "authority": authority,
        "form": form,
        "case_files": case_files,
        "themes": form.themes_of(case_files),
        "kinds": EntryKind.values,
        "lines": [told(entry) for entry in found.rows],
        "count": count_entries(form.asked) if form.asked.is_narrow else None,
        "address": query(form.chosen),
        "feed_address": query({name: form.chosen.get(name) for name in LASTING}),
        "first_url": query(form.chosen) if after else "",
        "next_url": query(form.chosen, etter=found.next) if found.next else "",
    }
    return render(request, "archive/public_journal_public.html", context)


@require_safe
@conditional_page
@cache_control(public=True, max_age=0, must_revalidate=True)
@unindexed
def public_entry_show(request, slug, year, number):
    """One entry, at an address that never changes."""
    authority = _authority(slug)
    entries = authority.entries.select_related(
        "state__answered_by", "case_file__classification", "case_file__disposal", "corrects"
    ).prefetch_related("parties", "corrections")
    entry = get_object_or_404(entries, year=year, number=number)
    context = {
        "authority": authority,
        "entry": entry,
        "line": told(entry),
        "documents": told_documents(entry),
        "is_disposed": hasattr(entry.case_file, "disposal"),
    }
    return render(request, "archive/entry_public.html", context)


@require_safe
@unindexed
def public_journal_csv_download(request, slug):
    """All that is asked for, as a table."""
    authority = _authority(slug)
    asked = PublicFilter(request.GET, authority=authority).asked

    def page():
        answer = StreamingHttpResponse(csv_of(asked), content_type="text/csv; charset=utf-8")
        return _as_file(answer, f"offentlig-journal-{slug}.csv")

    return public_page(request, *_version(asked), page=page)


@require_safe
@unindexed
def public_journal_pdf_download(request, slug):
    """The newest of what is asked for, to be printed."""
    authority = _authority(slug)
    form = PublicFilter(request.GET, authority=authority)

    def page():
        made = pdf_of(form.asked, chosen=[chip.label for chip in form.chips])
        answer = HttpResponse(made, content_type="application/pdf")
        return _as_file(answer, f"offentlig-journal-{slug}.pdf")

    return public_page(request, *_version(form.asked), page=page)


@require_safe
@conditional_page
@cache_control(public=True, max_age=0, must_revalidate=True)
@unindexed
def public_journal_feed(request, slug):
    """The newest entries as Atom. No private person is named: a reader keeps what it has read
    for ever, and a name is to be found for a year."""
    authority = _authority(slug)
    chosen = {name: request.GET.get(name, "") for name in LASTING}
    form = PublicFilter(chosen, authority=authority)
    feed = Atom1Feed(
        title=_("Public journal of %(authority)s") % {"authority": authority.name},
        link=_address("archive:public-journal", slug) + query(form.chosen).rstrip("?"),
        description=None,
        language=get_language(),
        author_name=authority.name,
        feed_url=settings.SITE_URL + request.path + query(form.chosen).rstrip("?"),
        feed_guid=tag(f"journal-{authority.pk}/{get_language()}{query(form.chosen)}"),
    )
    for entry in read_entries(form.asked, size=PER_FEED).rows:
        _tell(feed, told(entry), slug)
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _tell(feed, line, slug):
    entry = line.entry
    title = line.title or entry.state.status
    parties = [
        (party.kind, PRIVATE_PERSON if party.is_person else party.name) for party in line.parties
    ]
    feed.add_item(
        title=f"{entry.identifier}: {title}",
        link=_address("archive:public-entry-show", slug, entry.year, entry.number),
        description=format_html_join("", '<p lang="nb">{}: {}</p>', parties)
        + format_html("<p>{} {}</p>", _("Case"), entry.registration_id),
        unique_id=tag(f"journalentry-{entry.pk}"),
        pubdate=entry.created_at,
        updateddate=max([entry.created_at, *(each.created_at for each in line.corrections)]),
        categories=line.themes,
    )


def _authority(slug):
    return get_object_or_404(Authority.objects.select_related("journal"), slug=slug)


def _version(asked):
    """All that a file depends on: the rows, the day, for names may be found for a year, and what
    is asked for, for it stands in the file."""
    return version_of(asked), timezone.localdate(), asked.authority.name


def _as_file(answer, name):
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _address(name, *args):
    return settings.SITE_URL + reverse(name, args=args)
