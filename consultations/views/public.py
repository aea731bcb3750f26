"""What everybody reads: the same bytes for all."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.models import Consultation


@require_safe
def consultation_list(request):
    consultations = Consultation.objects.public()
    return render(
        request,
        "consultations/consultation_list_public.html",
        {"consultations": consultations},
    )
