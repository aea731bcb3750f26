"""Following by mail: who asks, who is told, and how it ends."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Notice
from consultations.actions import (
    close_consultation,
    conclude_consultation,
    confirm_subscriptions,
    edit_consultation,
    end_subscription,
    follow,
    forget_unconfirmed,
    open_consultation,
    start_treatment,
    telling,
)
from consultations.models import IN_FEEDS_ONLY, Consultation, News, NewsKind, Subscription
from consultations.tasks import (
    TIME_TO_CONFIRM,
    forget_outstanding,
    keep_schedule,
    tell_followers,
    tell_outstanding,
)
from tests import factories
from tests.consultations.followers import KARI, conclude, follower, owed
from tests.presses import refused

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=16)


@pytest.fixture(autouse=True)
def sent_at_once(django_capture_on_commit_callbacks, request):
    """What is done within is followed by what its commit would be."""

    def after(act, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return act(*args, **kwargs)

    return after


def link_in(mail, part):
    """The path of the link with `part` in it."""
    return re.search(rf"https?://[^/\s]+(/\S*/{part}/\S+)", mail.body)[1]


# --- Asking and confirming --------------------------------------------------------------


def test_follow_asks_the_address_by_mail(consultation, sent_at_once, mailoutbox):
    sent_at_once(follow, "Kari@Folger.example", consultation=consultation, language="nb")

    subscription = Subscription.objects.get()
    [mail] = mailoutbox
    assert mail.to == [KARI]
    assert consultation.title in mail.body
    assert subscription.token in link_in(mail, "bekreft")
    assert subscription.confirmed_at is None
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_follow_asks_an_address_once_an_hour_whatever_is_followed(consultation):
    with time_machine.travel("2026-11-22 12:10Z", tick=False) as clock:
        follow(KARI, consultation=consultation, language="nb")
        follow(KARI, authority=consultation.authority, language="nb")
        follow("ola@folger.example", language="nb")
        within_the_hour = owed(email=KARI)
        clock.shift(timedelta(hours=1))
        follow(KARI, language="nb")

    assert len(within_the_hour) == 1
    assert len(owed(email=KARI)) == 2
    assert Subscription.objects.of_address(KARI).count() == 3


def test_follow_twice_is_one_subscription_and_leaves_it_confirmed(consultation):
    first = follower(consultation=consultation)

    again = follow(KARI.upper(), consultation=consultation, language="en")

    assert Subscription.objects.get() == again == first
    assert again.confirmed_at == first.confirmed_at
    assert again.language == "nb"


def test_follow_by_the_account_itself_needs_no_mail(consultation):
    kari = factories.person(email=KARI)

    follow(KARI, consultation=consultation, language="nn", by=kari)

    assert Subscription.objects.get().confirmed_at
    assert owed() == []


def test_follow_by_an_account_for_another_address_asks_it(consultation):
    follow(KARI, consultation=consultation, language="nb", by=factories.person())

    assert Subscription.objects.get().confirmed_at is None
    assert len(owed(email=KARI)) == 1


def test_confirm_subscriptions_confirms_all_that_the_address_waits_for(consultation):
    first = follow(KARI, consultation=consultation, language="nb")
    follow(KARI, language="nb")
    follow("ola@folger.example", language="nb")

    confirm_subscriptions(first)

    assert Subscription.objects.of_address(KARI).confirmed().count() == 2
    assert Subscription.objects.unconfirmed().get().email == "ola@folger.example"


def test_forget_outstanding_forgets_who_did_not_confirm_in_time(consultation):
    follower("ola@folger.example", consultation=consultation)
    waiting = follow(KARI, consultation=consultation, language="nb")

    with time_machine.travel(waiting.created_at + TIME_TO_CONFIRM - timedelta(hours=1)):
        forget_outstanding()
    kept = Subscription.objects.count()
    with time_machine.travel(waiting.created_at + TIME_TO_CONFIRM + timedelta(hours=1)):
        forget_outstanding()

    assert kept == 2
    assert Subscription.objects.get().email == "ola@folger.example"
    assert owed(email=KARI) == []


@pytest.mark.usefixtures("english")
def test_forget_unconfirmed_is_refused_once_it_is_confirmed():
    subscription = follower()

    with refused("confirmed"):
        forget_unconfirmed(subscription)


def test_end_subscription_forgets_the_address_and_the_mails_it_is_owed(consultation):
    subscription = follower(consultation=consultation)
    other = follower("ola@folger.example", consultation=consultation)
    follow(KARI, consultation=consultation, language="nb")
    conclude(consultation)
    tell_outstanding()

    end_subscription(subscription)

    assert Subscription.objects.get() == other
    assert {email for email, _subject in owed()} == {"ola@folger.example"}


# --- Being told -------------------------------------------------------------------------


def test_each_thing_that_happens_is_mailed_to_those_who_follow(sent_at_once):
    consultation = factories.published_consultation(
        opens_at=timezone.now() + timedelta(days=4), deadline_at=timezone.now() + timedelta(days=40)
    )
    follower(consultation=consultation, language="en")
    start = timezone.now()

    def at(days, act, *args, **kwargs):
        with time_machine.travel(start + timedelta(days=days)):
            sent_at_once(act, *args, **kwargs)
            with time_machine.travel(timezone.now() + LATER):
                sent_at_once(tell_outstanding)

    at(5, keep_schedule)
    at(6, edit_consultation, consultation, by=consultation.created_by, summary="Noe nytt.")
    at(36, lambda: None)
    at(38, lambda: None)
    at(41, keep_schedule)
    at(42, start_treatment, consultation, by=consultation.created_by)
    at(43, conclude_consultation, consultation, by=consultation.created_by)

    assert [subject.split(":")[0] for _email, subject in owed()] == [
        "Open for answers",
        "Changed",
        "The deadline is near",
        "Concluded",
    ]
    assert not News.objects.outstanding().exists()


def test_publication_is_mailed_to_those_who_follow_the_authority_or_everything():
    at = factories.authority()
    elsewhere = factories.authority()
    follower("alt@folger.example", language="en")
    follower("her@folger.example", authority=at, language="en")
    follower("der@folger.example", authority=elsewhere, language="en")

    consultation = factories.published_consultation(at)
    tell_outstanding()

    assert owed() == [
        ("alt@folger.example", f"New consultation: {consultation.title}"),
        ("her@folger.example", f"New consultation: {consultation.title}"),
    ]


@pytest.mark.parametrize(("days", "told"), [(0, []), (2, [KARI])])
def test_an_opening_on_the_heels_of_the_publication_is_not_mailed_widely(days, told):
    consultation = factories.published_consultation()
    follower()
    own = follower("egen@folger.example", consultation=consultation)

    with time_machine.travel(timezone.now() + timedelta(days=days)):
        open_consultation(consultation)
        tell_outstanding()

    assert [email for email, _subject in owed()] == [*told, own.email]


def test_who_follows_in_several_ways_is_mailed_once(consultation):
    follower(authority=consultation.authority)
    follower()
    follower(consultation=consultation)

    conclude(consultation)
    tell_outstanding()

    assert [email for email, _subject in owed()] == [KARI]


def test_who_has_not_confirmed_or_came_later_is_not_mailed(consultation):
    follow("venter@folger.example", consultation=consultation, language="nb")
    follower("var.her@folger.example", consultation=consultation)
    conclude(consultation)
    follower("ny@folger.example", consultation=consultation)

    tell_outstanding()

    assert [email for email, _subject in owed()] == ["var.her@folger.example"]


@pytest.mark.parametrize(
    ("language", "path"),
    [("nb", "/nb/horinger/"), ("nn", "/nn/horinger/"), ("en", "/en/horinger/")],
)
def test_a_mail_is_in_the_language_of_the_follower(consultation, language, path):
    subscription = follower(consultation=consultation, language=language)

    conclude(consultation)
    tell_outstanding()

    notice = Notice.objects.get()
    assert path in notice.body
    assert f"/{language}/folg/avslutt/{subscription.token}/" in notice.body
    assert notice.unsubscribe_url in notice.body


def test_changes_that_follow_upon_each_other_are_one_mail(consultation):
    follower(consultation=consultation, language="en")
    editor = consultation.created_by
    later = consultation.deadline_at + timedelta(days=7)

    edit_consultation(consultation, by=editor, summary="Noe nytt.", note="Vi var uklare.")
    edit_consultation(consultation, by=editor, deadline_at=later, note="Mange ba om mer tid.")
    tell_outstanding()
    at_once_owed = owed()
    with time_machine.travel(timezone.now() + LATER):
        tell_outstanding()

    notice = Notice.objects.get()
    assert at_once_owed == []
    assert "Vi var uklare." in notice.body
    assert "Mange ba om mer tid." in notice.body
    assert "New deadline" in notice.body


def test_a_later_change_does_not_repeat_the_earlier_one(consultation):
    follower(consultation=consultation)
    editor = consultation.created_by
    start = timezone.now()

    for hours, note in [(0, "Den første."), (5, "Den andre.")]:
        with time_machine.travel(start + timedelta(hours=hours)):
            edit_consultation(consultation, by=editor, summary=note, note=note)
        with time_machine.travel(start + timedelta(hours=hours) + LATER):
            tell_outstanding()

    first, second = Notice.objects.order_by("pk")
    assert "Den første." in first.body
    assert "Den første." not in second.body
    assert "Den andre." in second.body


def test_a_near_deadline_is_told_once_and_once_more_when_it_is_moved(consultation):
    follower(consultation=consultation)
    later = consultation.deadline_at + timedelta(days=14)

    def look(days_before):
        with time_machine.travel(deadline() - timedelta(days=days_before)):
            tell_outstanding()
        return News.objects.filter(kind=NewsKind.DEADLINE_NEAR).count()

    def deadline():
        return Consultation.objects.get(pk=consultation.pk).deadline_at

    seen = [look(4), look(2.9), look(1)]
    edit_consultation(consultation, by=consultation.created_by, deadline_at=later)
    seen += [look(10), look(2)]

    assert seen == [0, 1, 1, 1, 2]


def test_a_deadline_that_was_near_from_the_beginning_is_not_told_twice():
    factories.open_for_answers(deadline_at=timezone.now() + timedelta(days=2))

    tell_outstanding()

    assert not News.objects.filter(kind=NewsKind.DEADLINE_NEAR).exists()


def test_followers_are_told_some_at_a_time_and_each_once(consultation, monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 2)
    everybody = [follower(f"nr{n}@folger.example", consultation=consultation) for n in range(5)]
    conclude(consultation)
    news = News.objects.get(kind=NewsKind.CONCLUDED)

    more = [telling.tell_followers(news)]
    told_to = News.objects.get(pk=news.pk).told_to
    tell_followers(news.pk)
    tell_followers(news.pk)

    assert more == [True]
    assert told_to == everybody[1].pk
    assert [email for email, _subject in owed()] == [each.email for each in everybody]
    assert News.objects.get(pk=news.pk).told_at


@pytest.mark.parametrize("rows", [1, 3])
def test_followers_are_told_in_a_fixed_number_of_queries(
    consultation, rows, django_assert_num_queries
):
    for number in range(rows):
        follower(f"nr{number}@folger.example", consultation=consultation)
    conclude(consultation)
    news = News.objects.get(kind=NewsKind.CONCLUDED)

    with django_assert_num_queries(6):  # two of them are the savepoint of the test
        telling.tell_followers(news)


def test_what_is_for_the_feeds_only_is_never_outstanding(consultation):
    close_consultation(consultation)

    news = News.objects.get(kind=NewsKind.CLOSED)
    assert news.kind in IN_FEEDS_ONLY
    assert news.told_at
