"""The forms of a decision begin with what stands now, so that changing one thing keeps the rest."""

import pytest

from consultations.models import Response
from moderation.actions import publish_response, withhold_response
from moderation.forms import PublishForm, WithholdForm
from moderation.models import PublicationGround
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]

ASKS = factories.named() | {"hide_name": True, "hide_name_reason": "Sjenert."}


def initial(form, name):
    return form(response=Response.objects.get()).fields[name].initial


@pytest.mark.parametrize("fields", [factories.named(), ASKS], ids=["named", "asks"])
def test_hide_name_is_as_the_sender_asks_until_it_is_decided(fields):
    factories.accepted_response(**fields)

    assert initial(PublishForm, "hide_name") == fields.get("hide_name", False)


@pytest.mark.parametrize("fields", [factories.named(), ASKS], ids=["named", "asks"])
@pytest.mark.parametrize("hidden", [True, False])
def test_hide_name_is_as_it_was_decided(fields, hidden):
    publish_response(factories.accepted_response(**fields), hide_name=hidden, by=None)

    assert initial(PublishForm, "hide_name") == hidden


def test_ground_is_the_one_that_stands():
    withhold_response(
        factories.accepted_response(),
        ground=PublicationGround.DEFAMATORY,
        reason="Se s. 2",
        by=None,
    )

    assert initial(WithholdForm, "ground") == PublicationGround.DEFAMATORY
