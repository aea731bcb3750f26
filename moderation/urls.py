"""The addresses of moderation."""

from django.urls import path

from moderation import views

app_name = "moderation"
urlpatterns = [
    path("", views.queue_show, name="queue-show"),
    path("vedlegg/<int:pk>/", views.attachment_read, name="attachment-read"),
    path("<str:reference>/", views.response_decide, name="response-decide"),
]
