"""What a browser posts to answer, and where to."""

from django.urls import reverse


def start(consultation):
    return reverse("consultations:draft-start", args=[consultation.slug])


def address(name, submission):
    return reverse(f"consultations:{name}", args=[submission.token])


def typed(consultation, text="Jeg mener noe.", *, press="check", **fields):
    """What a browser posts, the first theme answered."""
    theme = consultation.themes.filter(is_whole=False).first()
    of_person = {
        "sender_kind": "person",
        "name": "Nora Prøve",
        "email": "nora@prove.example",
        "language": "nb",
        f"text-{theme.pk}": text,
        press: "",
    }
    return of_person | fields
