"""The addresses of the record."""

from django.urls import path

from archive.views import public

app_name = "archive"
urlpatterns = [
    path("journal/", public.public_journal_list, name="public-journal-list"),
    path("journal/<slug:slug>/", public.public_journal, name="public-journal"),
]
