"""Writing in the discussion: who, when and by which name; and closing it."""

from functools import partial

import pytest
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from consultations.actions import (
    close_account,
    close_consultation,
    close_discussion,
    edit_consultation,
    reopen_discussion,
    reply,
    start_thread,
)
from consultations.models import (
    AuthorityPart,
    Consultation,
    ConsultationStatus,
    DiscussionNames,
    DiscussionPost,
    Moderation,
    Publication,
    TopicStarters,
)
from moderation.actions import remove_post, withhold_response
from tests import factories
from tests.presses import at_once, denied, refused

pytestmark = pytest.mark.django_db
PRESSURE = "Det kom mange innlegg som ikke gjelder saken."


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture(scope="module")
def opened(shared):
    return factories.discussed()


@pytest.fixture
def pia():
    return factories.participant("Pia Prat")


def write(consultation, by, **fields):
    return factories.thread(Consultation.objects.get(pk=consultation.pk), by=by, **fields)


def version(consultation):
    return Consultation.objects.get(pk=consultation.pk).public_version


def test_start_thread_is_of_its_author_and_read_at_once(consultation, pia):
    before = version(consultation)

    post = write(consultation, pia)

    assert (post.author, post.status, post.parent) == (pia, "visible", None)
    assert (post.visible_at, post.visible_by) == (post.created_at, None)
    assert not post.is_of_authority
    assert version(consultation) > before


def test_start_thread_waits_where_a_moderator_reads_first(pia):
    consultation = factories.discussed(moderation=Moderation.BEFORE)
    before = version(consultation)

    post = write(consultation, pia)

    assert (post.status, post.visible_at) == ("waiting", None)
    assert not DiscussionPost.objects.shown().exists()
    assert version(consultation) == before


@pytest.mark.parametrize("status", sorted(set(ConsultationStatus) - {ConsultationStatus.OPEN}))
def test_start_thread_is_refused_unless_the_consultation_is_open(status, pia):
    consultation = factories.consultation_as(
        status, has_discussion=True, topic_starters=TopicStarters.PARTICIPANTS
    )

    with refused():
        write(consultation, pia)


def test_start_thread_is_refused_where_there_is_no_discussion(pia):
    consultation = factories.open_for_answers()

    with refused("no discussion"):
        write(consultation, pia)


def test_start_thread_is_refused_to_participants_where_the_authority_starts_topics(pia):
    consultation = factories.discussed(topic_starters=TopicStarters.AUTHORITY)
    official = factories.confirmed(factories.moderator_of(consultation))

    with refused("the authority starts"):
        write(consultation, pia)

    assert write(consultation, official).is_of_authority


def test_start_thread_under_a_response_is_for_everybody_who_may_write(pia):
    consultation = factories.discussed(topic_starters=TopicStarters.AUTHORITY)
    response = factories.response_shown_as(Publication.PUBLISHED, consultation)

    post = write(consultation, pia, response=response)

    assert post.response == response


def test_start_thread_is_refused_under_what_is_not_public(consultation, pia):
    withheld = factories.response_shown_as(Publication.WITHHELD, consultation)

    with refused("not public"):
        write(consultation, pia, response=withheld)


def test_start_thread_is_denied_to_whoever_is_not_logged_in(consultation):
    theme = consultation.themes.first()

    with denied():
        start_thread(theme, title="Hei", text="Hei.", by=None)


def test_start_thread_is_refused_before_the_address_is_confirmed(consultation):
    unconfirmed = factories.person()

    with refused("Confirm your e-mail"):
        write(consultation, unconfirmed)


def test_officials_write_where_the_authority_takes_part_and_are_marked(consultation):
    official = factories.confirmed(
        factories.official(consultation.authority, Role.CASE_HANDLER, name="Siv Saksbehandler")
    )

    post = write(consultation, official)

    assert post.is_of_authority
    assert post.public_author == "Siv Saksbehandler"


def test_officials_do_not_write_where_the_authority_listens(pia):
    consultation = factories.discussed(authority_part=AuthorityPart.LISTENS)
    official = factories.confirmed(factories.moderator_of(consultation))
    elsewhere = factories.confirmed(factories.official(factories.authority(), Role.EDITOR))
    post = write(consultation, pia)

    with refused("listens"):
        reply(post, text="Vi svarer.", by=official)

    assert not reply(post, text="Jeg er ansatt et annet sted.", by=elsewhere).is_of_authority


def test_only_the_invited_write_where_it_is_by_invitation():
    consultation = factories.discussed(access="invited")
    invited, other = factories.participant(), factories.participant()
    consultation.consultees.create(name="Prøverådet", email=invited.email.upper())

    with refused("invited"):
        write(consultation, other)

    assert write(consultation, invited)


def test_a_nickname_is_shown_instead_of_the_name(consultation, pia):
    post = write(consultation, pia, nickname="Gangveien")

    assert (post.public_author, post.author) == ("Gangveien", pia)


def test_a_nickname_is_refused_where_one_writes_by_name(pia):
    consultation = factories.discussed(discussion_names=DiscussionNames.NAME)

    with refused("by name"):
        write(consultation, pia, nickname="Gangveien")


def test_a_nickname_is_refused_to_officials(consultation):
    official = factories.confirmed(factories.moderator_of(consultation))

    with refused("by name"):
        write(consultation, official, nickname="Gangveien")


@pytest.mark.parametrize("taken", ["gangveien", "PIA PRAT", "prøvedepartementet"])
def test_a_nickname_is_refused_where_somebody_else_writes_by_it(taken, pia):
    consultation = factories.discussed(factories.authority("Prøvedepartementet"))
    write(consultation, pia)
    write(consultation, factories.participant("Per"), nickname="Gangveien")
    kari = factories.participant("Kari")
    if taken == "prøvedepartementet":
        taken = consultation.authority.name.lower()

    with refused("Choose another"):
        write(consultation, kari, nickname=taken)


def test_reply_stands_in_the_thread_also_where_it_is_to_a_reply(consultation, pia):
    response = factories.response_shown_as(Publication.PUBLISHED, consultation)
    thread = write(consultation, pia, response=response)

    first = reply(thread, text="Enig.", by=factories.participant())
    second = reply(first, text="Hvorfor?", by=pia)

    assert first.parent == second.parent == thread
    assert second.response == response
    assert set(thread.replies.all()) == {first, second}


def test_reply_is_refused_where_the_post_or_its_thread_is_gone(consultation, pia):
    thread = write(consultation, pia)
    answer = reply(thread, text="Enig.", by=pia)
    remove_post(thread, reason="Uenig.", by=None)

    for post in (thread, answer):
        with refused("not there"):
            reply(post, text="Hva stod her?", by=pia)


def test_reply_is_refused_under_a_response_that_is_withheld_since(consultation, pia):
    response = factories.response_shown_as(Publication.PUBLISHED, consultation)
    thread = write(consultation, pia, response=response)
    withhold_response(response, ground="hateful", by=None)

    with refused("not there"):
        reply(thread, text="Hva stod her?", by=pia)

    assert not DiscussionPost.objects.shown().exists()


def test_reply_is_refused_to_what_waits(pia):
    post = factories.post_as("waiting", by=pia)

    with refused("not there"):
        reply(post, text="Den er min.", by=pia)


def test_reply_is_refused_when_the_deadline_has_passed(consultation, pia):
    post = write(consultation, pia)
    Consultation.objects.filter(pk=consultation.pk).update(deadline_at=timezone.now())

    with refused("over"):
        reply(post, text="Enig.", by=pia)

    close_consultation(consultation)
    with refused("over"):
        reply(post, text="Enig.", by=pia)


def test_reply_is_denied_to_whoever_is_not_logged_in(consultation, pia):
    post = write(consultation, pia)

    with denied():
        reply(post, text="Enig.", by=None)


def test_pressed_twice_it_is_one_post(consultation, pia):
    first, second = (write(consultation, pia) for _ in range(2))
    answers = [reply(first, text="Enig.", by=pia) for _ in range(2)]

    assert first == second
    assert answers[0] == answers[1]
    assert DiscussionPost.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_one_post(pia):
    theme = factories.discussed().themes.get(position=1)
    press = partial(start_thread, theme, title="Hei", text="Hei på dere.", by=pia)

    first, second = at_once(press, press)

    assert first == second
    assert DiscussionPost.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_closing_while_somebody_writes_lets_the_post_in_or_refuses_it(pia):
    consultation = factories.discussed()
    theme = consultation.themes.get(position=1)
    write_now = partial(start_thread, theme, title="Hei", text="Hei på dere.", by=pia)
    close = partial(close_discussion, consultation, reason=PRESSURE, by=consultation.created_by)

    written, closed = at_once(write_now, close)

    assert closed.discussion_closed_at
    assert DiscussionPost.objects.exists() == isinstance(written, DiscussionPost)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR])
def test_close_discussion_tells_why_and_takes_no_more(consultation, pia, role):
    official = factories.official(consultation.authority, role)
    before = version(consultation)

    closed = close_discussion(consultation, reason=PRESSURE, by=official)

    assert (closed.discussion_closed_by, closed.discussion_closed_reason) == (official, PRESSURE)
    assert closed.discussion_closed_at
    assert closed.history.first().history_user == official
    assert version(consultation) > before
    with refused("closed the discussion"):
        write(consultation, pia)


def test_close_discussion_is_refused_twice(consultation):
    close_discussion(consultation, reason=PRESSURE, by=consultation.created_by)

    with refused("closed already"):
        close_discussion(consultation, reason="Nok en gang.", by=consultation.created_by)


def test_reopen_discussion_takes_posts_again(consultation, pia):
    close_discussion(consultation, reason=PRESSURE, by=consultation.created_by)
    before = version(consultation)

    opened = reopen_discussion(consultation, by=consultation.created_by)

    assert (opened.discussion_closed_at, opened.discussion_closed_by) == (None, None)
    assert opened.discussion_closed_reason == ""
    assert version(consultation) > before
    assert write(consultation, pia)


def test_reopen_discussion_is_refused_where_it_is_not_closed(consultation):
    with refused("not closed"):
        reopen_discussion(consultation, by=consultation.created_by)


@pytest.mark.parametrize("lead", [partial(close_discussion, reason=PRESSURE), reopen_discussion])
def test_leading_the_discussion_is_denied_to_others_and_refused_in_the_end(lead):
    consultation = factories.consultation_as(ConsultationStatus.CONCLUDED, has_discussion=True)
    authority = consultation.authority

    for other in factories.everyone_but(authority, Role.EDITOR, Role.MODERATOR):
        with denied():
            lead(consultation, by=other)
    with refused("concluded"):
        lead(consultation, by=consultation.created_by)


def test_switching_the_discussion_off_leaves_what_was_written(consultation, pia):
    post = write(consultation, pia)

    edit_consultation(consultation, has_discussion=False, note="Slutt.", by=consultation.created_by)

    with refused("no discussion"):
        reply(post, text="Enig.", by=pia)
    assert DiscussionPost.objects.shown().get() == post


def test_closing_the_account_leaves_the_posts_without_the_name(consultation, pia):
    posts = [write(consultation, pia), write(consultation, pia, title="To", nickname="Veien")]
    before = version(consultation)

    close_account(pia, by=pia)

    for post in DiscussionPost.objects.filter(pk__in=[each.pk for each in posts]):
        assert post.public_author == "Former user"
        assert post.nickname == ""
        assert post.text
    assert version(consultation) > before


def test_what_an_official_wrote_keeps_its_name_when_the_account_is_closed(consultation):
    official = factories.confirmed(factories.official(consultation.authority, Role.EDITOR))
    name = official.name
    write(consultation, official)
    official.memberships.all().delete()

    close_account(type(official).objects.get(pk=official.pk), by=official)

    assert DiscussionPost.objects.get().public_author == name
