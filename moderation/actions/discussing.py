"""What a moderator decides about posts, and what readers report."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from consultations.actions import raise_public_version
from consultations.lifecycle import advance
from consultations.models import DiscussionPost, Response
from moderation.models import Report
from moderation.permissions import can_moderate


@action
def approve_post(post, *, by):
    """Let everybody read a post that has waited."""
    post = _locked(post, by)
    advance(post, DiscussionPost.Status.VISIBLE, by=by)
    raise_public_version(post.consultation)
    return post


@action
def remove_post(post, *, reason, by):
    """Take a post away, for good: what is read instead is the reason, where it has been
    visible. What readers have reported about it is settled with that."""
    post = _locked(post, by)
    post.removed_reason = reason
    advance(post, DiscussionPost.Status.REMOVED, by=by, also=["removed_reason"])
    _settle(post.reports.outstanding(), by)
    raise_public_version(post.consultation)
    return post


@action
def report_post(post, *, text, email=""):
    """Say what is wrong with a visible post. Anybody may, and may leave an address.

    Raises ActionRefused where it is not visible any more. Pressed twice, it is one report.
    """
    posts = DiscussionPost.objects.visible().select_for_update(of=("self",))
    post = posts.filter(pk=post.pk).first()
    if post is None:
        raise ActionRefused(_("The post has been removed already. Nothing was reported."))
    return _report(post=post, text=text, email=email)


@action
def report_response(response, *, text, email=""):
    """Say what is wrong with a published response, as `report_post`."""
    responses = Response.objects.public().select_for_update(of=("self",))
    response = responses.filter(pk=response.pk).first()
    if response is None:
        raise ActionRefused(_("The response is not public any more. Nothing was reported."))
    return _report(response=response, text=text, email=email)


@action
def settle_report(report, *, by):
    """Say that a report, and those of the same thing before it, need nothing more.

    One that has come since the moderator looked stays in the queue. Raises ActionRefused
    where a colleague has settled it.
    """
    report = Report.objects.select_for_update().get(pk=report.pk)
    require(can_moderate(by, report.thing))
    if report.settled_at:
        raise ActionRefused(_("Somebody has settled this already."))
    same = Report.objects.outstanding().filter(post=report.post_id, response=report.response_id)
    _settle(same.filter(pk__lte=report.pk), by)


def _locked(post, by):
    posts = DiscussionPost.objects.select_for_update(of=("self",))
    post = posts.select_related("theme__consultation").get(pk=post.pk)
    require(can_moderate(by, post))
    return post


def _report(**fields):
    return Report.objects.outstanding().get_or_create(**fields)[0]


def _settle(reports, by):
    reports.update(settled_at=timezone.now(), settled_by=by)
