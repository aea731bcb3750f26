"""What the list, a consultation, a theme and a response show, and what not."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from consultations.actions import (
    close_consultation,
    conclude_consultation,
    edit_consultation,
    save_theme,
)
from consultations.models import Attachment, SenderKind
from consultations.redaction import REDACTED
from moderation.actions import withhold_response
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
