"""How the public lists are narrowed, and what a consultation and a theme tell."""

from datetime import UTC, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override
from icalendar import Calendar

from consultations.actions import (
    add_document,
    conclude_consultation,
    edit_consultation,
    invite_consultees,
    save_theme,
    set_related_links,
)
from consultations.models import Consultation, SenderKind
from consultations.uploads import check_upload
from moderation.actions import publish_response, redact_response, withhold_response
from tests import factories

pytestmark = pytest.mark.django_db
PERSON = factories.named("Ada Borg")
ANONYMOUS = {"sender_kind": SenderKind.ANONYMOUS}


def organisation(kind, name="Laget"):
    return {
        "sender_kind": SenderKind.ORGANISATION,
        "organisation_name": name,
        "organisation_kind": kind,
        "name": "Kari",
        "email": "kari@laget.example",
    }


@pytest.fixture(autouse=True)
def in_english():
    """The words of the code, whatever the catalogues say."""
    with override("en"):
        yield


@pytest.fixture
def theme(consultation):
    return consultation.themes.get(title="Fastlege")


def address(consultation, rest=""):
    return f"/en/horinger/{consultation.slug}/{rest}"


def theme_address(theme, query=""):
    return address(theme.consultation, f"tema/{theme.slug}/{query}")


def published(consultation, **fields):
    response = factories.accepted_response(consultation, **fields)
    publish_response(response, by=None)
    response.refresh_from_db()
    return response


def text_of(client, where):
    page = client.get(where)
    assert page.status_code == 200
    return page.content.decode()


# --- The list ---------------------------------------------------------------------------


@pytest.fixture
def several():
    """Three open consultations of two authorities."""
    health, roads = factories.authority("Helse"), factories.authority("Vei")
    return {
        "doctors": factories.open_for_answers(health, subject="health", outcome="white_paper"),
        "water": factories.open_for_answers(health, subject="environment", outcome="regulation"),
        "bridges": factories.open_for_answers(roads, subject="transport", outcome="regulation"),
    }


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("emne=health", {"doctors"}),
        ("blir=regulation", {"water", "bridges"}),
        ("blir=regulation&emne=transport", {"bridges"}),
        ("emne=energy", {"doctors", "water", "bridges"}),
        ("virksomhet=%00&ar=x", {"doctors", "water", "bridges"}),
    ],
)
def test_the_list_is_narrowed_by_what_is_chosen(client, several, query, left):
    page = client.get(f"/en/?{query}")

    assert page.context["open"] == sorted(
        (several[name] for name in left), key=lambda each: (each.deadline_at, each.pk)
    )
    assert page.context["counts"]["open"] == page.context["counts"]["all"] == len(left)


def test_the_list_is_narrowed_by_authority_and_year(client, several):
    roads, year = several["bridges"].authority.slug, timezone.localdate().year

    of_roads = client.get(f"/en/?virksomhet={roads}")
    of_this_year = client.get(f"/en/?ar={year}")
    of_both = client.get(f"/en/?ar={year}&virksomhet={roads}")

    assert of_roads.context["open"] == of_both.context["open"] == [several["bridges"]]
    assert len(of_this_year.context["open"]) == 3


def test_an_option_tells_how_many_it_would_leave(client, several):
    page = client.get("/en/?blir=regulation")

    options = {
        option.value: option.count for each in page.context["filters"] for option in each.options
    }
    assert options["health"] == 0
    assert options["transport"] == options["environment"] == 1
    assert (options["white_paper"], options["regulation"]) == (1, 2)
    assert "ar" not in {each.name for each in page.context["filters"]}  # there is one year only


def test_a_chip_leads_to_the_list_without_it(client, several):
    page = client.get("/en/?blir=regulation&emne=transport")

    assert [(chip.label, chip.url) for chip in page.context["chips"]] == [
        ("Transport and roads", "?blir=regulation"),
        ("Regulation", "?emne=transport"),
    ]
    assert 'href="?blir=regulation"' in page.content.decode()


def test_the_list_says_when_nothing_matches(client, several):
    text = text_of(client, "/en/?emne=health&blir=regulation")

    assert "No consultation matches all that you chose" in text
    assert "0 consultations match" in text


def test_the_list_says_when_nothing_is_there_or_open(client):
    empty = text_of(client, "/en/")
    factories.published_consultation()
    coming = text_of(client, "/en/")

    assert "There are no consultations here yet" in empty
    assert "Nothing is open for answers right now" in coming


def test_the_pages_of_the_concluded_keep_what_is_chosen(client, monkeypatch):
    at = factories.authority()
    for subject in ("health", "health", "energy"):
        each = factories.closed_for_treatment(factories.open_for_answers(at, subject=subject))
        conclude_consultation(each, by=each.created_by)
    monkeypatch.setattr("consultations.views.listing.PAGE_SIZE", 1)

    first = client.get("/en/?emne=health")
    second = client.get(f"/en/{first.context['concluded_next']}")

    assert first.context["concluded_next"].startswith("?emne=health&etter=")
    assert second.context["concluded"].rows[0].subject == "health"
    assert second.context["concluded_next"] == ""


def test_the_list_counts_published_responses(client, consultation):
    published(consultation)
    published(consultation, themes=[consultation.themes.get(title="Sykehjem")])

    assert client.get("/en/").context["open"][0].published == 2
    assert "2 published responses" in text_of(client, "/en/")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_narrowed_list_takes_three_queries(client, rows, django_assert_num_queries):
    at = factories.authority()
    for _number in range(rows):
        factories.open_for_answers(at, subject="health")

    with django_assert_num_queries(3):
        client.get("/en/?emne=health")


def test_the_etag_of_the_list_depends_on_what_is_chosen_and_on_the_day(client, several):
    def etag(query=""):
        return client.get(f"/en/{query}").headers["ETag"]

    today, narrowed, other = etag(), etag("?emne=health"), etag("?emne=transport")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tomorrow = etag()
    edit_consultation(several["water"], subject="energy", by=None)

    assert len({today, narrowed, other, tomorrow, etag()}) == 5


def test_the_etag_of_the_list_is_new_when_an_authority_is_renamed(client, consultation):
    before = client.get("/en/").headers["ETag"]
    consultation.authority.name = "Et nytt departement"
    consultation.authority.save()

    page = client.get("/en/", headers={"if-none-match": before})

    assert page.status_code == 200
    assert "Et nytt departement" in page.content.decode()


def test_a_304_of_the_list_takes_one_query(client, several, django_assert_num_queries):
    etag = client.get("/en/?emne=health").headers["ETag"]

    with django_assert_num_queries(1):
        page = client.get("/en/?emne=health", headers={"if-none-match": etag})

    assert page.status_code == 304


@pytest.mark.parametrize(
    ("deadline", "words"),
    [((16, 0), "Closes today at 16:00"), ((23, 59), "Last day today")],
)
def test_the_last_day_is_told_to_the_minute_unless_it_is_the_whole_day(client, deadline, words):
    hour, minute = deadline
    at = timezone.localtime().replace(hour=hour, minute=minute, second=0) + timedelta(days=9)
    factories.open_for_answers(deadline_at=at)

    with time_machine.travel(at - timedelta(hours=2), tick=False):
        assert words in text_of(client, "/en/")


# --- A consultation ---------------------------------------------------------------------


def test_what_was_changed_since_publication_is_told_with_its_date(client, consultation):
    editor = consultation.created_by
    before = Consultation.objects.get(pk=consultation.pk)
    untouched = text_of(client, address(consultation))
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        edit_consultation(
            consultation,
            by=editor,
            deadline_at=before.deadline_at + timedelta(days=7),
            note="Mange ba om det.",
        )
    invite_consultees(consultation, [("Nye Laget", "")], by=editor)

    text = text_of(client, address(consultation))

    assert "Changed since publication" not in untouched
    assert text.index("The deadline was moved") < text.index("More bodies were invited")
    assert "Mange ba om det." in text
    assert text.count(f'datetime="{timezone.localtime(before.deadline_at):%Y-%m-%dT%H:%M%z}"') == 1
    assert "Nye Laget" in text
    assert editor.name not in text


def test_a_consultation_shows_links_subject_and_how_to_send_it_on(client, settings):
    settings.SITE_URL = "https://horing.example"
    consultation = factories.open_for_answers(title="Mat & drikke <nå>")
    links = [("Rapporten", "https://rapport.example/?a=1&b=2")]
    set_related_links(consultation, links, by=consultation.created_by)
    whole = f"https://horing.example{address(consultation)}"

    text = text_of(client, address(consultation))

    assert 'href="https://rapport.example/?a=1&amp;b=2"' in text
    assert f'<link rel="canonical" href="{whole}">' in text
    assert f'<meta property="og:url" content="{whole}">' in text
    assert '<meta property="og:title" content="Mat &amp; drikke &lt;nå&gt;">' in text
    assert f'<meta property="og:description" content="{consultation.summary}">' in text
    assert '<meta property="og:type" content="article">' in text
    assert '<meta property="og:locale" content="en_GB">' in text
    assert 'content="https://horing.example/static/img/share.png"' in text
    assert f'readonly value="{whole}"' in text
    assert "mailto:?subject=Mat%20%26%20drikke%20%3Cn%C3%A5%3E&amp;body=https%3A%2F%2F" in text


@pytest.mark.parametrize(("language", "locale"), [("nb", "nb_NO"), ("nn", "nn_NO")])
def test_the_locale_is_that_of_the_page(client, consultation, language, locale):
    text = text_of(client, address(consultation).replace("/en/", f"/{language}/"))

    assert f'<meta property="og:locale" content="{locale}">' in text


def test_the_steps_tell_which_one_is_now(client, consultation):
    treated = factories.closed_for_treatment(factories.open_for_answers())

    now = client.get(address(consultation)).context["steps"]
    later = client.get(address(treated)).context["steps"]

    assert [is_now for *_rest, is_now in now] == [False, True, False, False, False]
    assert [is_done for _what, _when, is_done, _now in later] == [True] * 4 + [False]
    assert later[3][3]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_consultation_takes_seven_queries(client, rows, django_assert_num_queries):
    consultation = factories.drafted_consultation(themes=("A", "B", "C")[:rows])
    editor = consultation.created_by
    invite_consultees(consultation, [(f"Lag {n}", "") for n in range(rows)], by=editor)
    set_related_links(
        consultation, [(f"Lenke {n}", "https://a.example/") for n in range(rows)], by=editor
    )
    factories.publish_consultation(consultation, by=editor)
    for number in range(rows):
        edit_consultation(consultation, by=editor, summary=f"Ny {number}")

    with django_assert_num_queries(7):
        client.get(address(consultation))


# --- The deadline for a calendar --------------------------------------------------------


def event_of(client, consultation, language="en"):
    page = client.get(address(consultation, "frist.ics").replace("/en/", f"/{language}/"))
    assert page.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert page.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not page.cookies
    return Calendar.from_ical(page.content).events[0]


def test_the_deadline_is_read_back_by_a_calendar(client, consultation, settings):
    event = event_of(client, consultation)

    consultation = Consultation.objects.get(pk=consultation.pk)
    assert event.start == consultation.deadline_at.replace(microsecond=0)
    assert event.start.tzinfo is not None
    assert event["SUMMARY"] == f"Deadline: {consultation.title}"
    assert event["URL"] == settings.SITE_URL + address(consultation)
    assert event["DTSTAMP"].dt == consultation.published_at.astimezone(UTC).replace(microsecond=0)
    assert event["SEQUENCE"] == 0


def test_a_moved_deadline_is_the_same_event_and_newer(client, consultation):
    before = event_of(client, consultation)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        later = consultation.deadline_at + timedelta(days=7)
        edit_consultation(consultation, by=None, deadline_at=later)
        after = event_of(client, consultation)

    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert after.start == later.replace(microsecond=0)


def test_the_deadline_is_given_in_every_language_and_for_no_draft(client, consultation):
    draft = factories.drafted_consultation()

    for language in ("nb", "nn", "en"):
        assert f"/{language}/" in event_of(client, consultation, language)["URL"]
    assert client.get(address(draft, "frist.ics")).status_code == 404


def test_a_title_can_not_break_out_of_the_calendar(client):
    title = "Mat; drikke, og\\mer – en svært lang tittel om det vi spiser, " * 3
    consultation = factories.open_for_answers(title=title.strip())

    assert event_of(client, consultation)["SUMMARY"] == f"Deadline: {title.strip()}"


# --- A theme ----------------------------------------------------------------------------


def test_a_table_of_contents_stands_where_there_are_three_headings(client, theme):
    def with_headings(number):
        text = "".join(f"<h2>Del {each} &amp; mer</h2><p>Noe.</p>" for each in range(number))
        save_theme(theme.consultation, theme, by=None, text=text)
        return text_of(client, theme_address(theme))

    few, enough = with_headings(2), with_headings(3)

    assert 'class="contents"' not in few
    assert '<a class="ds-link" href="#avsnitt-del-1-mer">Del 1 &amp; mer</a>' in enough
    assert '<h2 id="avsnitt-del-1-mer">' in enough


def test_the_link_to_a_heading_is_read_without_norwegian_letters(client, theme):
    text = "<h2>Legevakt døgnet rundt, også på sjøen nær Ærfugløy</h2>"
    save_theme(theme.consultation, theme, by=None, text=text)

    shown = text_of(client, theme_address(theme))

    assert 'id="avsnitt-legevakt-dognet-rundt-ogsa-pa-sjoen-naer-aerfugloy"' in shown


def test_a_theme_shows_its_own_documents(client, theme):
    def lay_out(title, **where):
        upload = SimpleUploadedFile("notat.pdf", factories.PDF)
        checked = check_upload(upload)
        add_document(theme.consultation, checked, upload, title=title, by=None, **where)

    lay_out("Om legene", theme=theme)
    lay_out("Om alt")

    of_theme, of_all = (
        text_of(client, each) for each in (theme_address(theme), address(theme.consultation))
    )

    assert "Om legene" in of_theme
    assert "Om alt" not in of_theme
    assert "Om legene" in of_all
    assert "Om alt" in of_all


@pytest.fixture
def answered(theme):
    """A theme with a published response of each kind of sender, oldest first."""
    return {
        kind: published(theme.consultation, text=f"Svaret fra {kind} om venteliste.", **fields)
        for kind, fields in (
            ("person", PERSON),
            ("anonymous", ANONYMOUS),
            ("public_body", organisation("public_body")),
            ("ngo", organisation("ngo")),
            ("business", organisation("business")),
            ("other", organisation("other")),
        )
    }


@pytest.mark.parametrize(
    ("sender", "kinds"),
    [
        ("privatpersoner", ["person"]),
        ("anonyme", ["anonymous"]),
        ("organisasjoner", ["other", "business", "ngo", "public_body"]),
        ("offentlige", ["public_body"]),
        ("foreninger", ["ngo"]),
        ("naringsliv", ["business"]),
        ("andre", ["other"]),
        ("ukjent", ["other", "business", "ngo", "public_body", "anonymous", "person"]),
    ],
)
def test_responses_are_filtered_by_sender(client, theme, answered, sender, kinds):
    page = client.get(theme_address(theme, f"?avsender={sender}"))

    assert page.context["responses"].rows == [answered[kind] for kind in kinds]
    assert page.context["found"] == len(kinds)


def test_responses_are_filtered_by_words_in_both_norms(client, theme, answered):
    published(theme.consultation, text="Eg ventar framleis på sjukehuset.", **ANONYMOUS)

    in_nynorsk = client.get(theme_address(theme, "?sok=sykehuset"))
    both = client.get(theme_address(theme, "?sok=venteliste&avsender=foreninger"))
    nothing = client.get(theme_address(theme, "?sok=%22%26%7C!%3A*%00%27"))
    none = text_of(client, theme_address(theme, "?sok=giraff"))

    assert len(in_nynorsk.context["responses"].rows) == 1
    assert both.context["responses"].rows == [answered["ngo"]]
    assert nothing.status_code == 200
    assert "No response matches all that you chose" in none


def test_responses_are_read_from_the_oldest_and_paged_under_filters(
    client, theme, answered, monkeypatch
):
    monkeypatch.setattr("consultations.views.public.PAGE_SIZE", 2)
    query = "?avsender=organisasjoner&rekkefolge=eldste&sok=venteliste"

    first = client.get(theme_address(theme, query))
    second = client.get(theme_address(theme, first.context["next_url"]))

    kinds = ["public_body", "ngo", "business", "other"]
    pages = [first.context["responses"].rows, second.context["responses"].rows]
    assert pages == [[answered[kind] for kind in kinds[:2]], [answered[kind] for kind in kinds[2:]]]
    assert second.context["responses"].next == ""
    assert second.context["found"] == 4


def test_a_chip_leads_to_the_responses_without_it(client, theme, answered):
    page = client.get(theme_address(theme, "?avsender=foreninger&rekkefolge=eldste&sok=a+%3Cb%3E"))

    assert [(chip.label, chip.url) for chip in page.context["chips"]] == [
        ("Associations and NGOs", "?rekkefolge=eldste&sok=a+%3Cb%3E"),
        ("«a <b>»", "?avsender=foreninger&rekkefolge=eldste"),
    ]
    assert "«a &lt;b&gt;»" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_filtered_responses_take_seven_queries(client, theme, rows, django_assert_num_queries):
    for _number in range(rows):
        published(theme.consultation, **PERSON)
        withheld = factories.accepted_response(theme.consultation)
        withhold_response(withheld, ground="hateful", by=None)

    with django_assert_num_queries(7):
        client.get(theme_address(theme, "?avsender=privatpersoner&sok=mener"))


def test_the_etag_of_a_theme_depends_on_what_is_asked_for(client, theme, answered):
    queries = ["", "?avsender=andre", "?rekkefolge=eldste", "?sok=a", "?sok=b", "?etter=1_1"]

    etags = {query: client.get(theme_address(theme, query)).headers["ETag"] for query in queries}

    assert len(set(etags.values())) == len(queries)
    for query, etag in etags.items():
        again = client.get(theme_address(theme, query), headers={"if-none-match": etag})
        assert again.status_code == 304


def test_what_is_withheld_is_counted_by_its_ground(client, theme):
    for ground in ("hateful", "hateful", "national_id"):
        response = factories.accepted_response(theme.consultation, text="Noe hemmelig")
        withhold_response(response, ground=ground, by=None)

    page = client.get(theme_address(theme))

    assert page.context["withheld"] == [("hateful", 2), ("national_id", 1)]
    text = page.content.decode()
    assert "3 responses are withheld from publication" in text
    assert "<li>2: Hateful or discriminating</li>" in text
    assert "<li>1: National identity number (offl. § 26)</li>" in text
    assert "Noe hemmelig" not in text


def test_a_redacted_response_tells_its_ground(client, consultation):
    response = factories.response_shown_as("redacted", consultation)

    of_itself = text_of(client, address(consultation, f"svar/{response.reference}/"))
    in_theme = text_of(client, theme_address(response.theme))

    for text in (of_itself, in_theme):
        assert "Confidential personal affairs (offl. § 13, fvl. § 13)" in text
        assert '<span class="ds-sr-only">[redacted]</span>' in text


def test_a_list_shows_the_beginning_of_what_is_long_and_leads_to_the_rest(client, consultation):
    long = published(consultation, text="Dette er et langt svar. " * 200 + "Slutten.")
    short = published(consultation, text="Kort. " * 80 + "Helt slutt.")
    of_itself = address(consultation, f"svar/{long.reference}/")

    in_list = text_of(client, theme_address(short.theme))

    assert "Slutten." not in in_list
    assert "Helt slutt." in in_list
    assert in_list.count("Read the whole response") == 1
    assert in_list.count(f'href="{of_itself}"') == 2
    assert "Slutten." in text_of(client, of_itself)


def test_the_beginning_never_shows_more_than_is_public(client, consultation):
    response = factories.accepted_response(consultation, text="Ola " * 3 + "Pasient " + "og " * 900)
    redact_response(response, passages=[(12, 19)], ground="secrecy", by=None)

    in_list = text_of(client, theme_address(response.theme))

    assert "Pasient" not in in_list
    assert "Read the whole response" in in_list
