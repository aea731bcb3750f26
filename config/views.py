"""Pages that belong to no app: health, the front address, and what goes wrong."""

import logging
import re
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import connection
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_path, override
from django.views.decorators.http import require_GET

from accounts.abuse import HONEYPOT, OPENED
from config.context import site
from config.database import is_out_of_reach
from consultations.forms.answering import ANSWER, CHOSEN, answer_label
from consultations.models import Consultation, Theme

log = logging.getLogger(__name__)


@require_GET
def health(_request):
    """200 where the process answers and the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def front(_request):
    """The front page is the list of consultations, in bokmål unless the path says otherwise."""
    return redirect("/nb/", permanent=False)


@require_GET
def robots(_request):
    """What search engines leave alone: every page of one person, in each language."""
    lines = [
        f"Disallow: /{language}/{place}/"
        for language, _name in settings.LANGUAGES
        for place in PERSONAL
    ]
    text = "\n".join(["User-agent: *", *lines, ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


PERSONAL = (
    "arkiv",
    "bekreft",
    "folg",
    "horinger/*/ingen-merknader",
    "horinger/*/svar-pa-horingen",
    "horinger/*/tema/*/diskusjon/ny",
    "horinger/*/tema/*/diskusjon/*/svar",
    "innsending",
    "innsyn",
    "journal/*/innsyn",
    "konto",
    "meld",
    "min-side",
    "moderering",
    "redigering",
    "saksbehandling",
    "utkast",
)


def server_error(request):
    """Django's `handler500`: all that nobody caught, in a view, a middleware or a template.

    A database that is out of reach is a 503 that says that nothing was received. Touches
    neither session nor database.
    """
    if is_out_of_reach(sys.exception()):
        log.error("The database is out of reach.")
        was_sent = request.method not in ("GET", "HEAD")
        page = _plain(request, "503.html", status=503, was_sent=was_sent)
        page.headers["Retry-After"] = "60"
        return page
    return _plain(request, "500.html", status=500)


def bad_request(request, exception):
    """Django's `handler400`: what could not be read. What was too large is told so."""
    is_too_large = isinstance(exception, TOO_LARGE)
    status = 413 if is_too_large else 400
    return _plain(request, "400.html", status=status, is_too_large=is_too_large)


TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def csrf_failure(request, reason=""):
    """A form that was open too long, or sent from elsewhere. Nothing was received, so what
    was typed is handed back to be copied, the longest first, each by the name of its field;
    passwords and codes are not.

    A draft goes on by a button: all it can do is to save, for another site may have sent this.
    """
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(word in name for word in ("csrf", "password", "code"))
    ]
    match = request.resolver_match
    labels = _labels(match, {name for name, _value in fields}) if match else {}
    written = [
        (labels.get(name, ""), value)
        for name, value in fields
        if value.strip() and name not in NOT_WRITTEN
    ]
    typed = sorted(written, key=lambda each: len(each[1]), reverse=True)
    is_draft = bool(match) and match.view_name in DRAFTS
    return render(
        request,
        "expired_form.html",
        {
            "typed": typed,
            "draft": [each for each in fields if each[0] not in PRESSED] if is_draft else [],
        },
        status=403,
    )


def _labels(match, names):
    """What the fields are called: in that form of the view's module which holds most of them,
    and for answers by the theme."""
    module = sys.modules.get(match.func.__module__)
    forms = [
        each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Form)
    ]
    form = max(forms, key=lambda each: len(names & each.base_fields.keys()), default=Form)
    answered = [
        name.removeprefix(ANSWER) for name in names if re.fullmatch(rf"{ANSWER}\d{{1,9}}", name)
    ]
    themes = Theme.objects.filter(
        pk__in=answered, consultation__in=Consultation.objects.public()
    ).in_bulk()
    return {name: field.label for name, field in form.base_fields.items() if field.label} | {
        f"{ANSWER}{pk}": answer_label(theme) for pk, theme in themes.items()
    }


DRAFTS = ("consultations:draft-start", "consultations:draft-edit")
NOT_WRITTEN = (*CHOSEN, HONEYPOT, OPENED, "as_of", "hide_name", "no_remarks", "remove", "seen")
PRESSED = ("check", "save", "look_up", "share", "stop_sharing", "remove")


def _plain(request, template, *, status, **context):
    """A page with nothing of the request but its address; the language is the address' too,
    for what failed may have failed before a language was chosen."""
    with override(get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
        content = render_to_string(template, site(request) | context)
    return HttpResponse(content, status=status, headers={"Cache-Control": "no-store"})
