"""The discussion as everybody reads it and as one writes in it."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Authority, User
from accounts.paging import PAGE_SIZE
from accounts.roles import Role
from archive.models import JournalEntry
from archive.vocabulary import EntryKind
from consultations.actions import close_discussion, reply
from consultations.models import (
    Consultation,
    DiscussionNames,
    DiscussionPost,
    Publication,
    TopicStarters,
)
from moderation.actions import remove_post, withhold_response
from tests import factories

pytestmark = pytest.mark.django_db
TYPED = {"title": "Hva med gangveien?", "text": "Den er mørk.\nVeldig mørk."}
RULES = "Skriv om saken, og vis respekt."


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture(scope="module")
def discussed(shared):
    consultation = factories.discussed()
    Authority.objects.filter(pk=consultation.authority_id).update(rules_of_debate=RULES)
    return consultation


@pytest.fixture
def consultation(db, discussed):
    return Consultation.objects.get(pk=discussed.pk)


@pytest.fixture
def pia(db):
    return factories.participant("Pia Prat")


def address(name, consultation, *rest):
    theme = consultation.themes.get(position=1)
    return reverse(f"consultations:{name}", args=[consultation.slug, theme.slug, *rest])


def text(page):
    return page.content.decode()


def theme_page(theme):
    return reverse("consultations:theme-show", args=[theme.consultation.slug, theme.slug])


def thread_page(client, thread):
    return client.get(address("thread-show", thread.consultation, thread.pk))


def test_list_shows_threads_rules_and_that_it_is_no_answer(client, consultation, pia):
    thread = factories.thread(consultation, by=pia)
    reply(thread, text="Enig.", by=pia)

    page = text(client.get(address("discussion-show", consultation)))

    assert address("thread-show", consultation, thread.pk) in page
    assert "1 topic" in page
    assert "1 reply" in page
    assert RULES in page
    assert "not a formal answer" in page
    assert reverse("consultations:draft-start", args=[consultation.slug]) in page
    assert address("thread-start", consultation) in page


def test_pages_are_the_same_for_everybody_and_new_when_somebody_writes(client, consultation, pia):
    thread = factories.thread(consultation, by=pia)
    addresses = [
        address("discussion-show", consultation),
        address("thread-show", consultation, thread.pk),
    ]
    first = [client.get(each) for each in addresses]
    client.force_login(pia)
    again = [client.get(each) for each in addresses]
    unchanged = [
        client.get(each, headers={"if-none-match": page["ETag"]})
        for each, page in zip(addresses, first, strict=True)
    ]

    reply(thread, text="Enig.", by=pia)

    for one, other in zip(first, again, strict=True):
        assert one.content == other.content
        assert not one.cookies
        assert "Cookie" not in one.get("Vary", "")
    assert {page.status_code for page in unchanged} == {304}
    assert all(
        client.get(each)["ETag"] != page["ETag"]
        for each, page in zip(addresses, first, strict=True)
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_three_queries(client, consultation, pia, rows, django_assert_num_queries):
    for number in range(rows):
        thread = factories.thread(consultation, by=pia, title=f"Tema {number}")
        reply(thread, text="Enig.", by=pia)
    listed = address("discussion-show", consultation)

    with django_assert_num_queries(3):
        client.get(listed)


@pytest.mark.parametrize("rows", [1, 3])
def test_thread_takes_three_queries(client, consultation, pia, rows, django_assert_num_queries):
    thread = factories.thread(consultation, by=pia)
    for number in range(rows):
        reply(thread, text=f"Enig {number}.", by=pia)
    shown = address("thread-show", consultation, thread.pk)

    with django_assert_num_queries(3):
        client.get(shown)


def test_threads_and_replies_are_read_by_key(client, consultation, pia):
    thread = factories.thread(consultation, by=pia)
    DiscussionPost.objects.bulk_create(
        DiscussionPost(
            theme=thread.theme,
            parent=parent,
            author=pia,
            title="" if parent else f"Tema {number:02}",
            text=f"Innlegg {number:02}.",
            status="visible",
        )
        for number in range(PAGE_SIZE)
        for parent in (None, thread)
    )
    reply(thread, text="Det siste svaret.", by=pia)

    for start, last in (
        (address("discussion-show", consultation), thread.title),
        (address("thread-show", consultation, thread.pk), "Det siste svaret."),
    ):
        first = text(client.get(start))
        [following] = re.findall(r'rel="next" href="([^"]+)"', first)
        second = text(client.get(start + following.replace("&amp;", "&")))
        assert f"<p>{last}</p>" not in first.replace(f">{last}</a>", f"><p>{last}</p></a>")
        assert last in second
        assert 'rel="next"' not in second


def test_a_nickname_hides_the_name_everywhere(client, consultation, pia):
    thread = factories.thread(consultation, by=pia, nickname="Veien")
    pages = [
        client.get(address("discussion-show", consultation)),
        thread_page(client, thread),
        client.get(
            reverse("consultations:theme-show", args=[consultation.slug, thread.theme.slug])
        ),
        client.get(reverse("moderation:post-report", args=[thread.pk])),
    ]
    client.force_login(factories.participant("Per"))
    pages.append(client.get(address("post-reply", consultation, thread.pk)))

    assert all(page.status_code == 200 for page in pages)
    assert "Veien" in text(pages[1])
    assert not any("Pia" in text(page) or pia.email in text(page) for page in pages)


def test_what_waits_and_what_is_removed_is_not_read(client, pia):
    consultation = factories.discussed(moderation="before")
    waiting = factories.post_as("waiting", consultation, title="Ventetema", text="Ventetekst.")
    thread = factories.post_as("visible", consultation, title="Synlig tema")
    removed = factories.post_as("visible", consultation, title="Borte tema", text="Borte tekst.")
    remove_post(removed, reason="Dette er reklame.", by=None)

    pages = text(client.get(address("discussion-show", consultation))) + text(
        thread_page(client, removed)
    )

    assert "Synlig tema" in pages
    assert "Dette er reklame." in pages
    for absent in ("Ventetema", "Ventetekst", "Borte tema", "Borte tekst"):
        assert absent not in pages
    assert thread_page(client, waiting).status_code == 404
    assert thread_page(client, thread).status_code == 200


def test_text_is_plain(client, consultation, pia):
    thread = factories.thread(
        consultation, by=pia, text="<b>Fet</b>\nSe https://reklame.example/lamper"
    )

    page = text(thread_page(client, thread))

    assert "&lt;b&gt;Fet&lt;/b&gt;<br>" in page
    assert 'href="https://reklame.example' not in page


def test_what_the_authority_writes_is_marked(client, consultation):
    official = factories.confirmed(
        factories.official(consultation.authority, Role.CASE_HANDLER, name="Siv Saksbehandler")
    )
    thread = factories.thread(consultation, by=official)

    page = text(thread_page(client, thread))

    assert "Siv Saksbehandler" in page
    assert f'data-color="accent">{consultation.authority.name}<' in page


def test_discussion_of_a_response_goes_with_it(client, consultation, pia):
    response = factories.response_shown_as(
        Publication.PUBLISHED, consultation, **factories.named("Nora Prøve")
    )
    about = factories.thread(consultation, by=pia, response=response, title="Om svaret")
    factories.thread(consultation, by=pia, title="Om temaet")
    response_page = reverse(
        "consultations:response-show", args=[consultation.slug, response.reference]
    )
    listed = f"{address('discussion-show', consultation)}?svar={response.reference}"

    assert listed in text(client.get(response_page))
    assert "1 post)" in text(client.get(response_page))
    page = text(client.get(listed))
    assert "Om svaret" in page
    assert "Om temaet" not in page
    withhold_response(response, ground="personal_data", by=None)
    assert client.get(listed).status_code == 404
    assert client.get(f"{listed}%00").status_code == 404
    assert thread_page(client, about).status_code == 404
    whole = text(client.get(address("discussion-show", consultation)))
    assert "Om svaret" not in whole
    assert "Nora" not in whole


def test_theme_page_leads_to_the_discussion_and_counts_it(client, consultation, pia):
    factories.thread(consultation, by=pia)

    page = text(client.get(theme_page(consultation.themes.get(position=1))))

    assert address("discussion-show", consultation) in page
    assert "(1 post)" in page


def test_without_a_discussion_there_is_no_page_of_it(client):
    consultation = factories.open_for_answers()

    assert client.get(address("discussion-show", consultation)).status_code == 404


def test_the_closed_discussion_says_why_on_every_page(client, consultation, pia):
    thread = factories.thread(consultation, by=pia)
    close_discussion(consultation, reason="For mye hets.", by=consultation.created_by)
    client.force_login(pia)

    for page in (
        client.get(address("discussion-show", consultation)),
        thread_page(client, thread),
        client.get(address("thread-start", consultation)),
        client.get(address("post-reply", consultation, thread.pk)),
    ):
        assert "For mye hets." in text(page)
        assert address("post-reply", consultation, thread.pk) not in text(page).replace(
            'action="', ""
        ).replace(page.request["PATH_INFO"], "")
        assert '<button class="ds-button" type="submit">Send' not in text(page)


def test_starting_a_topic_asks_to_log_in_first(client, consultation):
    page = client.get(address("thread-start", consultation))

    assert page.status_code == 302
    assert "/konto/login/?next=" in page["Location"]


def test_somebody_starts_a_topic(client, consultation, pia):
    client.force_login(pia)
    start = address("thread-start", consultation)
    assert RULES in text(client.get(start))

    page = client.post(start, TYPED | {"nickname": " Veien\u202e "}, follow=True)

    post = DiscussionPost.objects.get()
    assert (post.author, post.title, post.text, post.nickname) == (
        pia,
        TYPED["title"],
        TYPED["text"],
        "Veien",
    )
    assert "Everyone can read your post now" in text(page)
    assert address("thread-show", consultation, post.pk) in text(page)


def test_somebody_replies(client, consultation, pia):
    thread = factories.thread(consultation)
    client.force_login(pia)

    client.post(address("post-reply", consultation, thread.pk), {"text": "Enig."})

    assert thread.replies.get().author == pia


def test_a_post_that_waits_says_so(client, pia):
    consultation = factories.discussed(moderation="before")
    client.force_login(pia)

    page = client.post(address("thread-start", consultation), TYPED, follow=True)

    assert "A moderator reads your post" in text(page)
    assert "Waiting for a moderator" in text(page)


def test_personal_data_is_pointed_out_and_may_be_sent(client, consultation, pia):
    client.force_login(pia)
    typed = TYPED | {"text": "Ring meg på 58 00 00 01."}

    asked = client.post(address("thread-start", consultation), typed)
    assert asked.status_code == 422
    assert "<mark>58 00 00 01</mark>" in text(asked)
    assert not DiscussionPost.objects.exists()
    client.post(address("thread-start", consultation), typed | {"is_sure": "on"})

    assert DiscussionPost.objects.get().text == typed["text"]


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"text": " \u200b"}, {"title": "\u200b"}, {"nickname": "pia@prove.example"}],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, consultation, pia, wrong):
    client.force_login(pia)

    page = client.post(address("thread-start", consultation), TYPED | wrong)

    assert page.status_code == 422
    assert "ds-error-summary" in text(page)
    assert not DiscussionPost.objects.exists()


def test_a_refusal_keeps_what_was_typed(client, consultation, pia):
    factories.thread(consultation, nickname="Veien")
    client.force_login(pia)

    page = client.post(address("thread-start", consultation), TYPED | {"nickname": "veien"})

    assert page.status_code == 422
    assert "Choose another nickname" in text(page)
    assert "Veldig mørk." in text(page)


def test_what_was_written_while_it_closed_is_shown(client, consultation, pia):
    client.force_login(pia)
    close_discussion(consultation, reason="For mye hets.", by=consultation.created_by)

    page = client.post(address("thread-start", consultation), TYPED)

    assert page.status_code == 422
    assert "Nothing was sent" in text(page)
    assert "Veldig mørk." in text(page)


def test_nickname_is_not_asked_for_where_one_writes_by_name(client, pia):
    consultation = factories.discussed(discussion_names=DiscussionNames.NAME)
    client.force_login(pia)

    page = text(client.get(address("thread-start", consultation)))

    assert 'name="nickname"' not in page
    assert "Pia Prat" in page


def test_who_may_not_start_topics_is_told(client, pia):
    consultation = factories.discussed(topic_starters=TopicStarters.AUTHORITY)
    client.force_login(pia)

    page = text(client.get(address("thread-start", consultation)))

    assert "Here the authority starts the topics" in page
    assert 'name="title"' not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_my_posts_are_mine_alone(client, consultation, pia, rows, django_assert_num_queries):
    for number in range(rows):
        factories.thread(consultation, by=pia, title=f"Mitt {number}")
    factories.thread(consultation, title="Andres")
    client.force_login(pia)

    with django_assert_num_queries(4):  # the session, the person, the roles, the posts
        page = text(client.get(reverse("consultations:post-list")))

    assert page.count("Mitt") == rows
    assert "Andres" not in page


def lead_address(consultation):
    return reverse("consultations:discussion-lead", args=[consultation.slug])


def test_the_authority_closes_opens_and_archives(client, consultation, pia):
    factories.thread(consultation, by=pia)
    client.force_login(consultation.created_by)

    empty = client.post(lead_address(consultation), {"step": "close", "reason": ""})
    client.post(lead_address(consultation), {"step": "close", "reason": "Nok."})
    closed = Consultation.objects.get(pk=consultation.pk)
    client.post(lead_address(consultation), {"step": "reopen"})
    opened = Consultation.objects.get(pk=consultation.pk)
    client.post(lead_address(consultation), {"step": "close", "reason": "Nok nå."})
    page = client.post(lead_address(consultation), {"step": "archive"}, follow=True)

    assert empty.status_code == 422
    assert closed.discussion_closed_reason == "Nok."
    assert opened.discussion_closed_at is None
    entry = JournalEntry.objects.get(kind=EntryKind.INTERNAL)
    assert entry.identifier in text(page)
    assert 'value="reopen"' not in text(page)


def test_others_do_not_lead_the_discussion(client, consultation):
    handler = factories.official(consultation.authority, Role.CASE_HANDLER)
    elsewhere = factories.official(factories.authority(), Role.MODERATOR)

    for user, status in ((handler, 403), (elsewhere, 404)):
        client.force_login(User.objects.get(pk=user.pk))
        assert client.get(lead_address(consultation)).status_code == status
