"""Stored counters and the public version: changed with what they count, by many at once."""

import pytest

from config.integrity import counters
from consultations.actions import count, raise_public_version
from consultations.models import PublicState, Theme
from moderation.actions import accept_and_publish, accept_and_withhold
from moderation.models import PublicationGround
from tests import factories
from tests.presses import at_once

pytestmark = pytest.mark.django_db


def test_count_changes_just_what_it_is_told_of_one_theme():
    theme, other = factories.drafted_consultation().themes.filter(is_whole=False)

    count(theme, accepted=2, withheld=1)
    count(theme, accepted=-1)

    tally = Theme.objects.get(pk=theme.pk).tally
    untouched = Theme.objects.get(pk=other.pk).tally
    assert (tally.accepted, tally.published, tally.withheld) == (1, 0, 1)
    assert (untouched.accepted, untouched.published, untouched.withheld) == (0, 0, 0)


def test_raise_public_version_is_of_one_consultation():
    first, second = factories.drafted_consultation(), factories.drafted_consultation()
    before = second.public_state.version

    raise_public_version(first)

    assert PublicState.objects.get(pk=first.pk).version == first.public_state.version + 1
    assert PublicState.objects.get(pk=second.pk).version == before


@pytest.mark.django_db(transaction=True)
def test_counters_are_right_when_many_decide_at_once():
    consultation = factories.open_for_answers()
    responses = [factories.screened_response(consultation) for _ in range(4)]
    moderator = factories.moderator_of(consultation)
    version = PublicState.objects.get().version

    at_once(
        *(
            lambda response=response: accept_and_publish(response, by=moderator)
            for response in responses[:2]
        ),
        *(
            lambda response=response: accept_and_withhold(
                response, ground=PublicationGround.HATEFUL, by=moderator
            )
            for response in responses[2:]
        ),
    )

    tally = Theme.objects.get(pk=responses[0].theme_id).tally
    assert (tally.accepted, tally.published, tally.withheld) == (4, 2, 2)
    assert PublicState.objects.get().version == version + 4
    assert list(counters()) == []
