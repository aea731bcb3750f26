"""What everybody looks up: the search, and the figures."""

from django.urls import path

from consultations.views import figures, search

urlpatterns = [
    path("sok/", search.search_show, name="search-show"),
    path("horinger/<slug:slug>/tall/", figures.figures_show, name="figures-show"),
    path(
        "horinger/<slug:slug>/tall/<slug:name>.csv",
        figures.figures_download,
        name="figures-download",
    ),
]
