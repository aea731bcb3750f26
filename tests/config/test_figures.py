"""What the database holds of a consultation, in numbers."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.figures import figures
from consultations.models import Response, SenderKind
from tests import factories

pytestmark = pytest.mark.django_db


def test_figures_counts_each_sender_once(consultation):
    sender = factories.named()
    factories.accepted_response(consultation, text="Første svar fra meg.", **sender)
    factories.accepted_response(consultation, text="Andre svar fra meg, om mer.", **sender)
    factories.accepted_response(
        consultation,
        sender_kind=SenderKind.ORGANISATION,
        organisation=factories.organisation(),
        organisation_name="Prøveforbundet",
        email="post@prove.example",
    )
    factories.accepted_response(consultation)
    factories.submitted_response(consultation)

    numbers = figures(consultation)

    assert numbers["accepted"] == {"responses": 4, "people": 1, "organisations": 1}
    assert numbers["by_sender"] == {"person": 2, "organisation": 1, "anonymous": 1}
    assert numbers["by_status"] == {"received": 1, "accepted": 4}
    assert numbers["journal_entries"]["incoming"] == 4
    assert numbers["assignments"]["current"] == 4
    assert Response.objects.count() == 5


def test_figures_command_prints_json_and_lines(consultation):
    factories.accepted_response(consultation)
    as_json, as_lines = StringIO(), StringIO()

    call_command("figures", consultation.slug, "--json", stdout=as_json)
    call_command("figures", consultation.slug, stdout=as_lines)

    assert json.loads(as_json.getvalue())["accepted"]["responses"] == 1
    assert "responses" in as_lines.getvalue()


def test_figures_command_says_when_there_is_no_such_consultation():
    with pytest.raises(CommandError, match="no consultation with the address"):
        call_command("figures", "finnes-ikke")
