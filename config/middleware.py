"""What holds for every address: deny by default, and say refusals."""

from time import time
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.rules import ActionRefused
from config.access import PUBLIC, SENDER, SIGNED_IN, allowed_to
from config.proxy import page_may_be_kept


def deny_by_default(get_response):
    """Let nobody through to an address that the permission table does not give them."""

    def middleware(request):
        page = get_response(request)
        match = request.resolver_match
        if not match or allowed_to(match.view_name) != PUBLIC:
            add_never_cache_headers(page)
        return page

    def process_view(request, _view, _args, _kwargs):
        if "\0" in request.path:  # stands in no address of ours, and no database takes it
            raise Http404
        allowed = allowed_to(request.resolver_match.view_name)
        if allowed in (PUBLIC, SENDER):
            return None
        if allowed is None:
            raise PermissionDenied
        if not request.user.is_authenticated:
            return redirect_to_login(page_of(request))
        if allowed != SIGNED_IN and not request.user.authorities_as(*allowed):
            raise PermissionDenied
        return None

    middleware.process_view = process_view
    return middleware


def page_of(request):
    """Where a person goes on after log-in: the page, or the one that had the button."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    back = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return urlsplit(back)._replace(scheme="", netloc="").geturl()
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def public_pages_know_nobody(get_response):
    """Set no cookie on a public page, and let no cache think that it depends on one.

    Stands outside the sessions, which otherwise delete a cookie that they do not know.
    """

    def middleware(request):
        asked_at = time()
        page = get_response(request)
        match = request.resolver_match
        if match and allowed_to(match.view_name) == PUBLIC:
            if "public" in page.get("Cache-Control", "") and not page.streaming:
                page_may_be_kept(page, asked_at=asked_at)
            page.cookies.clear()
            depends_on = {part.strip() for part in page.get("Vary", "").split(",")}
            page.headers["Vary"] = ", ".join(sorted(depends_on - {"", "Cookie"}))
            if not page.headers["Vary"]:
                del page.headers["Vary"]
        return page

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
