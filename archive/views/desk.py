"""The archivist's desk: what needs attention first, then how the record stands.

Every count is bounded, so the page costs the same however much there is.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.paging import count_some
from archive.actions import request_verification
from archive.models import (
    AccessRequest,
    CaseFile,
    Conversion,
    Delivery,
    EntryState,
    Erasure,
    Extraction,
    ExtractionStatus,
    Remnant,
)
from archive.views.found import authorities_of, authority_of


@dataclass(frozen=True)
class Matter:
    """One kind of thing that may need attention: what, where its list is, what to do."""

    what: str
    page: str
    advice: str
    rows: object  # (authority) → QuerySet


def _states(authority):
    return EntryState.objects.filter(entry__authority=authority)


MATTERS = (
    Matter(
        gettext_lazy("Entries not written off"),
        "moderation:unhandled-list",
        gettext_lazy("Incoming entries that nobody has dealt with. They keep their case open."),
        lambda authority: _states(authority).not_written_off(),
    ),
    Matter(
        gettext_lazy("Entries not assessed"),
        "archive:unassessed-list",
        gettext_lazy("Nobody has judged yet whether anything of them is to be screened."),
        lambda authority: _states(authority).not_assessed(),
    ),
    Matter(
        gettext_lazy("Screening whose period is over"),
        "archive:overdue-screening-list",
        gettext_lazy("They stay screened until you have assessed them anew."),
        lambda authority: _states(authority).screened_too_long(),
    ),
    Matter(
        gettext_lazy("Attachments not in an archive format"),
        "archive:conversion-list",
        gettext_lazy("They wait to be converted, or can not be. The entries stand."),
        lambda authority: Conversion.objects.unsettled().filter(
            document__entry__authority=authority
        ),
    ),
    Matter(
        gettext_lazy("Access requests to answer"),
        "archive:access-request-list",
        gettext_lazy("Somebody waits for an answer. The law sets the time limit."),
        lambda authority: AccessRequest.objects.filter(authority=authority).unanswered(),
    ),
    Matter(
        gettext_lazy("Erasures that wait"),
        "archive:erasure-list",
        gettext_lazy("Another archivist than the one who asked must approve them."),
        lambda authority: Erasure.objects.filter(authority=authority).requested(),
    ),
    Matter(
        gettext_lazy("Packages that hold what was erased"),
        "archive:erasure-list",
        gettext_lazy("They were made before. See to each that it is deleted, and say so."),
        lambda authority: Remnant.objects.unsettled().filter(erasure__authority=authority),
    ),
    Matter(
        gettext_lazy("Extractions that are not delivered"),
        "archive:extraction-list",
        gettext_lazy("They are made. Hand them over, and record it."),
        lambda authority: Extraction.objects.filter(
            authority=authority, status=ExtractionStatus.DONE, delivery=None, discarded_at=None
        ),
    ),
    Matter(
        gettext_lazy("Deliveries that are not approved"),
        "archive:extraction-list",
        gettext_lazy("Record the receiver's approval when it has come."),
        lambda authority: Delivery.objects.filter(
            extraction__authority=authority, approved_at=None
        ),
    ),
)


@login_required
@require_GET
def desk_show(request, slug=None):
    """One page for one authority; without a slug, for the first one."""
    authority = authority_of(request.user, slug)
    if slug is None:
        return redirect("archive:desk-show", authority.slug)
    matters = []
    for matter in MATTERS:
        count, is_more = count_some(matter.rows(authority))
        matters.append(
            {
                "what": matter.what,
                "advice": matter.advice,
                "address": reverse(matter.page, args=[authority.slug]),
                "count": count,
                "is_more": is_more,
            }
        )
    verifications = authority.verifications.all()
    case_files = CaseFile.objects.filter(authority=authority)
    return render(
        request,
        "archive/desk_archivist.html",
        {
            "authority": authority,
            "authorities": authorities_of(request.user),
            "waiting": [each for each in matters if each["count"]],
            "settled": [each for each in matters if not each["count"]],
            "oldest": _states(authority)
            .not_written_off()
            .select_related("entry")
            .order_by("entry")
            .first(),
            "verification": verifications.finished().first(),
            "is_verifying": verifications.filter(finished_at=None).exists(),
            "checkpoint": authority.checkpoints.first(),
            "could_be_closed": count_some(case_files.ready_to_close()),
            "could_be_disposed": count_some(
                Delivery.objects.approved().kept_here().filter(authority=authority)
            ),
        },
    )


@login_required
@require_POST
def journal_verify(request, slug):
    """Ask for the numbers and the chain to be tried now."""
    authority = authority_of(request.user, slug)
    request_verification(authority, by=request.user)
    messages.success(
        request,
        _("The journal is being verified. The result stands here soon: load the page again."),
    )
    return redirect("archive:desk-show", slug)
