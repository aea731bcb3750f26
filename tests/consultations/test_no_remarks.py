""" "No remarks" is one press for an invited body."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import Affiliation
from consultations.actions import (
    invite_consultee,
    send_no_remarks,
    withdraw,
)
from consultations.models import Response, Submission, WhoMayAnswer
from tests import factories
from tests.consultations.drafting import of_consultation, of_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return factories.person("Ada Prøve")


@pytest.fixture
def body(consultation, ada):
    """An invited organisation that Ada speaks for; it is invited by name only."""
    body = factories.organisation("Prøveforbundet", organisation_number="974760673")
    Affiliation.objects.create(user=ada, organisation=body)
    invite_consultee(consultation, name="PRØVEFORBUNDET", by=consultation.created_by)
    return body


def test_no_remarks_is_one_press_for_an_invited_body(client, ada, body, consultation):
    client.force_login(ada)
    start = client.get(of_consultation("draft-start", consultation))
    assert f'name="organisation" value="{body.pk}"' in start.content.decode()

    page = client.post(of_consultation("no-remarks-send", consultation), {"organisation": body.pk})

    response = Response.objects.select_related("submission", "theme").get()
    assert page["Location"] == of_draft("receipt-show", response.submission)
    assert response.has_no_remarks
    assert response.theme.is_whole
    assert response.received_at
    assert response.submission.organisation == body
    assert response.submission.sender == ada


def test_second_press_leads_to_the_same_receipt_and_a_new_one_after_withdrawal(
    ada, body, consultation
):
    first = send_no_remarks(consultation, organisation=body, by=ada)
    second = send_no_remarks(consultation, organisation=body, by=ada)
    withdraw(first, by=ada)
    third = send_no_remarks(consultation, organisation=body, by=ada)

    assert first == second
    assert third != first


def test_no_remarks_is_not_sent_for_the_body_of_others(client, body, consultation):
    other = factories.person()
    client.force_login(other)

    page = client.post(of_consultation("no-remarks-send", consultation), {"organisation": body.pk})

    assert page.status_code == 404
    with pytest.raises(PermissionDenied):
        send_no_remarks(consultation, organisation=body, by=other)
    assert not Submission.objects.exists()


def test_no_remarks_after_a_lost_session_asks_for_log_in(client, body, consultation):
    page = client.post(of_consultation("no-remarks-send", consultation), {"organisation": body.pk})

    assert page["Location"].startswith(reverse("account_login"))
    assert not Submission.objects.exists()


def test_no_remarks_without_an_account_waits_for_the_address(client, consultation):
    there = of_consultation("no-remarks-send", consultation)
    empty = client.post(there, {})
    fields = {
        "organisation_name": "Velforeningen",
        "name": "Nora Prøve",
        "email": "vel@prove.example",
    }

    page = client.post(there, fields)

    assert set(empty.context["form"].errors) == set(fields)
    sent = Submission.objects.get()
    assert page["Location"] == of_draft("receipt-show", sent)
    assert not sent.is_identified
    assert sent.responses.get().has_no_remarks


def test_no_remarks_asks_for_log_in_where_the_consultation_does(client):
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.ACCOUNT)

    page = client.get(of_consultation("no-remarks-send", consultation))

    assert page["Location"].startswith(reverse("account_login"))


def test_no_remarks_is_refused_where_nobody_may_answer(client):
    consultation = factories.published_consultation(
        opens_at=timezone.now() + timedelta(days=1), deadline_at=timezone.now() + timedelta(days=50)
    )

    page = client.post(of_consultation("no-remarks-send", consultation), {"name": "x"})

    assert page.status_code == 409


def test_only_the_invited_send_no_remarks_where_only_they_may_answer(client):
    consultation = factories.open_for_answers(access="invited")
    fields = {"organisation_name": "Vel", "name": "Nora", "email": "vel@prove.example"}

    page = client.post(of_consultation("no-remarks-send", consultation), fields)

    assert page.status_code == 422
    assert page.context["form"].non_field_errors()
    assert not Submission.objects.exists()
