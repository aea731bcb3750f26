"""What holds for every address: deny by default, and say refusals."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.rules import ActionRefused
from config.access import PUBLIC, SENDER, SIGNED_IN, allowed_to


def deny_by_default(get_response):
    """Let nobody through to an address that the permission table does not give them."""

    def middleware(request):
        page = get_response(request)
        match = request.resolver_match
        if not match or allowed_to(match.view_name) != PUBLIC:
            add_never_cache_headers(page)
        return page

    def process_view(request, _view, _args, _kwargs):
        allowed = allowed_to(request.resolver_match.view_name)
        if allowed in (PUBLIC, SENDER):
            return None
        if allowed is None:
            raise PermissionDenied
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if allowed != SIGNED_IN and not request.user.authorities_as(*allowed):
            raise PermissionDenied
        return None

    middleware.process_view = process_view
    return middleware


def refusals_are_said(get_response):
    """A rule that said no becomes a message, and the person is back where they pressed."""

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        if not isinstance(exception, ActionRefused):
            return None
        messages.error(request, str(exception))
        back = request.headers.get("referer", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return HttpResponseRedirect(back if safe else request.path)

    middleware.process_exception = process_exception
    return middleware
