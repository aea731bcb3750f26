"""What a consultation and a theme tell, and how the responses of a theme are narrowed."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override

from consultations.actions import (
    add_document,
    edit_consultation,
    invite_consultees,
    save_theme,
    set_related_links,
)
from consultations.models import Consultation, SenderKind
from consultations.uploads import check_upload
from moderation.actions import redact_response, withhold_response
from tests import factories
from tests.consultations.reading import address, published, text_of

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


def theme_address(theme, query=""):
    return address(theme.consultation, f"tema/{theme.slug}/{query}")


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
    assert "<li>1: National identity number (offl. §\u00a026)</li>" in text
    assert "Noe hemmelig" not in text


def test_a_redacted_response_tells_its_ground(client, consultation):
    response = factories.response_shown_as("redacted", consultation)

    of_itself = text_of(client, address(consultation, f"svar/{response.reference}/"))
    in_theme = text_of(client, theme_address(response.theme))

    for text in (of_itself, in_theme):
        assert "Confidential personal affairs (offl. §\u00a013, fvl. §\u00a013)" in text
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
