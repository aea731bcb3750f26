"""Plays the discussion of a plan: who says what, what a moderator shows, what is reported."""

from functools import partial

from consultations.actions import reply, start_thread
from consultations.models import DiscussionPost, Theme
from moderation.actions import approve_post, remove_post, report_post
from scenarios.names import ascii_slug
from scenarios.people import accounts


def conversation(player):
    """(when, in which order, what is done) of all posts."""
    said = {}  # key → pk
    for planned in player.plan.posts:
        yield planned.at, 3, partial(say, player, said, planned)
        if planned.decided_at:
            yield planned.decided_at, 6, partial(decide, player, said, planned)


def say(player, said, planned):
    author = author_of(player, planned)
    if planned.replies_to:
        post = reply(
            DiscussionPost.objects.get(pk=said[planned.replies_to]),
            text=planned.text,
            nickname=planned.nickname,
            by=author,
        )
    else:
        post = start_thread(
            Theme.objects.get(pk=player.themes[planned.theme]),
            title=planned.title,
            text=planned.text,
            nickname=planned.nickname,
            by=author,
        )
    said[planned.key] = post.pk


def decide(player, said, planned):
    """Show the post; what is reported afterwards, the moderator removes where there is a
    reason."""
    post = DiscussionPost.objects.get(pk=said[planned.key])
    moderator = player.cast.officials[planned.decided_by]
    approve_post(post, by=moderator)
    if planned.reported:
        report_post(post, text=planned.reported)
    if planned.removed_because:
        remove_post(post, reason=planned.removed_because, by=moderator)


def author_of(player, planned):
    """The official with this key, or somebody by this name."""
    if planned.author in player.cast.officials:
        return player.cast.officials[planned.author]
    address = f"{ascii_slug(planned.author).replace('-', '.')}@post.example"
    return accounts({address: planned.author})[address]
