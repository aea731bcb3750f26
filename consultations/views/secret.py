"""The addresses that hold the secret of a submission: who gets in, and what stays at home.

That no cache keeps them, and that they are not told to other sites, holds for every address
that is not public (`config.middleware`, SECURE_REFERRER_POLICY).
"""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404, resolve_url

from consultations.models import Submission
from consultations.permissions import can_change_submission

HELD_BACK = "typed when logged out"


def by_token(back="consultations:receipt-show"):
    """Give the view the submission of the address's token.

    404 where there is none or it is another account's. Who has been logged out goes to
    log-in, and then to `back`.
    """

    def decorate(view):
        @wraps(view)
        def with_submission(request, token):
            submission = get_object_or_404(
                Submission.objects.select_related("consultation__authority", "sender"), token=token
            )
            if not can_change_submission(request.user, submission):
                if request.user.is_authenticated:
                    raise Http404
                return log_in_first(request, resolve_url(back, token))
            page = view(request, submission)
            page.headers["X-Robots-Tag"] = "noindex, nofollow"
            return page

        return with_submission

    return decorate


def log_in_first(request, back):
    """To log-in and then to `back`, where what was typed waits: log-in keeps the session."""
    if request.method == "POST":
        request.session[HELD_BACK] = {back: request.POST.urlencode()}
    return redirect_to_login(back)
