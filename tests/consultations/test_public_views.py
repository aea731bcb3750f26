"""The public pages: what they show, what they never show, and that they are the same for all."""

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
from consultations.actions import (
    close_consultation,
    conclude_consultation,
    edit_consultation,
    invite_consultee,
    save_theme,
)
from consultations.models import Attachment, SenderKind
from consultations.redaction import REDACTED
from moderation.actions import publish_response, redact_response, withhold_response
from moderation.models import PublicationGround
from tests import factories

pytestmark = pytest.mark.django_db
PDF = [("Uttalelse fra Grønn Vår.pdf", factories.PDF)]


@pytest.fixture(autouse=True)
def bokmal():
    """A page leaves its language behind in the thread."""
    with override("nb"):
        yield


def published(consultation, *, with_files=False, hide_name=False, **fields):
    response = factories.accepted_response(consultation, **fields)
    files = list(response.submission.attachments.all()) if with_files else []
    publish_response(response, hide_name=hide_name, public_attachments=files, by=None)
    response.refresh_from_db()
    return response


def withheld(consultation, **fields):
    response = factories.accepted_response(consultation, **fields)
    withhold_response(response, ground=PublicationGround.HATEFUL, by=None)
    response.refresh_from_db()
    return response


def redacted(consultation, passage, **fields):
    response = factories.accepted_response(consultation, **fields)
    start = response.text.index(passage)
    redact_response(
        response,
        passages=[(start, start + len(passage))],
        ground=PublicationGround.PERSONAL_DATA,
        by=None,
    )
    response.refresh_from_db()
    return response


def address_of(thing):
    """Of a consultation, a theme, a response, or a (response, attachment)."""
    match thing:
        case (response, attachment):
            arguments = [response.consultation.slug, response.reference, attachment.pk]
            return reverse("consultations:attachment-download", args=arguments)
        case _ if hasattr(thing, "reference"):
            arguments = [thing.consultation.slug, thing.reference]
            return reverse("consultations:response-show", args=arguments)
        case _ if hasattr(thing, "is_whole"):
            arguments = [thing.consultation.slug, thing.slug]
            return reverse("consultations:theme-show", args=arguments)
    return reverse("consultations:consultation-show", args=[thing.slug])


def read(client, address, **how):
    """The page, and what its bytes say. A file that is sent is closed when it is read."""
    page = client.get(address, **how)
    return page, b"".join(page).decode(errors="replace")


def etag_of(client, address):
    return read(client, address)[0].headers["ETag"]


# --- The list ---------------------------------------------------------------------------


def test_consultation_list_shows_each_where_it_belongs(client):
    at = factories.authority()
    open_now = factories.open_for_answers(at, deadline_at=timezone.now() + timedelta(days=9))
    soon = factories.open_for_answers(at, deadline_at=timezone.now() + timedelta(days=2))
    coming = factories.published_consultation(at)
    treated = factories.closed_for_treatment(factories.open_for_answers(at))
    concluded = factories.closed_for_treatment(factories.open_for_answers(at))
    conclude_consultation(concluded, by=concluded.created_by)
    draft = factories.drafted_consultation(at)

    page = client.get("/en/").content.decode()

    places = [page.index(each.title) for each in (soon, open_now, coming, treated, concluded)]
    assert places == sorted(places)
    assert "9 days left" in page
    assert draft.title not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_consultation_list_takes_three_queries(client, rows, django_assert_num_queries):
    at = factories.authority()
    for _number in range(rows):
        factories.open_for_answers(at)

    with django_assert_num_queries(3):
        client.get("/nb/")


def test_consultation_list_is_paged_by_key(client, monkeypatch):
    at = factories.authority()
    editions = []
    for days in (5, 6, 7):
        deadline = timezone.now() + timedelta(days=days)
        each = factories.closed_for_treatment(factories.open_for_answers(at, deadline_at=deadline))
        editions.append(conclude_consultation(each, by=each.created_by))
    monkeypatch.setattr("consultations.views.listing.PAGE_SIZE", 2)

    first = client.get("/nb/")
    second = client.get("/nb/?etter=" + first.context["concluded"].next)

    assert first.context["concluded"].rows == [editions[2], editions[1]]
    assert second.context["concluded"].rows == [editions[0]]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=9), "9 days left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(hours=2), "Closes today at 12:00"),
        (timedelta(minutes=-1), "The deadline has passed"),
    ],
)
def test_time_left_is_told_by_the_calendar_in_norway(client, consultation, before, words):
    noon = timezone.localtime().replace(hour=12, minute=0) + timedelta(days=20)
    edit_consultation(consultation, by=consultation.created_by, deadline_at=noon)

    with time_machine.travel(noon - before, tick=False):
        page = client.get("/en/").content.decode()

    assert words in page
    assert "at 12:00" in page


# --- A consultation ---------------------------------------------------------------------


def test_consultation_show_tells_what_one_must_know(client, consultation):
    published(consultation)

    page = client.get(address_of(consultation).replace("/nb/", "/en/")).content.decode()

    for words in (
        consultation.title,
        consultation.summary,
        consultation.purpose,
        consultation.use_of_responses,
        consultation.contact_name,
        "1 published response",
        "0 published responses",
        reverse("consultations:draft-start", args=[consultation.slug]).replace("/nb/", "/en/"),
    ):
        assert words in page


def test_consultation_show_takes_seven_queries(client, consultation, django_assert_num_queries):
    with django_assert_num_queries(7):
        client.get(address_of(consultation))


def test_consultation_show_is_404_for_a_draft(client):
    draft = factories.drafted_consultation()

    page = client.get(address_of(draft))

    assert page.status_code == 404


def test_consultation_show_says_that_a_late_answer_is_late(client, consultation):
    close_consultation(consultation)

    page = client.get(address_of(consultation).replace("/nb/", "/en/")).content.decode()

    assert "marked as received too late" in page
    assert "svar-pa-horingen" in page


def test_consultation_show_has_no_button_once_it_is_concluded(client, consultation):
    conclude_consultation(factories.closed_for_treatment(consultation), by=consultation.created_by)

    page = client.get(address_of(consultation)).content.decode()

    assert "svar-pa-horingen" not in page


# --- A theme ----------------------------------------------------------------------------


def test_theme_show_has_the_newest_first_and_is_paged_by_key(client, consultation, monkeypatch):
    monkeypatch.setattr("consultations.views.public.PAGE_SIZE", 2)
    responses = [published(consultation) for _number in range(3)]
    theme = responses[0].theme

    first = client.get(address_of(theme))
    second = client.get(f"{address_of(theme)}?etter={first.context['responses'].next}")

    assert first.context["responses"].rows == [responses[2], responses[1]]
    assert second.context["responses"].rows == [responses[0]]
    assert second.context["responses"].next == ""


@pytest.mark.parametrize(
    "key", ["x", "1_", "9" * 400, "1_2_3", "-1_-1", "%00", "9223372036854775808_1"]
)
def test_theme_show_takes_a_bad_key(client, consultation, key):
    response = published(consultation)

    page = client.get(f"{address_of(response.theme)}?etter={key}")

    assert page.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_theme_show_takes_six_queries(client, consultation, rows, django_assert_num_queries):
    for _number in range(rows):
        response = published(consultation, files=PDF, with_files=True)
    address = address_of(response.theme)

    with django_assert_num_queries(6):
        client.get(address)


def test_theme_show_tells_how_many_are_withheld(client, consultation):
    response = withheld(consultation, text="Det hatefulle")

    page = client.get(address_of(response.theme).replace("/nb/", "/en/")).content.decode()

    assert "1 response is withheld from publication" in page
    assert "Det hatefulle" not in page


def test_theme_show_cleans_the_text(client, consultation):
    theme = consultation.themes.get(position=1)
    text = '<h2>Hva nå?</h2><p onclick="x()">Les <a href="javascript:x()">her</a>.</p><img src=x>'
    save_theme(consultation, theme, by=consultation.created_by, text=text)

    page = client.get(address_of(theme)).content.decode()

    assert '<h2 id="avsnitt-hva-na">Hva nå?</h2><p>Les <a>her</a>.</p>' in page


def test_theme_show_says_the_language_of_a_response(client, consultation):
    response = published(
        consultation, text="Eg meiner noko.", language="nn", sender_kind=SenderKind.ANONYMOUS
    )

    page = client.get(address_of(response.theme)).content.decode()

    assert '<div class="prose" lang="nn"><p>Eg meiner noko.</p></div>' in page


def test_theme_show_marks_what_is_redacted_and_late(client, consultation):
    close_consultation(consultation)
    response = redacted(consultation, "Kari Berg", text="Min lege Kari Berg\ner god.\n\nSå god.")

    page = client.get(address_of(response.theme).replace("/nb/", "/en/")).content.decode()

    assert f'<span aria-hidden="true">{REDACTED}</span><span class="ds-sr-only">[redacted]' in page
    assert "<br>er god.</p><p>Så god.</p>" in page
    assert "After the deadline" in page


def test_theme_show_escapes_what_people_write(client, consultation):
    response = published(consultation, text="<script>alert(1)</script> & mer")

    page = client.get(address_of(response.theme)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; mer" in page


# --- A response and its files -----------------------------------------------------------


def test_response_show_shows_the_response_and_its_public_files(client, consultation):
    response = published(consultation, **factories.named("Ada Borg"), files=PDF, with_files=True)

    page = client.get(address_of(response)).content.decode()

    assert "Ada Borg" in page
    assert response.text in page
    assert address_of((response, response.submission.attachments.get())) in page
    assert "Uttalelse fra Grønn Vår.pdf" in page


def test_response_show_takes_five_queries(client, consultation, django_assert_num_queries):
    address = address_of(published(consultation))

    with django_assert_num_queries(5):
        client.get(address)


def test_response_show_is_404_for_what_is_not_public(client, consultation):
    other = published(factories.open_for_answers())
    pending = factories.accepted_response(consultation)
    received = factories.screened_response(consultation)
    kept_back = withheld(consultation)

    for response in (pending, received, kept_back):
        assert client.get(address_of(response)).status_code == 404
    elsewhere = address_of(other).replace(other.consultation.slug, consultation.slug)
    assert client.get(elsewhere).status_code == 404
    assert client.get(address_of(other)).status_code == 200


def test_attachment_download_gives_the_bytes_to_save(client, consultation):
    response = published(consultation, files=PDF, with_files=True, **factories.named())

    page = client.get(address_of((response, response.submission.attachments.get())))

    assert page.getvalue() == factories.PDF
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Uttalelse%20fra%20Gr%C3%B8nn%20V%C3%A5r.pdf"
    )


def test_attachment_download_tells_no_file_name_of_who_is_not_named(client, consultation):
    response = published(
        consultation, files=PDF, with_files=True, hide_name=True, **factories.named()
    )

    page, _bytes = read(client, address_of((response, response.submission.attachments.get())))

    assert page.headers["Content-Disposition"] == (
        f'attachment; filename="{response.reference}.pdf"'
    )


def test_attachment_download_is_404_for_what_is_not_public(client, consultation):
    not_shown = published(consultation, files=PDF)
    taken_back = published(consultation, files=PDF, with_files=True)
    public = published(consultation, files=PDF, with_files=True)
    attachments = {each.submission_id: each for each in Attachment.objects.all()}
    withhold_response(taken_back, ground=PublicationGround.HATEFUL, by=None)

    statuses = {
        each: read(client, address_of((each, attachments[each.submission_id])))[0].status_code
        for each in (not_shown, taken_back, public)
    }

    assert statuses == {not_shown: 404, taken_back: 404, public: 200}
    of_another = address_of((public, attachments[not_shown.submission_id]))
    assert client.get(of_another).status_code == 404


# --- The same for all, and never more than is public -------------------------------------


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
