"""The Atom feeds, read by a real feed reader: what they tell, and what they never tell."""

from datetime import timedelta

import feedparser
import pytest
import time_machine
from django.utils import timezone
from lxml import etree

from casework.actions import publish_assessment, write_assessment
from consultations.actions import close_consultation, edit_consultation, reply
from consultations.models import Moderation, Publication
from moderation.actions import publish_response, redact_response, withhold_response
from moderation.models import PublicationGround
from tests import factories

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def address_of(thing, language="en"):
    match type(thing).__name__:
        case "Consultation":
            return f"/{language}/horinger/{thing.slug}/atom/"
        case "Theme":
            return f"/{language}/horinger/{thing.consultation.slug}/tema/{thing.slug}/atom/"
        case "Authority":
            return f"/{language}/atom/virksomhet/{thing.slug}/"
    return f"/{language}/atom/"


def read(client, address):
    """What the feed reader makes of it; it must find nothing to complain of."""
    page = client.get(address)
    feed = feedparser.parse(page.content, response_headers={"content-type": page["Content-Type"]})
    assert page.status_code == 200
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def every_address(consultation, language="en"):
    theme = consultation.themes.get(position=1)
    return [
        address_of(each, language) for each in (None, consultation.authority, consultation, theme)
    ]


def published(consultation, **fields):
    return factories.response_shown_as(Publication.PUBLISHED, consultation, **fields)


def test_consultation_list_feed_tells_the_last_published_first(client):
    at = factories.authority()
    older = factories.open_for_answers(at)
    newer = factories.open_for_answers(factories.authority(), language="nn")
    hidden = factories.drafted_consultation(at)

    feed = read(client, address_of(None))
    of_authority = read(client, address_of(at))

    assert [each.title for each in feed.entries] == [newer.title, older.title]
    assert [each.title for each in of_authority.entries] == [older.title]
    assert older.summary in feed.entries[1].summary
    assert feed.entries[1].author == at.name
    assert hidden.title not in str(feed)


def test_consultation_feed_tells_what_happened(client, consultation):
    editor = consultation.created_by
    edit_consultation(
        consultation,
        by=editor,
        note="Mange ba om <mer> tid.",
        deadline_at=consultation.deadline_at + timedelta(days=1),
    )
    factories.closed_for_treatment(consultation)
    theme = consultation.themes.get(position=1)
    official = theme.theme_handler.handler
    write_assessment(theme, text="Vi er enige.", by=official)
    publish_assessment(theme, by=official)

    feed = read(client, address_of(consultation))

    assert [each.title for each in feed.entries] == [
        "Assessment published",
        "The deadline has passed",
        "The deadline was moved",
        "Open for answers",
        "New consultation",
    ]
    assert "Mange ba om &lt;mer&gt; tid." in feed.entries[2].summary
    assert theme.title in feed.entries[0].summary
    assert feed.feed.title == consultation.title


def test_theme_feed_tells_what_became_public_last(client, consultation):
    early = factories.accepted_response(consultation, text="Kom først.")
    late = published(consultation, text="Kom sist.")
    publish_response(early, by=None)

    feed = read(client, address_of(early.theme))

    assert [each.id.rsplit("-", 1)[1] for each in feed.entries] == [str(early.pk), str(late.pk)]
    assert feed.entries[0].updated_parsed >= feed.entries[1].updated_parsed
    assert early.reference in feed.entries[0].link


def test_theme_feed_tells_no_more_than_is_public(client, consultation):
    secret = ("Hemmelig Navn", "Ola Pasient", "Sjikanøst utsagn", "Ikke avgjort", "@skjult.example")
    published(consultation, text="Dette er åpent.", **factories.named("Åpen Person"))
    hidden = factories.accepted_response(
        consultation, **factories.named(secret[0], "navn@skjult.example")
    )
    publish_response(hidden, hide_name=True, by=None)
    redacted = factories.accepted_response(consultation, text=f"Min pasient {secret[1]} er frisk.")
    redact_response(redacted, passages=[(12, 23)], ground=PublicationGround.PERSONAL_DATA, by=None)
    withheld = published(consultation, text=secret[2])
    withhold_response(withheld, ground=PublicationGround.HATEFUL, by=None)
    factories.accepted_response(consultation, text=secret[3])

    feed = read(client, address_of(redacted.theme))

    words = client.get(address_of(redacted.theme)).content.decode()
    assert len(feed.entries) == 3
    assert {each.author for each in feed.entries} == {"Åpen Person", "Name withheld", "Anonymous"}
    assert "Dette er åpent." in words
    assert "█" in words
    assert [each for each in secret if each in words] == []


def test_consultation_list_feed_is_narrowed_as_the_list_is(client, settings):
    health = factories.open_for_answers(subject="health")
    roads = factories.open_for_answers(subject="transport")

    listed = client.get("/en/?emne=health").content.decode()
    feed = read(client, f"{address_of(None)}?emne=health&blir=nothing")

    assert f'href="{address_of(None)}?emne=health"' in listed
    assert [each.title for each in feed.entries] == [health.title]
    assert feed.feed.id.endswith("consultations?emne=health/en")
    assert {link.href for link in feed.feed.links} == {
        f"{settings.SITE_URL}/en/{path}?emne=health" for path in ("", "atom/")
    }
    assert roads.title in str(read(client, f"{address_of(None)}?emne=unknown"))


def test_discussion_feed_tells_what_everybody_may_read(client):
    consultation = factories.discussed()
    theme = consultation.themes.get(position=1)
    thread = factories.thread(consultation, title="Gangvei?", text="Først <b>\n\nså.")
    answer = reply(thread, by=factories.participant("Ola Svarer"), text="Enig.")
    removed = factories.post_as("removed", consultation, title="Borte")
    waiting = factories.thread(factories.discussed(moderation=Moderation.BEFORE), title="Venter")
    address = f"/en/horinger/{consultation.slug}/tema/{theme.slug}/diskusjon/atom/"

    feed = read(client, address)
    told = str(feed)

    assert [each.title for each in feed.entries] == ["Reply: Gangvei?", "Gangvei?"]
    assert feed.entries[0].author == "Ola Svarer"
    assert feed.entries[0].link.endswith(f"/diskusjon/{thread.pk}/#innlegg-{answer.pk}")
    assert "Først &lt;b&gt;" in told
    assert removed.title not in told
    assert waiting.title not in told
    discussion = client.get(address.removesuffix("atom/")).content.decode()
    assert discussion.count(f'href="{address}"') == 2
    other = f"/en/horinger/{waiting.consultation.slug}/tema/{waiting.theme.slug}/diskusjon/atom/"
    assert read(client, other).entries == []


def test_feeds_take_what_xml_can_not_say(client, consultation):
    edit_consultation(consultation, by=consultation.created_by, summary="Rart\x0b tegn & <b>")

    feed = read(client, address_of(consultation))

    assert "Rart tegn &amp; &lt;b&gt;" in feed.entries[-1].summary


def test_every_feed_says_where_it_is_and_in_which_language(client, consultation, settings):
    published(consultation)

    for language in ("nb", "nn", "en"):
        for address in every_address(consultation, language):
            feed = read(client, address).feed

            [itself] = [each.href for each in feed.links if each.rel == "self"]
            assert itself == settings.SITE_URL + address
            assert feed.language == language
            assert client.get(feed.link.removeprefix(settings.SITE_URL)).status_code == 200


def test_entries_say_their_own_language(client, consultation):
    response = published(
        consultation, text="Eg meiner noko.", language="nn", sender_kind="anonymous"
    )

    page = client.get(address_of(response.theme))

    entry = etree.fromstring(page.content).find(f"{ATOM}entry")
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "nn"


def test_ids_are_tags_that_stay_whatever_is_changed(client, consultation):
    published(consultation)
    before = [read(client, address) for address in every_address(consultation)]

    edit_consultation(consultation, by=consultation.created_by, title="Et nytt navn")

    after = [read(client, address) for address in every_address(consultation)]
    ids = [each.id for feed in before for each in (feed.feed, *feed.entries)]
    again = {each.id for feed in after for each in (feed.feed, *feed.entries)}
    assert all(each.startswith("tag:") for each in ids)
    assert len({feed.feed.id for feed in before}) == len(before)
    assert set(ids) <= again


def test_an_entry_is_the_same_in_all_languages_and_a_feed_is_not(client, consultation):
    bokmal, english = (read(client, address_of(consultation, each)) for each in ("nb", "en"))

    assert [each.id for each in bokmal.entries] == [each.id for each in english.entries]
    assert bokmal.feed.id != english.feed.id


def test_a_feed_without_entries_is_valid_and_stays_the_same(client, consultation):
    theme = consultation.themes.get(position=2)

    first = client.get(address_of(theme)).content
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        again = client.get(address_of(theme)).content

    assert read(client, address_of(theme)).entries == []
    assert first == again


def test_feeds_are_answered_from_the_etag_until_something_happens(client, consultation):
    published(consultation)
    etags = {each: client.get(each)["ETag"] for each in every_address(consultation)}

    same = {
        client.get(each, headers={"if-none-match": tag}).status_code for each, tag in etags.items()
    }
    close_consultation(consultation)
    other = {
        client.get(each, headers={"if-none-match": tag}).status_code for each, tag in etags.items()
    }

    assert same == {304}
    assert other == {200}


def test_feeds_know_nobody(client, consultation):
    published(consultation)
    stranger = {each: client.get(each).content for each in every_address(consultation)}
    client.force_login(factories.moderator_of(consultation))

    for address, content in stranger.items():
        page = client.get(address)

        assert page.content == content
        assert not page.cookies
        assert "Vary" not in page.headers


@pytest.mark.parametrize("rows", [1, 3])
def test_feeds_take_a_fixed_number_of_queries(client, rows, django_assert_num_queries):
    at = factories.authority()
    for _number in range(rows):
        consultation = factories.open_for_answers(at)
    for _number in range(rows):
        published(consultation)

    for address, queries in zip(every_address(consultation), (2, 3, 2, 2), strict=True):
        with django_assert_num_queries(queries):
            client.get(address)


def test_feeds_of_what_is_not_public_are_404(client):
    draft = factories.drafted_consultation()

    assert client.get(address_of(draft)).status_code == 404
    assert client.get(address_of(draft.themes.get(position=1))).status_code == 404
    assert client.get("/en/atom/virksomhet/ukjent/").status_code == 404
