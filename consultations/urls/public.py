"""What everybody reads."""

from django.urls import path

from consultations.views import listing, public

urlpatterns = [
    path("", listing.consultation_list, name="consultation-list"),
    path("horinger/<slug:slug>/", public.consultation_show, name="consultation-show"),
    path("horinger/<slug:slug>/frist.ics", public.deadline_download, name="deadline-download"),
    path("horinger/<slug:slug>/tema/<slug:theme>/", public.theme_show, name="theme-show"),
    path("horinger/<slug:slug>/svar/<slug:reference>/", public.response_show, name="response-show"),
    path(
        "horinger/<slug:slug>/svar/<slug:reference>/vedlegg/<int:pk>/",
        public.attachment_download,
        name="attachment-download",
    ),
    path(
        "horinger/<slug:slug>/dokument/<int:pk>/",
        public.document_download,
        name="document-download",
    ),
]
