"""Asking for access to what stands in the public journal (innsyn), and reading the answer.

Nobody need say who they are. The address of the answer is a secret: it is all that one needs.
"""

import re
from functools import reduce
from operator import or_

from django.contrib import messages
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.abuse import stop
from accounts.models import Authority
from accounts.secret import secret_page
from accounts.unseen import without_unseen
from archive.access import KEPT, REFUSAL_DAYS, due_day, given_documents, kept_until, working_day
from archive.access_forms import AccessRequestForm
from archive.actions import current_entries, request_access
from archive.actions.access import LONGEST_REQUEST
from archive.models import AccessRequest, JournalEntry
from archive.public_title import masked
from archive.vocabulary import EntryStatus

PLACE = re.compile(r"(?P<year>\d{4})-(?P<number>\d{1,9})|(?P<n>\d{1,9})/(?P<y>\d{4})")
CASE = re.compile(r"(\d{4})[-/](\d{1,9})")


@require_http_methods(["GET", "POST"])
def access_request_start(request, slug):
    """Ask for the entries that the address names: `post=year-number`, one or more; or
    `sak=year-number`, for those of a case file."""
    authority = get_object_or_404(Authority, slug=slug, journal__isnull=False)
    sent = request.POST if request.method == "POST" else None
    places = (sent or request.GET).getlist("post")
    entries, missing, is_more = _chosen(
        authority, places, "" if sent else request.GET.get("sak", "")
    )
    user = request.user
    form = AccessRequestForm(
        sent,
        entries=entries,
        initial={"email": user.email if user.is_authenticated else ""},
    )
    status = 200
    if form.is_bound:
        stopped = stop(request, "access")
        if stopped:
            form.add_error(None, stopped)
            status = 429
        elif form.is_valid():
            made = request_access(authority, language=get_language(), **form.asked)
            return redirect("archive:access-request-show", made.token)
        else:
            status = 422
    return render(
        request,
        "archive/access_request_sender.html",
        {
            "authority": authority,
            "form": form,
            "entries": entries,
            "places": list(form.entries),
            "missing": missing,
            "is_more": is_more,
            "most": LONGEST_REQUEST,
            "due_on": due_day(timezone.localdate()),
            "kept_days": KEPT.days,
        },
        status=status,
    )


@require_GET
def access_request_show(request, token):
    """How far the request has come; and when it is answered, the answer with its documents."""
    asked = _by_token(token)
    documents = given_documents(asked)
    requested = list(
        asked.entries.select_related("entry__state", "entry__case_file").order_by("pk")
    )
    for each in requested:
        each.given = [_named(documents[pk]) for pk in each.documents if pk in documents]
        each.is_obsolete = each.entry.state.status == EntryStatus.OBSOLETE
        each.is_less = len(each.given) < len(each.documents)
    return secret_page(
        render(
            request,
            "archive/access_answer_sender.html",
            {
                "asked": asked,
                "authority": asked.authority,
                "requested": requested,
                "is_refused": any(each.legal_basis for each in requested),
                "link": request.build_absolute_uri(request.path),
                "kept_until": kept_until(asked) if asked.answered_at else None,
                "may_complain_from": working_day(
                    timezone.localdate(asked.received_at), REFUSAL_DAYS
                ),
            },
        )
    )


@require_GET
def access_document_download(request, token, system_id):
    """A document that was given, byte for byte, always as a download."""
    asked = _by_token(token)
    document = given_documents(asked).get(system_id)
    if document is None:
        raise Http404
    try:
        file = default_storage.open(document.path)
    except FileNotFoundError:
        messages.error(
            request,
            _("The document can not be found just now. Write to the authority, and they find it."),
        )
        return redirect("archive:access-request-show", token)
    title = _named(document)["title"]
    place = f"{document.entry.year} {document.entry.number} {document.number}"
    name = slugify(f"{place} {title}", allow_unicode=True)
    return secret_page(
        FileResponse(
            file,
            as_attachment=True,
            filename=f"{name}.{document.format}",
            content_type="application/octet-stream",
        )
    )


def _by_token(token):
    return get_object_or_404(
        AccessRequest.objects.select_related("authority").prefetch_related("entries"), token=token
    )


def _named(document):
    """A document and what it is called. Where something is screened, the name of an attachment
    may tell it: then it is its number alone."""
    if document.entry.state.legal_basis and document.number > 1:
        title, is_of_record = _("Attachment %(number)d") % {"number": document.number - 1}, False
    else:
        title, is_of_record = masked(document.title, document.entry.screened_words), True
    return {"document": document, "title": title, "is_title_of_record": is_of_record}


def _chosen(authority, places, case):
    """The entries of these places that one may ask for, the places where there is none, and
    whether there were too many.

    A corrected entry is its correction; one that was journaled by mistake is none.
    """
    places = [each for place in places if (each := without_unseen(place).strip())]
    is_more = len(places) > LONGEST_REQUEST
    numbers = {place: _number(place) for place in places[:LONGEST_REQUEST]}
    wanted = [Q(year=year, number=number) for year, number in filter(None, numbers.values())]
    found = CASE.fullmatch(case)
    if found:
        wanted.append(Q(case_file__year=found[1], case_file__number=found[2]))
    rows = []
    if wanted:
        entries = JournalEntry.objects.filter(authority=authority).filter(reduce(or_, wanted))
        rows = list(entries.select_related("case_file").order_by("position")[: LONGEST_REQUEST + 1])
    there = JournalEntry.objects.exclude(state__status=EntryStatus.OBSOLETE).select_related(
        "case_file", "state"
    )
    current = dict(zip(rows, current_entries(rows), strict=True))
    chosen = list(there.filter(pk__in=[each.pk for each in current.values()]).order_by("position"))
    known = {(row.year, row.number) for row, each in current.items() if each in chosen}
    missing = [place for place, number in numbers.items() if number not in known]
    return chosen[:LONGEST_REQUEST], missing, is_more or len(chosen) > LONGEST_REQUEST


def _number(place):
    """The year and the number that a place names, or None."""
    found = PLACE.fullmatch(place)
    return found and (int(found["year"] or found["y"]), int(found["number"] or found["n"]))
