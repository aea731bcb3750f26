"""All public pages: the same for everybody, and never more than is public."""

from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import activate, override

from archive.models import JournalEntry
from archive.vocabulary import Variant
from consultations.actions import invite_consultee
from moderation.actions import publish_response, redact_response, withhold_response
from moderation.models import PublicationGround
from tests import factories
from tests.consultations.reading import address_of, published, read, redacted, withheld

pytestmark = pytest.mark.django_db
PDF = [("Uttalelse fra Grønn Vår.pdf", factories.PDF)]


@pytest.fixture(autouse=True)
def bokmal():
    """A page leaves its language behind in the thread."""
    with override("nb"):
        yield


def etag_of(client, address):
    return read(client, address)[0].headers["ETag"]


def public_addresses(consultation):
    """Every public address of the consultation, in all languages."""
    activate("nb")
    addresses = [
        "/nb/",
        address_of(consultation),
        *(address_of(theme) for theme in consultation.themes.all()),
        *(address_of(each) for each in consultation.responses.public()),
        *(
            address_of((each, attachment))
            for each in consultation.responses.public()
            for attachment in each.submission.attachments.filter(is_public=True)
        ),
        reverse("archive:public-journal-list"),
        reverse("archive:public-journal", args=[consultation.authority.slug]),
    ]
    return [address.replace("/nb/", f"/{code}/", 1) for address in addresses for code in LANGUAGES]


LANGUAGES = ("nb", "nn", "en")


def test_no_public_page_shows_what_is_not_public(client, consultation):
    secret = {
        "hidden name": "Hemmelig Navn",
        "wished hidden": "Ønsker Anonymitet",
        "reason to hide": "Jeg er på flukt",
        "address": "hemmelig@adresse.example",
        "redacted": "Ola Pasient",
        "withheld": "Sjikanøst utsagn",
        "pending": "Ikke avgjort ennå",
        "received": "Nettopp kommet",
        "draft": "Bare et utkast",
        "file of the hidden": "Navnet i filnavnet",
        "hidden file": "Intern.pdf",
        "contact person": "Leder Ledersen",
    }
    hidden_file = [(f"{secret['file of the hidden']}.pdf", factories.PDF)]
    shown = published(consultation, text="Dette er åpent", **factories.named("Åpen Person"))
    published(
        consultation,
        hide_name=True,
        with_files=True,
        files=hidden_file,
        hide_name_reason=secret["reason to hide"],
        **factories.named(secret["hidden name"], secret["address"]),
    )
    factories.accepted_response(
        consultation,
        text=secret["pending"],
        hide_name=True,
        **factories.named(secret["wished hidden"]),
    )
    redacted(consultation, secret["redacted"], text=f"Min pasient {secret['redacted']} er frisk")
    withheld(consultation, text=secret["withheld"])
    factories.screened_response(consultation, text=secret["received"])
    factories.draft(consultation, text=secret["draft"])
    published(consultation, files=[(secret["hidden file"], factories.PDF)])
    published(
        consultation,
        sender_kind="organisation",
        organisation_name="Åpent Forbund",
        name=secret["contact person"],
        email="leder@forbund.example",
    )

    everything = ""
    for address in public_addresses(consultation):
        page, text = read(client, address)
        assert page.status_code == 200, address
        del page.headers["X-Accel-Expires"]  # nginx takes it: a moment, with an @ before it
        everything += str(page.headers) + text

    assert "Dette er åpent" in everything
    assert "Åpen Person" in everything
    assert "Åpent Forbund" in everything
    assert address_of(shown) in everything
    assert {kind: word for kind, word in secret.items() if word in everything} == {}
    for contact in (consultation.contact_email, consultation.authority.email):
        everything = everything.replace(contact, "")
    assert "@" not in everything


def test_public_pages_are_the_same_for_everybody(client, consultation):
    published(consultation, files=PDF, with_files=True)
    known = factories.moderator_of(consultation)
    stranger = {each: read(client, each)[1] for each in public_addresses(consultation)}
    client.force_login(known)

    for address, read_by_stranger in stranger.items():
        page, text = read(client, address)

        assert text == read_by_stranger, address
        assert "csrf" not in read_by_stranger
        assert not page.cookies
        assert "Vary" not in page.headers
        assert page.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert client.post(address).status_code in (403, 405)


def test_public_pages_are_answered_from_the_etag_before_they_are_rendered(
    client, consultation, django_assert_max_num_queries
):
    published(consultation, files=PDF, with_files=True)
    addresses = public_addresses(consultation)
    etags = {each: etag_of(client, each) for each in addresses}

    for address, etag in etags.items():
        # nginx makes it weak where it packs the page
        page = client.get(address, headers={"if-none-match": f"W/{etag}"})

        assert page.status_code == 304, address
        assert page.headers["ETag"] == etag
    with django_assert_max_num_queries(1):
        client.get(addresses[3], headers={"if-none-match": etags[addresses[3]]})


def test_a_page_that_is_kept_takes_one_query(client, consultation, django_assert_num_queries):
    response = published(consultation)

    for thing in (consultation, response.theme, response):
        made = read(client, address_of(thing))
        with django_assert_num_queries(1):
            kept = read(client, address_of(thing))
        assert kept[1] == made[1]
        for page, _text in (made, kept):
            del page.headers["X-Accel-Expires"]  # a moment
        assert kept[0].headers == made[0].headers
    assert response.text in kept[1]


SECRET = "Ola Pasient"


def _withhold(response):
    withhold_response(response, ground=PublicationGround.HATEFUL, by=None)


def _redact(response):
    start = response.text.index(SECRET)
    passages = [(start, start + len(SECRET))]
    redact_response(response, passages=passages, ground=PublicationGround.PERSONAL_DATA, by=None)


def _hide_name(response):
    publish_response(response, hide_name=True, by=None)


@pytest.mark.parametrize("decide", [_withhold, _redact, _hide_name])
def test_no_page_that_is_kept_shows_what_is_no_longer_public(client, consultation, decide):
    told = {"text": "Sjikanøst"} if decide is _hide_name else {"text": f"{SECRET} er frisk"}
    name = SECRET if decide is _hide_name else "Kari Åpen"
    response = published(consultation, **told, **factories.named(name))
    places = [consultation.slug, response.theme.slug]
    addresses = [
        address_of(response),
        address_of(response.theme),
        reverse("consultations:theme-feed", args=places),
    ]
    for address in (*addresses, *addresses):  # once more, from what is kept
        assert SECRET in read(client, address)[1]
    etag = etag_of(client, addresses[0])

    decide(response)

    for address in addresses:
        page, text = read(client, address)
        assert "Pasient" not in text, address
    page, _text = read(client, addresses[0], headers={"if-none-match": etag})
    assert page.status_code == (404 if decide is _withhold else 200)


@pytest.mark.parametrize("decide", [_withhold, _redact])
def test_no_search_that_is_kept_finds_what_is_no_longer_public(client, consultation, decide):
    response = published(consultation, text=f"{SECRET} er frisk")
    search = reverse("consultations:search-show") + "?q=pasient"
    for _each in ("made", "kept"):
        assert address_of(response) in read(client, search)[1]

    decide(response)

    assert address_of(response) not in read(client, search)[1]


def test_what_a_rolled_back_decision_would_have_shown_is_not_kept(client, consultation):
    response = factories.accepted_response(consultation, text=f"{SECRET} er frisk")
    address = address_of(response.theme)

    def decide_and_fail():
        publish_response(response, by=None)
        assert SECRET in read(client, address)[1]
        raise ValueError

    with pytest.raises(ValueError):
        transaction.atomic(decide_and_fail)()

    assert SECRET not in read(client, address)[1]


def test_etag_is_new_when_something_is_published(client, consultation):
    published(consultation)
    addresses = public_addresses(consultation)
    before = {each: etag_of(client, each) for each in addresses}

    published(consultation)

    after = {each: etag_of(client, each) for each in addresses}
    files = [each for each in addresses if "/vedlegg/" in each]
    assert {each for each in addresses if before[each] == after[each]} == set(files)


def test_etag_is_new_in_another_release_and_another_day(client, consultation, settings):
    address = address_of(consultation)
    now = client.get(address).headers["ETag"]

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tomorrow = client.get(address).headers["ETag"]
    settings.RELEASE = "another"
    released = client.get(address).headers["ETag"]

    assert len({now, tomorrow, released}) == 3


def test_etag_is_new_when_a_body_is_invited(client, consultation):
    before = client.get(address_of(consultation)).headers["ETag"]
    invite_consultee(
        consultation, name="Åpent Forbund", email="post@forbund.example", by=consultation.created_by
    )

    page = client.get(address_of(consultation), headers={"if-none-match": before})

    assert page.status_code == 200
    assert "Åpent Forbund" in page.content.decode()
    assert "post@forbund.example" not in page.content.decode()


@pytest.mark.parametrize("access", ["open", "invited"])
def test_others_are_asked_to_answer_only_where_they_may(client, access):
    consultation = factories.open_for_answers(access=access)
    invite_consultee(
        consultation, name="Åpent Forbund", email="post@forbund.example", by=consultation.created_by
    )

    page = client.get(address_of(consultation)).content.decode()

    assert ("Andre kan også svare" in page) == (access == "open")


def test_etag_is_new_when_the_rules_of_debate_are(client, consultation):
    address = address_of(consultation)
    before = client.get(address).headers["ETag"]
    consultation.authority.rules_of_debate = "Vær saklig."
    consultation.authority.save()

    page = client.get(address, headers={"if-none-match": before})

    assert page.status_code == 200
    assert "Vær saklig." in page.content.decode()


def test_head_has_no_body(client, consultation):
    page = client.head(address_of(consultation))

    assert page.status_code == 200
    assert page.content == b""


@pytest.mark.parametrize("show", ["published", "redacted"])
def test_what_would_turn_the_page_around_is_not_shown_and_yet_archived(client, consultation, show):
    text = "Kall meg \u202eirak\u202c,\u2067 takk. Her \u200ber mer."
    if show == "published":
        response = published(consultation, text=text)
    else:
        response = redacted(consultation, "takk", text=text)

    for thing in (response, response.theme):
        page = client.get(address_of(thing)).content.decode()
        assert "Kall meg irak, " in page
        assert "Her er mer." in page
        assert not set("\u202e\u202c\u2067\u200b") & set(page)
    entry = JournalEntry.objects.get(source=response.reference)
    main = entry.documents.get(number=1, variant=Variant.ARCHIVE)
    assert response.text == text
    assert main.source_sha256 == sha256(text.encode()).hexdigest()
