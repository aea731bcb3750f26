"""The figures of a consultation, drawn, in tables, and as files."""

from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.public_pages import public_page
from accounts.spreadsheets import BYTE_ORDER_MARK, csv_lines
from consultations.charts import chart
from consultations.figures import figures_of
from consultations.models import Consultation, Tally


@require_safe
def figures_show(request, slug):
    consultation = _consultation(slug)
    accepted = _accepted(consultation)

    def page():
        figures = figures_of(consultation) if accepted else []
        context = {
            "consultation": consultation,
            "accepted": accepted,
            "figures": [
                (figure, chart(figure, described_by=f"{figure.name}-sagt")) for figure in figures
            ],
        }
        return render(request, "consultations/figures_public.html", context)

    return public_page(request, *_version(consultation, accepted), page=page)


@require_safe
def figures_download(request, slug, name):
    """One of the tables as a file of comma-separated values, with a mark of its encoding as the
    journal's files have: without it Excel shows other letters than æ, ø and å."""
    consultation = _consultation(slug)
    accepted = _accepted(consultation)

    def page():
        figures = figures_of(consultation) if accepted else []
        figure = next((figure for figure in figures if figure.name == name), None)
        if figure is None:
            raise Http404
        rows = [(row.in_file or row.label, str(row.number)) for row in figure.rows]
        return HttpResponse(
            BYTE_ORDER_MARK + csv_lines([(figure.of, _("Responses")), *rows]),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{slug}-{name}.csv"'},
        )

    return public_page(request, *_version(consultation, accepted), page=page)


def _consultation(slug):
    consultations = Consultation.objects.public().select_related("public_state")
    return get_object_or_404(consultations, slug=slug)


def _accepted(consultation):
    tallies = Tally.objects.filter(theme__consultation=consultation)
    return tallies.aggregate(number=Sum("accepted"))["number"] or 0


def _version(consultation, accepted):
    """Accepting changes the figures and no other page, so it raises no version."""
    return consultation.public_version, accepted
