"""What everybody reads: the same bytes for all, so never who reads, no session, no cookie."""

from functools import cache

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Count, Prefetch
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.filters import query
from accounts.paging import PAGE_SIZE, count_some, read_page
from accounts.public_pages import public_page
from consultations.calendar import deadline_calendar
from consultations.filters import (
    ORDERS,
    chosen_of_responses,
    from_senders,
    response_chips,
    sender_words,
)
from consultations.models import (
    Attachment,
    Consultation,
    Document,
    Publication,
    Response,
    Theme,
)
from consultations.search import matching

A_SLUG = "?"  # is nobody's


@require_safe
def consultation_show(request, slug):
    def page():
        consultation = get_object_or_404(_published(), slug=slug)
        context = {
            "consultation": consultation,
            "authority": consultation.authority,
            "themes": consultation.themes.select_related("tally"),
            "documents": consultation.documents.all(),
            "consultees": consultation.consultees.all(),
            "amendments": consultation.amendments.all(),
            "related_links": consultation.related_links.all(),
            "steps": _steps(consultation),
            "canonical": settings.SITE_URL + request.path,
        }
        return render(request, "consultations/consultation_public.html", context)

    return public_page(request, *_version(slug), page=page)


@require_safe
def deadline_download(request, slug):
    """The deadline for people's calendars."""

    def page():
        consultation = get_object_or_404(_published(), slug=slug)
        address = settings.SITE_URL + reverse("consultations:consultation-show", args=[slug])
        return HttpResponse(
            deadline_calendar(consultation, address),
            content_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{slug}.ics"'},
        )

    return public_page(request, *_version(slug), page=page)


@require_safe
def theme_show(request, slug, theme):
    """A theme, and the responses to it: in the order, of the senders and with the words that
    are asked for, paged by key."""
    return public_page(
        request, *_version(slug), page=lambda: _theme_page(request, _theme(slug, theme))
    )


def _theme(slug, theme):
    themes = Theme.objects.filter(consultation__in=Consultation.objects.public())
    themes = themes.select_related("tally", "consultation__authority")
    return get_object_or_404(themes, consultation__slug=slug, slug=theme)


def _theme_page(request, theme):
    chosen = chosen_of_responses(request.GET)
    after = request.GET.get("etter", "")
    asked_for = matching(from_senders(theme.responses.public(), chosen), chosen.get("sok", ""))
    order = ORDERS[chosen.get("rekkefolge", "")]
    responses = read_page(_shown(asked_for), *order, after=after, size=PAGE_SIZE)
    chips = response_chips(chosen)
    found, is_more = count_some(asked_for) if chips else (theme.tally.published, False)
    context = {
        "consultation": theme.consultation,
        "theme": theme,
        "tally": theme.tally,
        "documents": [] if after else theme.documents.all(),
        "responses": responses,
        "withheld": _withheld_by_ground(theme),
        "found": found,
        "is_more": is_more,
        "chosen": chosen,
        "chips": chips,
        "senders": sender_words(),
        "is_first_page": not after,
        "first_url": query(chosen),
        "next_url": query(chosen, etter=responses.next),
        "canonical": settings.SITE_URL + request.path + (query({}, etter=after) * bool(after)),
    }
    return render(request, "consultations/theme_public.html", context)


@require_safe
def response_show(request, slug, reference):
    def page():
        response = _response(slug, reference)
        context = {
            "consultation": response.consultation,
            "theme": response.theme,
            "response": response,
            "canonical": settings.SITE_URL + request.path,
        }
        return render(request, "consultations/response_public.html", context)

    return public_page(request, *_version(slug), page=page)


@require_safe
def attachment_download(request, slug, reference, pk):
    """A file that a moderator has made public, of a response that is public.

    What the sender called it is theirs to be known by: it is not told of who is not named.
    """
    response = _response(slug, reference)
    attachments = response.submission.public_attachments
    attachment = next((each for each in attachments if each.pk == pk), None)
    if attachment is None:
        raise Http404
    if not response.has_public_name:
        attachment.name = f"{response.reference}.{attachment.extension}"
    return _download(request, attachment)


@require_safe
def document_download(request, slug, pk):
    documents = Document.objects.filter(consultation__in=Consultation.objects.public())
    return _download(request, get_object_or_404(documents, consultation__slug=slug, pk=pk))


def _published():
    return Consultation.objects.public().select_related("authority")


def _shown(responses):
    """What is read of public responses: the sender, the text, the public attachments."""
    return (
        responses.public()
        .select_related("submission")
        .prefetch_related(
            Prefetch(
                "submission__attachments",
                # None of them is infected: a constraint of the table says so.
                queryset=Attachment.objects.filter(is_public=True),
                to_attr="public_attachments",
            )
        )
    )


def _response(slug, reference):
    return get_object_or_404(
        _shown(Response.objects).select_related("theme", "consultation__authority"),
        consultation__slug=slug,
        reference=reference,
    )


def _withheld_by_ground(theme):
    """(ground, how many are withheld for it): the most usual first. An index holds just these."""
    withheld = theme.responses.filter(publication=Publication.WITHHELD)
    counted = withheld.values_list("legal_ground").annotate(number=Count("pk"))
    return list(counted.order_by("-number", "legal_ground"))


def _version(slug):
    """What the pages of a consultation depend on: its version, its authority, the day. All that
    is asked of the database for a page that is kept. Raises Http404 where it is not public."""
    statement, given = _version_statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [slug if each == A_SLUG else each for each in given])
        found = cursor.fetchone()
    if not found:
        raise Http404
    deadline_at, *version = found
    return *version, timezone.localdate(), deadline_at <= timezone.now()


@cache
def _version_statement():
    """SQL, and its parameters with `A_SLUG` among them: to put it together takes four times as
    long as to ask it."""
    rows = Consultation.objects.public().filter(slug=A_SLUG)
    asked = rows.values_list(
        "deadline_at", "public_state__version", "authority__name", "authority__rules_of_debate"
    )
    return asked.order_by().query.sql_with_params()


def _steps(consultation):
    """The consultation's way, as (what, when, is it done, is it now): no time where it is not
    known when."""
    steps = [
        (_("Published"), consultation.published_at, True),
        (
            _("Opened for answers") if consultation.opened_at else _("Opens for answers"),
            consultation.opened_at or consultation.opens_at,
            bool(consultation.opened_at),
        ),
        (
            _("Deadline"),
            consultation.deadline_at,
            bool(consultation.closed_at) or consultation.is_past_deadline,
        ),
        (
            _("Under treatment"),
            consultation.treatment_started_at,
            bool(consultation.treatment_started_at),
        ),
        (_("Concluded"), consultation.concluded_at, bool(consultation.concluded_at)),
    ]
    latest = max(place for place, (_what, _when, is_done) in enumerate(steps) if is_done)
    return [(*step, place == latest) for place, step in enumerate(steps)]


def _download(request, file):
    """A stored file, as something to save: never shown as part of this site."""

    def page():
        is_text = file.content_type.startswith("text/")
        return FileResponse(
            default_storage.open(file.path),
            as_attachment=True,
            filename=file.name,
            content_type=f"{file.content_type}; charset=utf-8" if is_text else file.content_type,
        )

    return public_page(request, file.sha256, file.name, page=page)
