"""The addresses of consultations: what everybody reads, how one answers, how one edits."""

from consultations.urls import answering, editing, public

app_name = "consultations"
urlpatterns = [*answering.urlpatterns, *editing.urlpatterns, *public.urlpatterns]
