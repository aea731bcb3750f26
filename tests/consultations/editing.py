"""Where the pages of an editor are, and what they made of a consultation."""

from django.urls import reverse

from consultations.models import Consultation


def address(consultation, name="consultation-edit", *more):
    return reverse(f"consultations:{name}", args=[consultation.slug, *more])


def fresh(consultation):
    return Consultation.objects.get(pk=consultation.pk)
