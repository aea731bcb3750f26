"""How one follows what happens: by mail, and by feed."""

from django.urls import path

from consultations.views import feeds, following

urlpatterns = [
    path("folg/", following.subscription_start, name="subscription-start"),
    path(
        "folg/virksomhet/<slug:authority>/", following.subscription_start, name="subscription-start"
    ),
    path("folg/horing/<slug:slug>/", following.subscription_start, name="subscription-start"),
    path("folg/sendt/", following.subscription_sent, name="subscription-sent"),
    path("folg/bekreft/<str:token>/", following.subscription_confirm, name="subscription-confirm"),
    path("folg/avslutt/<str:token>/", following.subscription_end, name="subscription-end"),
    path("min-side/abonnement/", following.subscription_list, name="subscription-list"),
    path("atom/", feeds.consultation_list_feed, name="consultation-list-feed"),
    path("atom/virksomhet/<slug:slug>/", feeds.authority_feed, name="authority-feed"),
    path("horinger/<slug:slug>/atom/", feeds.consultation_feed, name="consultation-feed"),
    path("horinger/<slug:slug>/tema/<slug:theme>/atom/", feeds.theme_feed, name="theme-feed"),
    path(
        "horinger/<slug:slug>/tema/<slug:theme>/diskusjon/atom/",
        feeds.discussion_feed,
        name="discussion-feed",
    ),
]
