"""How a consultation is written and led."""

from django.urls import path

from consultations.views import editing, leading

urlpatterns = [
    path("redigering/", editing.consultation_edit_list, name="consultation-edit-list"),
    path("redigering/ny/", editing.consultation_create, name="consultation-create"),
    path("redigering/<slug:slug>/", editing.consultation_edit, name="consultation-edit"),
    path("redigering/<slug:slug>/tema/", editing.theme_edit, name="theme-edit"),
    path("redigering/<slug:slug>/tema/<int:pk>/", editing.theme_edit, name="theme-edit"),
    path("redigering/<slug:slug>/inviter/", editing.consultees_invite, name="consultees-invite"),
    path("redigering/<slug:slug>/dokument/", editing.document_add, name="document-add"),
    path("redigering/<slug:slug>/lenker/", editing.related_links_edit, name="related-links-edit"),
    path(
        "redigering/<slug:slug>/publiser/",
        leading.consultation_publish,
        name="consultation-publish",
    ),
    path(
        "redigering/<slug:slug>/videre/", leading.consultation_advance, name="consultation-advance"
    ),
]
