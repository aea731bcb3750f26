"""Every address. The language is the first part of the path."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from accounts import provider
from config import statements, views
from config.own_data.download import own_data

handler400 = "config.views.bad_request"
handler500 = "config.views.server_error"
urlpatterns = [
    path("", views.front, name="front"),
    path("helse/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    *i18n_patterns(
        path("konto/", include("allauth.account.urls")),
        path("konto/mfa/", include("allauth.mfa.urls")),
        path("konto/tilknytning/", include("allauth.socialaccount.urls")),
        path(
            "konto/innlogging/<slug:provider_id>/",
            provider.provider_login,
            name="openid_connect_login",
        ),
        path(
            "konto/innlogging/<slug:provider_id>/svar/",
            provider.provider_callback,
            name="openid_connect_callback",
        ),
        path("min-side/mine-data/", own_data, name="own-data"),
        path("min-side/", include("accounts.urls")),
        path("tilgjengelighet/", statements.accessibility, name="accessibility"),
        path("personvern/", statements.privacy, name="privacy"),
        path("", include("consultations.urls")),  # those that are read most, found first
        path("", include("archive.urls")),
        path("", include("casework.urls")),
        path("", include("moderation.urls")),
    ),
]
