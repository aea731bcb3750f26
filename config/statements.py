"""What the law asks every site to say of itself: how accessible it is, and its privacy."""

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Authority
from accounts.public_pages import public_page
from archive.access import KEPT
from consultations.tasks import DRAFT_LIFETIME, TIME_TO_CONFIRM


@require_safe
def accessibility(request):
    """Tilgjengelighetserklæring (forskrift om universell utforming av IKT § 10)."""
    return _statement(
        request,
        "accessibility_public.html",
        official_url=settings.ACCESSIBILITY_STATEMENT_URL,
    )


@require_safe
def privacy(request):
    """Personvernerklæring (GDPR, articles 13 and 14)."""
    return _statement(
        request,
        "privacy_public.html",
        draft_days=DRAFT_LIFETIME.days,
        subscription_days=TIME_TO_CONFIRM.days,
        access_days=KEPT.days,
        session_hours=settings.SESSION_COOKIE_AGE // 3600,
    )


def _statement(request, template, **context):
    authorities = list(Authority.objects.values("name", "email"))
    return public_page(
        request,
        authorities,
        context,
        page=lambda: render(request, template, {"authorities": authorities} | context),
    )
