"""What everybody looks up: the search."""

from django.urls import path

from consultations.views import search

urlpatterns = [
    path("sok/", search.search_show, name="search-show"),
]
