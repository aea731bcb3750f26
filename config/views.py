"""Pages that belong to no app: health, the front address, and what goes wrong."""

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET


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


def service_unavailable(request):
    """503: the database is gone. Touches neither session nor database."""
    page = HttpResponse(render_to_string("503.html"), status=503)
    page.headers["Retry-After"] = "60"
    page.headers["Cache-Control"] = "no-store"
    return page


def csrf_failure(request, reason=""):
    """A form that was open too long, or sent from elsewhere; nothing was received."""
    return render(
        request,
        "403.html",
        {"explanation": _("The form had expired. Go back, copy what you wrote, and try again.")},
        status=403,
    )
