"""Approving an erasure: where the record and the copies outside it are both in reach."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from archive.models import Erasure
from moderation.actions import approve_erasure


@login_required
@require_POST
def erasure_approve(request, pk):
    """Erase what another archivist has asked for. It can not be undone."""
    erasure = get_object_or_404(
        Erasure.objects.visible_to(request.user).select_related("authority", "entry"), pk=pk
    )
    approve_erasure(erasure, by=request.user)
    messages.success(
        request,
        _("It is erased. The entry stays, and its digests prove what was journaled."),
    )
    return redirect("archive:erasure-list", erasure.authority.slug)
