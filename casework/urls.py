"""The addresses of casework."""

from django.urls import path

from casework import assessment_views, public_views, views

app_name = "casework"
urlpatterns = [
    path("horinger/<slug:slug>/hva-det-forte-til/", public_views.outcome_show, name="outcome-show"),
    path("saksbehandling/", views.inbox_show, name="inbox-show"),
    path("saksbehandling/temaer/<slug:slug>/", views.handlers_edit, name="handlers-edit"),
    path("saksbehandling/vurderinger/", assessment_views.assessment_list, name="assessment-list"),
    path(
        "saksbehandling/vurderinger/<slug:slug>/<slug:theme>/",
        assessment_views.assessment_write,
        name="assessment-write",
    ),
    path(
        "saksbehandling/vurderinger/<slug:slug>/<slug:theme>/publiser/",
        assessment_views.assessment_publish,
        name="assessment-publish",
    ),
    path("saksbehandling/<str:reference>/", views.assignment_show, name="assignment-show"),
    path(
        "saksbehandling/<str:reference>/behandle/",
        views.assignment_handle,
        name="assignment-handle",
    ),
    path(
        "saksbehandling/<str:reference>/fordel/",
        views.assignment_reassign,
        name="assignment-reassign",
    ),
    path("saksbehandling/<str:reference>/notat/", views.note_write, name="note-write"),
]
