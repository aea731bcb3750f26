"""Posts shown and removed by a moderator, and what readers report."""

from functools import partial

import pytest
from django.utils.translation import override

from accounts.roles import Role
from consultations.models import DiscussionPost, Publication, PublicState
from moderation.actions import (
    approve_post,
    remove_post,
    report_post,
    report_response,
    settle_report,
    withhold_response,
)
from moderation.models import Report
from tests import factories
from tests.presses import at_once, denied, refused, told

pytestmark = pytest.mark.django_db
REASON = "Det gjelder ikke saken."
DECIDE = {"show": approve_post, "remove": partial(remove_post, reason=REASON)}


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def waiting():
    return factories.post_as("waiting")


@pytest.fixture
def visible():
    return factories.post_as("visible")


def version(post):
    return PublicState.objects.get(consultation=post.consultation.pk).version


def test_approve_post_lets_everybody_read_it(waiting):
    moderator, before = factories.moderator_of(waiting), version(waiting)

    post = approve_post(waiting, by=moderator)

    assert (post.status, post.visible_by) == ("visible", moderator)
    assert post.visible_at
    assert DiscussionPost.objects.visible().get() == post
    assert version(post) > before


def test_remove_post_takes_it_away_with_a_reason(visible):
    moderator, before = factories.moderator_of(visible), version(visible)

    post = remove_post(visible, reason=REASON, by=moderator)

    assert (post.status, post.removed_by, post.removed_reason) == ("removed", moderator, REASON)
    assert post.removed_at
    assert not DiscussionPost.objects.visible().exists()
    assert DiscussionPost.objects.shown().get() == post
    assert version(post) > before


def test_remove_post_that_nobody_has_seen_leaves_nothing_to_see(waiting):
    remove_post(waiting, reason=REASON, by=factories.moderator_of(waiting))

    assert not DiscussionPost.objects.shown().exists()


@pytest.mark.parametrize(
    ("press", "status"), [("show", "visible"), ("show", "removed"), ("remove", "removed")]
)
def test_deciding_is_refused_where_it_is_decided(press, status):
    post = factories.post_as(status)
    moderator = factories.moderator_of(post)

    with refused("can not become"):
        DECIDE[press](post, by=moderator)


@pytest.mark.parametrize("press", DECIDE)
def test_deciding_is_denied_to_everybody_but_the_moderator(waiting, press):
    for other in factories.everyone_but(waiting.consultation.authority, Role.MODERATOR):
        with denied():
            DECIDE[press](waiting, by=other)
    with denied():
        DECIDE[press](waiting, by=waiting.author)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_the_later_is_told(visible):
    moderator = factories.moderator_of(visible)
    press = partial(remove_post, visible, reason=REASON, by=moderator)

    assert told(at_once(press, press))


def test_report_post_is_for_anybody_and_changes_nothing_for_readers(visible):
    before = version(visible)

    report = report_post(visible, text="Den er stygg.", email="per@prove.example")

    assert (report.thing, report.text, report.settled_at) == (visible, "Den er stygg.", None)
    assert version(visible) == before


def test_report_post_pressed_twice_is_one_report(visible):
    first, second = (report_post(visible, text="Den er stygg.") for _ in range(2))

    assert first == second


@pytest.mark.django_db(transaction=True)
def test_report_post_pressed_twice_at_once_is_one_report(visible):
    press = partial(report_post, visible, text="Den er stygg.")

    first, second = at_once(press, press)

    assert first == second


@pytest.mark.parametrize("status", ["waiting", "removed"])
def test_report_post_is_refused_where_it_is_not_visible(status):
    post = factories.post_as(status)

    with refused("removed already"):
        report_post(post, text="Den er stygg.")


def test_report_response_is_of_what_is_public():
    response = factories.response_shown_as(Publication.PUBLISHED)

    report = report_response(response, text="Dette er om meg.")

    assert report.thing == response
    withhold_response(response, ground="personal_data", by=None)
    with refused("not public"):
        report_response(response, text="Fremdeles.")


def test_remove_post_settles_its_reports(visible):
    moderator = factories.moderator_of(visible)
    other = factories.post_as("visible")
    reports = [report_post(post, text="Den er stygg.") for post in (visible, other)]

    remove_post(visible, reason=REASON, by=moderator)

    settled, left = (Report.objects.get(pk=report.pk) for report in reports)
    assert (bool(settled.settled_at), settled.settled_by) == (True, moderator)
    assert left.settled_at is None


def test_settle_report_settles_those_before_it_and_none_after(visible):
    moderator = factories.moderator_of(visible)
    reports = [report_post(visible, text=text) for text in ("En.", "To.", "Tre.")]

    settle_report(reports[1], by=moderator)

    assert list(Report.objects.outstanding()) == [reports[2]]
    assert Report.objects.get(pk=reports[0].pk).settled_by == moderator
    assert DiscussionPost.objects.visible().get() == visible


def test_settle_report_is_refused_when_it_is_settled(visible):
    moderator = factories.moderator_of(visible)
    report = report_post(visible, text="Den er stygg.")
    settle_report(report, by=moderator)

    with refused("already"):
        settle_report(report, by=moderator)


def test_settle_report_is_denied_to_everybody_but_the_moderator(visible):
    report = report_post(visible, text="Den er stygg.")

    for other in factories.everyone_but(visible.consultation.authority, Role.MODERATOR):
        with denied():
            settle_report(report, by=other)
