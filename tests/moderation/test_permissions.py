"""Who may decide about a response."""

import pytest

from accounts.roles import Role
from consultations.models import Response
from moderation.permissions import can_moderate
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_authoritys_moderator_and_the_system_may_decide():
    response = factories.submitted_response()

    assert can_moderate(None, response)
    assert can_moderate(factories.moderator_of(response), response)


def test_nobody_else_may_decide():
    response = factories.submitted_response()

    others = factories.everyone_but(response.consultation.authority, Role.MODERATOR)
    assert not any(can_moderate(other, response) for other in others)


def test_a_moderator_sees_what_was_sent_to_the_authority_and_no_drafts():
    response = factories.submitted_response()
    factories.draft(response.consultation)
    factories.submitted_response()
    moderator = factories.moderator_of(response)

    assert list(Response.objects.moderated_by(moderator)) == [response]
