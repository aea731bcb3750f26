"""Handing extractions over: the record of it, its receipt, and the receiver's approval."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.rules import require
from archive.actions import approve_delivery, discard_package, record_delivery
from archive.actions.packages import why_kept_here
from archive.desk_forms import ApprovalForm, DeliveryForm
from archive.models import Delivery, Extraction
from archive.noark5.tar import bucket_name
from archive.permissions import can_answer_for_archive
from archive.receipts import delivery_facts, delivery_pdf


@login_required
@require_http_methods(["GET", "POST"])
def delivery_record(request, pk):
    """Record that an extraction was handed over."""
    extraction = _extraction(request.user, pk)
    require(can_answer_for_archive(request.user, extraction.authority_id))
    if hasattr(extraction, "delivery"):
        return redirect("archive:delivery-show", pk)  # which says what is recorded
    form = DeliveryForm(request.POST or None, extraction=extraction)
    if form.is_valid():
        record_delivery(
            extraction,
            receiver=form.cleaned_data["receiver"],
            reference=form.cleaned_data["reference"],
            delivered_at=form.delivered_at,
            by=request.user,
        )
        messages.success(
            request, _("The delivery is recorded. Record the receiver's approval when it comes.")
        )
        return redirect("archive:delivery-show", pk)
    return render(
        request,
        "archive/delivery_record_archivist.html",
        {"extraction": extraction, "authority": extraction.authority, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def delivery_show(request, pk):
    """The receipt for what was delivered; the form records its receiver's approval."""
    delivery = _delivery(request.user, pk)
    form = ApprovalForm(request.POST or None)
    if form.is_valid():
        approve_delivery(delivery, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("The approval is recorded. What was delivered may be disposed of, case by case."),
        )
        return redirect("archive:delivery-show", pk)
    return render(
        request,
        "archive/delivery_archivist.html",
        {
            "delivery": delivery,
            "authority": delivery.extraction.authority,
            "facts": delivery_facts(delivery),
            "form": None if delivery.approved_at else form,
        },
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def package_discard(request, pk):
    """Say what would go, and delete the package that lies here when that is confirmed."""
    extraction = _extraction(request.user, pk)
    authority = extraction.authority
    require(can_answer_for_archive(request.user, authority))
    if request.method == "POST":
        discard_package(extraction, by=request.user)
        messages.success(request, _("The package here is being deleted."))
        return redirect("archive:extraction-list", authority.slug)
    delivery = getattr(extraction, "delivery", None)
    kept = why_kept_here(extraction, delivery)
    if kept:
        messages.error(request, kept)
        return redirect("archive:extraction-list", authority.slug)
    return render(
        request,
        "archive/package_discard_archivist.html",
        {
            "authority": authority,
            "extraction": extraction,
            "delivery": delivery,
            "bucket": bucket_name(),
        },
    )


@login_required
@require_GET
def delivery_download(request, pk):
    """The receipt as a PDF."""
    delivery = _delivery(request.user, pk)
    page = HttpResponse(delivery_pdf(delivery), content_type="application/pdf")
    name = f"avlevering-{delivery.package}.pdf"
    page.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return page


def _extraction(user, pk):
    visible = Extraction.objects.visible_to(user).select_related("authority", "delivery")
    return get_object_or_404(visible, pk=pk)


def _delivery(user, pk):
    return get_object_or_404(
        Delivery.objects.select_related(
            "extraction__authority", "delivered_by", "approved_by", "discarded_by"
        ).filter(extraction__in=Extraction.objects.visible_to(user)),
        pk=pk,
    )
