"""The signed-in person's own page, and the look-up of an organisation for a form."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.abuse import stop
from accounts.actions import choose_language
from accounts.forms import LanguageForm
from accounts.register import RegisterUnreachable, describe, look_up


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


@require_GET
def organisation_look_up(request):
    """`name` and `kind`, empty where there is none, and a `message` to be shown.

    Everybody may ask, as everybody may answer; how often is limited.
    """
    nothing = {"name": "", "kind": ""}
    if stopped := stop(request, "look-up", is_timed=False):
        return JsonResponse(nothing | {"message": stopped}, status=429)
    try:
        found = look_up(request.GET.get("number", ""))
    except RegisterUnreachable:
        message = _("Enhetsregisteret does not answer just now. Write the name yourself.")
        return JsonResponse(nothing | {"message": message})
    known = {"name": found.name, "kind": found.kind} if found else nothing
    return JsonResponse(known | {"message": describe(found)})


def _desk(request, form):
    return render(
        request,
        "accounts/desk_user.html",
        {"user": request.user, "form": form},
        status=422 if form.errors else 200,
    )
