"""What a browser posts of a draft that an account keeps, and where to."""

from django.urls import reverse


def first_theme(consultation):
    return consultation.themes.filter(is_whole=False).first()


def typed(consultation, text="Jeg mener noe.", **fields):
    name = f"text-{first_theme(consultation).pk}"
    return {"sender_kind": "person", "name": "Ada Prøve", "language": "nb", name: text} | fields


def of_consultation(name, consultation):
    return reverse(f"consultations:{name}", args=[consultation.slug])


def of_draft(name, draft):
    return reverse(f"consultations:{name}", args=[draft.token])


def reading(draft):
    return reverse("consultations:shared-draft-show", args=[draft.reading_token])
