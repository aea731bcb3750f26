"""The addresses of casework."""

from django.urls import path

from casework import views

app_name = "casework"
urlpatterns = [
    path("", views.inbox_show, name="inbox-show"),
    path("temaer/<slug:slug>/", views.handlers_edit, name="handlers-edit"),
    path("<str:reference>/", views.assignment_show, name="assignment-show"),
    path("<str:reference>/behandle/", views.assignment_handle, name="assignment-handle"),
    path("<str:reference>/fordel/", views.assignment_reassign, name="assignment-reassign"),
    path("<str:reference>/notat/", views.note_write, name="note-write"),
]
