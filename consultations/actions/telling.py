"""Telling those who follow: what happened is written at once, the mails some at a time."""

from celery import current_app
from django.utils import timezone

from accounts.notices import owe_notices
from accounts.rules import action
from consultations.actions.tally import raise_public_version
from consultations.follow_mails import news_notices
from consultations.models import (
    IN_FEEDS_ONLY,
    Consultation,
    News,
    NewsKind,
    Subscription,
)

BATCH = 500  # followers in one transaction
TELLING = "consultations.tasks.tell_followers"


@action
def tell(consultation, kind, **about):
    """Write down what has happened, once; call it in the transaction in which it happens.

    `about` says which amendment, theme or deadline. Raising the public version is left to
    the caller, who has changed more than the feed.
    """
    told_at = timezone.now() if kind in IN_FEEDS_ONLY else None
    news, is_new = News.objects.get_or_create(
        consultation=consultation, kind=kind, **about, defaults={"told_at": told_at}
    )
    if is_new and not told_at:
        current_app.tasks[TELLING].delay_on_commit(news.pk)
    return news


@action
def tell_of_near_deadline(consultation):
    """Say that little time is left until the deadline as it is now. Nothing, if it was said."""
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if consultation.is_open:
        tell(consultation, NewsKind.DEADLINE_NEAR, deadline_at=consultation.deadline_at)
        raise_public_version(consultation)


@action
def tell_followers(news):
    """Owe a mail to the next BATCH followers. True while there are more.

    The row is locked meanwhile, and passed over if another worker has it. Of changes that
    follow upon each other only the last is mailed, and its mail tells of them all.
    """
    news = (
        News.objects.outstanding()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("consultation__authority")
        .filter(pk=news.pk)
        .first()
    )
    if news is None:
        return False
    followers = [] if _is_overtaken(news) else _next_followers(news)
    owe_notices(news_notices(news, followers))
    if followers:
        news.told_to = followers[-1].pk
    if len(followers) < BATCH:
        news.told_at = timezone.now()
    news.save(update_fields=["told_to", "told_at"])
    return news.told_at is None


def _is_overtaken(news):
    """True of a change that is not the last, where no mail of it has gone out."""
    later = News.objects.amended(news.consultation).filter(told_at=None, pk__gt=news.pk)
    return news.kind == NewsKind.AMENDED and not news.told_to and later.exists()


def _next_followers(news):
    followers = Subscription.objects.to_be_told(news).filter(pk__gt=news.told_to)
    followers = followers.select_related("consultation", "authority").order_by("pk")
    return list(followers[:BATCH])
