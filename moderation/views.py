"""The moderator's pages: what waits, and one response to decide about."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.paging import count_some
from accounts.rules import ActionRefused
from casework.models import Assignment
from consultations.lifecycle import NEXT
from consultations.models import Attachment, Publication, Response, ResponseStatus, ScanStatus
from consultations.redaction import passages
from moderation.actions import (
    accept_and_publish,
    accept_and_redact,
    accept_and_withhold,
    accept_response,
    publish_response,
    redact_response,
    reject_response,
    withhold_response,
)
from moderation.forms import (
    DecisionForm,
    PublishForm,
    QueueForm,
    RedactForm,
    RejectForm,
    WithholdForm,
)
from moderation.models import Decision, Flag
from moderation.queue import consultations_of, next_waiting, read_queue, waiting_in

CAMPAIGN_SHOWN = 10

# What a moderator can press: the form, the action, and the action once it is accepted.
DECISIONS = {
    "accept": (DecisionForm, accept_response, accept_response),
    "publish": (PublishForm, accept_and_publish, publish_response),
    "redact": (RedactForm, accept_and_redact, redact_response),
    "withhold": (WithholdForm, accept_and_withhold, withhold_response),
    "reject": (RejectForm, reject_response, reject_response),
}
PUBLICATION = {
    "publish": Publication.PUBLISHED,
    "redact": Publication.REDACTED,
    "withhold": Publication.WITHHELD,
}
SAID = {
    "accept": gettext_lazy("%(reference)s is accepted."),
    "publish": gettext_lazy("%(reference)s is published. Everyone can read it now."),
    "redact": gettext_lazy(
        "%(reference)s is published without what you redacted. The original is kept unchanged."
    ),
    "withhold": gettext_lazy(
        "%(reference)s is withheld. It is handled like any other, but nobody outside reads it."
    ),
    "reject": gettext_lazy(
        "%(reference)s is rejected. It is not journaled; it is kept in the log with your ground."
    ),
}


@login_required
@require_GET
def queue_show(request):
    """All that waits for the moderator, oldest first."""
    consultations, flag, form = _narrowed(request)
    page = read_queue(consultations, flag=flag, after=request.GET.get("etter", ""))
    for response in page.rows:
        response.flag_labels = _flag_labels(response)
    count, is_more = count_some(waiting_in(consultations, flag))
    return render(
        request,
        "moderation/queue_moderator.html",
        {
            "form": form,
            "responses": page.rows,
            "count": count,
            "is_more": is_more,
            "filter": _filter(request),
            "is_narrowed": any(form.chosen),
            "first_url": request.path + _filter(request) if request.GET.get("etter") else "",
            "next_url": _address_after(request, page.next) if page.next else "",
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def response_decide(request, reference):
    """One response with all that a decision needs; what is pressed is decided at once."""
    response = _fetch(request.user, reference)
    pressed = request.POST.get("decision")
    form, status = None, 200
    if request.method == "POST":
        if pressed not in DECISIONS:
            raise BadRequest
        form = _form(pressed, response, _found(response), request.POST)
        if not form.is_valid():
            status = 422
        else:
            try:
                return _decide(request, response, pressed, form)
            except ActionRefused as refused:
                messages.error(request, str(refused))
                response, status = _fetch(request.user, reference), 409
    found = _found(response)
    return render(
        request,
        "moderation/response_moderator.html",
        {
            **_seen(request.user, response, found),
            "forms": {
                name: form if name == pressed else _form(name, response, found)
                for name in _offered(response)
            },
            "is_found": bool(found),
            "failed": form if status == 422 else None,
            "filter": _filter(request),
        },
        status=status,
    )


@login_required
@require_GET
def attachment_read(request, pk):
    """The attachment as it was sent, as a download. What is infected is not handed out."""
    moderated = Response.objects.moderated_by(request.user)
    attachment = get_object_or_404(
        Attachment.objects.filter(submission__responses__in=moderated).distinct(), pk=pk
    )
    if attachment.scan_status == ScanStatus.WAITING:
        raise ActionRefused(
            _(
                "“%(name)s” waits to be scanned for viruses and is handed out when that is done. "
                "Try again in some minutes."
            )
            % {"name": attachment.name}
        )
    if attachment.scan_status == ScanStatus.INFECTED:
        raise ActionRefused(
            _(
                "“%(name)s” carries a virus and is not handed out. "
                "It is journaled as it came; ask the sender for a clean copy."
            )
            % {"name": attachment.name}
        )
    return FileResponse(
        default_storage.open(attachment.path),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )


def _decide(request, response, pressed, form):
    """Do what was pressed, say so, and go on to what waits next."""
    _form_class, action, action_once_accepted = DECISIONS[pressed]
    was_received = response.status == ResponseStatus.RECEIVED
    seen = request.POST.get("seen", "")
    (action if was_received else action_once_accepted)(
        response,
        seen=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
        by=request.user,
        **form.cleaned_data,
    )
    said = SAID[pressed] % {"reference": response.reference}
    if was_received and pressed != "reject":
        assignment = (
            Assignment.objects.current().select_related("entry", "handler").get(response=response)
        )
        said += " " + _("It is journaled as %(entry)s and is with %(handler)s.") % {
            "entry": assignment.entry.identifier,
            "handler": assignment.handler,
        }
    messages.success(request, said)
    consultations, flag, _form = _narrowed(request)
    following = next_waiting(response, consultations, flag)
    if following is None:
        return redirect(reverse("moderation:queue-show") + _filter(request))
    return redirect(
        reverse("moderation:response-decide", args=[following.reference]) + _filter(request)
    )


def _fetch(user, reference):
    return get_object_or_404(
        Response.objects.moderated_by(user)
        .select_related(
            "consultation", "theme", "submission__sender", "submission__registered_by", "screening"
        )
        .prefetch_related("submission__attachments"),
        reference=reference,
    )


def _seen(user, response, found):
    """What the moderator reads before deciding."""
    screening = getattr(response, "screening", None)
    decisions = list(response.decisions.select_related("decided_by"))
    campaign = []
    if screening and screening.campaign_id:
        campaign = list(
            Response.objects.moderated_by(user)
            .filter(screening__campaign=screening.campaign_id)
            .exclude(pk=response.pk)
            .select_related("submission", "theme")
            .defer("text", "redacted_text")
            .order_by("received_at", "pk")[: CAMPAIGN_SHOWN + 1]
        )
    assignment = (
        Assignment.objects.current()
        .filter(response=response)
        .select_related("entry", "handler")
        .first()
    )
    return {
        "response": response,
        "submission": response.submission,
        "passages": list(passages(response.text, [(start, end) for _k, start, end in found])),
        "flag_labels": _flag_labels(response),
        "attachments": response.submission.attachments.all(),
        "decisions": decisions,
        "seen": len(decisions),
        "campaign": campaign[:CAMPAIGN_SHOWN],
        "campaign_has_more": len(campaign) > CAMPAIGN_SHOWN,
        "assignment": assignment,
    }


def _found(response):
    """(kind, start, end): what screening found, and what is redacted now."""
    screening = getattr(response, "screening", None)
    found = {(start, end): kind for kind, start, end in (screening.findings if screening else ())}
    if response.publication == Publication.REDACTED:
        last = response.decisions.filter(outcome=Decision.Outcome.REDACTED).last()
        for redaction in last.redactions.all():
            found.setdefault((redaction.start, redaction.end), "redacted")
    return [(kind, start, end) for (start, end), kind in sorted(found.items())]


def _form(name, response, found, data=None):
    return DECISIONS[name][0](data, response=response, found=found, prefix=name)


def _offered(response):
    """The decisions that the life cycle allows now."""
    if response.status == ResponseStatus.RECEIVED:
        return list(DECISIONS)
    if response.status != ResponseStatus.ACCEPTED:
        return []
    may_follow = NEXT[Publication][response.publication]
    return [name for name, publication in PUBLICATION.items() if publication in may_follow]


def _flag_labels(response):
    screening = getattr(response, "screening", None)
    return [Flag(flag).label for flag in screening.flags] if screening else []


def _narrowed(request):
    """The user's consultations as the address narrows them, the flag, and the form."""
    consultations = consultations_of(request.user)
    form = QueueForm(request.GET, consultations=consultations)
    consultation, flag = form.chosen
    if consultation:
        consultations = consultations.filter(pk=consultation.pk)
    return consultations, flag, form


def _filter(request):
    """The part of the address that narrows the queue, to be carried along."""
    kept = request.GET.copy()
    kept.pop("etter", None)
    return f"?{kept.urlencode()}" if kept else ""


def _address_after(request, key):
    changed = request.GET.copy()
    changed["etter"] = key
    return f"{request.path}?{changed.urlencode()}"
