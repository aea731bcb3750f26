"""What everybody reads."""

from django.urls import path

from consultations.views import public

urlpatterns = [
    path("", public.consultation_list, name="consultation-list"),
]
