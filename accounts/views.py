"""The signed-in person's own page."""

from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def desk_show(request):
    """Where one lands after log-in: one's responses, one's account, and one's tasks by role."""
    return render(request, "accounts/desk_user.html", {"user": request.user})
