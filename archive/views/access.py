"""Asking for access to what stands in the public journal (innsyn)."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.models import Authority


@require_http_methods(["GET", "POST"])
def access_request_start(request, slug):
    """Ask for the entries that the address names: `post=year-number`, one or more."""
    authority = get_object_or_404(Authority, slug=slug, journal__isnull=False)
    return render(request, "archive/access_request_sender.html", {"authority": authority})
