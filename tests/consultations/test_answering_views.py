"""Answering in the browser: nothing typed is lost, and what is sent is sent once."""

import pytest
from django.urls import reverse

from consultations.models import Submission
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return factories.open_for_answers()


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


def test_answer_from_form_to_receipt(client, consultation):
    page = client.get(start(consultation))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]

    page = client.post(start(consultation), typed(consultation))
    draft = Submission.objects.get()
    assert page["Location"] == address("draft-check", draft)
    assert "Jeg mener noe." in client.get(page["Location"]).content.decode()

    page = client.post(address("draft-send", draft))
    assert page["Location"] == address("receipt-show", draft)
    receipt = client.get(page["Location"])

    draft.refresh_from_db()
    assert not draft.is_draft
    assert draft.reference in receipt.content.decode()
    assert receipt["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in receipt["Cache-Control"]
