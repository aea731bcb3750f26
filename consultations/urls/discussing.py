"""The discussion: what everybody reads, how one writes, and how it is led."""

from django.urls import path

from consultations.views import discussing, posting

THEME = "horinger/<slug:slug>/tema/<slug:theme>/diskusjon/"

urlpatterns = [
    path(THEME, discussing.discussion_show, name="discussion-show"),
    path(f"{THEME}ny/", posting.thread_start, name="thread-start"),
    path(f"{THEME}<int:pk>/", discussing.thread_show, name="thread-show"),
    path(f"{THEME}<int:pk>/svar/", posting.post_reply, name="post-reply"),
    path("min-side/innlegg/", posting.post_list, name="post-list"),
    path("redigering/<slug:slug>/diskusjon/", posting.discussion_lead, name="discussion-lead"),
]
