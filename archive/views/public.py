"""The public journal: what everybody may know of what came in and went out."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Authority


@require_safe
def public_journal_list(request):
    return render(
        request,
        "archive/public_journal_list_public.html",
        {"authorities": Authority.objects.all()},
    )
