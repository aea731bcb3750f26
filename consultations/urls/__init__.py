"""The addresses of consultations: what everybody reads, how one answers, how one edits."""

from consultations.urls import answering, discussing, editing, finding, following, public

app_name = "consultations"
urlpatterns = [
    *public.urlpatterns,
    *answering.urlpatterns,
    *discussing.urlpatterns,
    *editing.urlpatterns,
    *finding.urlpatterns,
    *following.urlpatterns,
]
