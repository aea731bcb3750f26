"""The addresses of moderation, and of whoever reports something to it."""

from django.urls import path

from moderation import discussion_views, erasure_views, views

app_name = "moderation"
urlpatterns = [
    path("moderering/", views.queue_show, name="queue-show"),
    path("moderering/diskusjon/", discussion_views.discussion_queue, name="discussion-queue"),
    path("moderering/diskusjon/<int:pk>/", discussion_views.post_decide, name="post-decide"),
    path("moderering/meldinger/<int:pk>/", discussion_views.report_settle, name="report-settle"),
    path("moderering/vedlegg/<int:pk>/", views.attachment_read, name="attachment-read"),
    path("moderering/<str:reference>/", views.response_decide, name="response-decide"),
    path(
        "arkiv/sletting/<int:pk>/godkjenning/",
        erasure_views.erasure_approve,
        name="erasure-approve",
    ),
    path("meld/innlegg/<int:pk>/", discussion_views.post_report, name="post-report"),
    path("meld/svar/<slug:reference>/", discussion_views.response_report, name="response-report"),
]
