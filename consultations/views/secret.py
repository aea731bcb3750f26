"""The addresses that hold the secret of a submission: who gets in, and what stays at home.

That no cache keeps them, and that they are not told to other sites, holds for every address
that is not public (`config.middleware`). The pages tell our own server nothing of the address
either: what a browser says of where it comes from is written in logs.
"""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, resolve_url

from accounts.rules import ActionRefused
from accounts.secret import secret_page
from consultations.models import Submission
from consultations.permissions import can_change_submission

HELD_BACK = "typed when logged out"


def by_token(back="consultations:receipt-show"):
    """Give the view the submission of the address's token.

    404 where there is none or it is another account's. Who has been logged out goes to
    log-in, and then to `back`; there too goes what an action refused.
    """

    def decorate(view):
        @wraps(view)
        def with_submission(request, token, **named):
            submission = get_object_or_404(
                Submission.objects.select_related("consultation__authority", "sender", "adds_to"),
                token=token,
            )
            if not can_change_submission(request.user, submission):
                if request.user.is_authenticated:
                    raise Http404
                return log_in_first(request, resolve_url(back, token))
            try:
                page = view(request, submission, **named)
            except ActionRefused as refused:
                messages.error(request, str(refused))
                page = redirect(back, token)
            return secret_page(page)

        return with_submission

    return decorate


def log_in_first(request, back):
    """To log-in and then to `back`, where what was typed waits: log-in keeps the session."""
    if request.method == "POST":
        request.session[HELD_BACK] = {back: request.POST.urlencode()}
    return redirect_to_login(back)
