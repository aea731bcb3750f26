"""The signed-in person's own page."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.actions import choose_language
from accounts.forms import LanguageForm


@require_GET
def desk_show(request):
    """Where one lands after log-in: one's responses, one's account, and one's tasks by role."""
    return _desk(request, LanguageForm(initial={"language": request.user.language}))


@require_POST
def language_choose(request):
    """Choose the language of the mails; that of the pages is in their address."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _desk(request, form)
    choose_language(request.user, form.cleaned_data["language"], by=request.user)
    messages.success(request, _("Saved. We write to you in that language from now on."))
    return redirect("accounts:desk-show")


def _desk(request, form):
    return render(
        request,
        "accounts/desk_user.html",
        {"user": request.user, "form": form},
        status=422 if form.errors else 200,
    )
