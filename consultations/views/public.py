"""What everybody reads: the same bytes for all, so never who reads, no session, no cookie."""

from django.core.files.storage import default_storage
from django.db.models import Count, Prefetch, Q, Sum
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.paging import PAGE_SIZE, read_page
from accounts.public_pages import public_page
from consultations.models import (
    Attachment,
    Consultation,
    ConsultationStatus,
    Document,
    PublicState,
    Response,
    Theme,
)

NEWEST_FIRST = ("-received_at", "-id")
LATEST_DEADLINE_FIRST = ("-deadline_at", "-id")
TREATED = (ConsultationStatus.CLOSED, ConsultationStatus.UNDER_TREATMENT)


@require_safe
def consultation_list(request):
    """All that is open, coming or being treated, and the concluded ones paged by key."""
    published = Consultation.objects.public()
    overdue = Q(consultation__in=Consultation.objects.due_to_close())
    state = PublicState.objects.filter(consultation__in=published).aggregate(
        Sum("version"), Count("pk"), overdue=Count("pk", filter=overdue)
    )

    def page():
        now = list(
            published.exclude(status=ConsultationStatus.CONCLUDED)
            .select_related("authority")
            .order_by("deadline_at", "pk")
        )
        concluded = published.filter(status=ConsultationStatus.CONCLUDED)
        context = {
            "open": [each for each in now if each.is_open],
            "coming": [each for each in now if each.status == ConsultationStatus.PUBLISHED],
            "treated": [each for each in now if each.status in TREATED],
            "concluded": read_page(
                concluded.select_related("authority"),
                *LATEST_DEADLINE_FIRST,
                after=request.GET.get("etter", ""),
                size=PAGE_SIZE,
            ),
        }
        return render(request, "consultations/consultation_list_public.html", context)

    return public_page(request, state, timezone.localdate(), page=page)


@require_safe
def consultation_show(request, slug):
    consultation = get_object_or_404(_published(), slug=slug)

    def page():
        context = {
            "consultation": consultation,
            "authority": consultation.authority,
            "themes": consultation.themes.select_related("tally"),
            "documents": consultation.documents.all(),
            "consultees": consultation.consultees.all(),
            "steps": _steps(consultation),
        }
        return render(request, "consultations/consultation_public.html", context)

    return public_page(request, *_version(consultation), page=page)


@require_safe
def theme_show(request, slug, theme):
    theme = get_object_or_404(
        Theme.objects.select_related(
            "tally", "consultation__authority", "consultation__public_state"
        ).filter(consultation__in=Consultation.objects.public()),
        consultation__slug=slug,
        slug=theme,
    )
    after = request.GET.get("etter", "")

    def page():
        context = {
            "consultation": theme.consultation,
            "theme": theme,
            "tally": theme.tally,
            "responses": read_page(
                _shown(theme.responses), *NEWEST_FIRST, after=after, size=PAGE_SIZE
            ),
            "is_first_page": not after,
        }
        return render(request, "consultations/theme_public.html", context)

    return public_page(request, *_version(theme.consultation), page=page)


@require_safe
def response_show(request, slug, reference):
    response = _response(slug, reference)

    def page():
        context = {
            "consultation": response.consultation,
            "theme": response.theme,
            "response": response,
        }
        return render(request, "consultations/response_public.html", context)

    return public_page(request, *_version(response.consultation), page=page)


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
    return Consultation.objects.public().select_related("authority", "public_state")


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
        _shown(Response.objects).select_related(
            "theme", "consultation__authority", "consultation__public_state"
        ),
        consultation__slug=slug,
        reference=reference,
    )


def _version(consultation):
    """What the pages of a consultation depend on: its version, its authority, the day."""
    authority = consultation.authority
    return (
        consultation.public_version,
        authority.name,
        authority.rules_of_debate,
        timezone.localdate(),
        consultation.is_past_deadline,
    )


def _steps(consultation):
    """The consultation's way, as (what, when, is it done): None where it is not known when."""
    return [
        (_("Published"), consultation.published_at, True),
        (
            _("Opens for answers"),
            consultation.opened_at or consultation.opens_at,
            bool(consultation.opened_at),
        ),
        (
            _("Deadline"),
            consultation.deadline_at,
            bool(consultation.closed_at) or consultation.is_past_deadline,
        ),
        (
            _("The authority begins to treat the answers"),
            consultation.treatment_started_at,
            bool(consultation.treatment_started_at),
        ),
        (_("Concluded"), consultation.concluded_at, bool(consultation.concluded_at)),
    ]


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
