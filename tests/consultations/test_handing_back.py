"""What comes too late to be kept is handed back to whoever wrote it."""

import pytest
from django.test import Client

from consultations.actions import (
    conclude_consultation,
    submit,
)
from consultations.models import Submission
from consultations.views import answering
from tests import factories
from tests.consultations.answering import address, start, typed

pytestmark = pytest.mark.django_db


def test_what_was_written_in_one_window_while_it_was_sent_from_another_is_handed_back(
    client, consultation
):
    sent = factories.submission(consultation)

    other = client.post(address("draft-edit", sent), typed(consultation, "Noe <helt> annet."))
    same = client.post(address("draft-edit", sent), typed(consultation, sent.responses.get().text))

    assert other.status_code == 409
    assert "Noe &lt;helt&gt; annet." in other.content.decode()
    assert address("receipt-show", sent) in other.content.decode()
    assert same["Location"] == address("receipt-show", sent)


def test_what_is_written_while_another_window_sends_is_handed_back(
    client, consultation, monkeypatch
):
    """The other window wins between our looking at the draft and our saving of it."""
    draft = factories.draft(consultation)
    really_save = answering.save

    def save_after_another_sends(form, submission):
        submit(Submission.objects.get(pk=submission.pk), by=None)
        return really_save(form, submission)

    monkeypatch.setattr(answering, "save", save_after_another_sends)

    page = client.post(address("draft-edit", draft), typed(consultation, "Noe helt annet."))

    assert page.status_code == 409
    assert "Noe helt annet." in page.content.decode()


def test_what_came_too_late_to_be_kept_is_handed_back(client, consultation):
    form = typed(consultation, "Dette <skrev> jeg.")
    conclude_consultation(factories.closed_for_treatment(consultation), by=None)

    page = client.post(start(consultation), form)

    assert page.status_code == 409
    assert "Dette &lt;skrev&gt; jeg." in page.content.decode()
    assert "tar ikke imot svar lenger. Fristen var" in page.content.decode()
    assert Submission.objects.count() == 0


def test_stale_form_hands_back_what_was_typed(consultation):
    client = Client(enforce_csrf_checks=True)

    page = client.post(
        start(consultation),
        typed(consultation, "Alt jeg <skrev>.", password="hemmelig", opened="når")
        | {"csrfmiddlewaretoken": "x"},
    )

    shown = page.content.decode()
    assert shown.count("readonly") == 3  # the answer, the name and the address: no choices
    assert page.status_code == 403
    assert "Alt jeg &lt;skrev&gt;." in shown
    assert "hemmelig" not in shown
    assert Submission.objects.count() == 0


def test_form_works_with_its_own_token(consultation):
    client = Client(enforce_csrf_checks=True)
    token = client.get(start(consultation)).context["csrf_token"]

    page = client.post(
        start(consultation), typed(consultation) | {"csrfmiddlewaretoken": str(token)}
    )

    assert page.status_code == 302
