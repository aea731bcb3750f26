"""The addresses of moderation, and of whoever reports something to it."""

from django.urls import path

from moderation import discussion_views, erasure_views, record_views, views

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
    path(
        "arkiv/<slug:slug>/journal/<int:year>/<int:number>/vurder/",
        record_views.entry_assess,
        name="entry-assess",
    ),
    path(
        "arkiv/<slug:slug>/journal/<int:year>/<int:number>/avskriv/",
        record_views.entry_write_off,
        name="entry-write-off",
    ),
    path(
        "arkiv/<slug:slug>/journal/<int:year>/<int:number>/utgar/",
        record_views.entry_mark_obsolete,
        name="entry-mark-obsolete",
    ),
    path("arkiv/<slug:slug>/restanser/", record_views.unhandled_list, name="unhandled-list"),
    path(
        "arkiv/<slug:slug>/saker/<int:year>/<int:number>/avslutt/",
        record_views.case_file_close,
        name="case-file-close",
    ),
    path(
        "arkiv/<slug:slug>/saker/<int:year>/<int:number>/kasser/",
        record_views.case_file_dispose,
        name="case-file-dispose",
    ),
    path("meld/innlegg/<int:pk>/", discussion_views.post_report, name="post-report"),
    path("meld/svar/<slug:reference>/", discussion_views.response_report, name="response-report"),
]
