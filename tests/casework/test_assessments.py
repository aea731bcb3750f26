"""Assessments: who writes and publishes them and when, and what everybody reads of them."""

import pytest
from django.template import Context, Template

from accounts.roles import Role
from archive.actions import close_case_file
from archive.actions.documents import PDF_A
from archive.models import JournalEntry, PreparedDocument
from archive.vocabulary import EntryKind, EntryStatus, PartyKind
from casework.actions import publish_assessment, write_assessment
from casework.letters import assessment_page
from casework.models import Assessment
from config import integrity
from consultations.actions import conclude_consultation
from consultations.models import Consultation, News, NewsKind, Publication, PublicState
from moderation.actions import publish_response, withhold_response
from moderation.models import PublicationGround
from tests import factories
from tests.presses import at_once, denied, refused, told

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_consultation,
    pytest.mark.usefixtures("english"),
]
SAID = "Vi følger rådet fra dem som svarte."


@pytest.fixture
def consultation():
    return factories.some_consultation()


def theme_of(consultation):
    return consultation.themes.get(position=1)


def handler_of(theme):
    return theme.theme_handler.handler


def written(consultation, *, cited=()):
    """A theme under treatment with an assessment that is not yet published."""
    theme = theme_of(consultation)
    factories.closed_for_treatment(consultation)
    write_assessment(theme, text=SAID, cited=cited, by=handler_of(theme))
    return theme


def published(consultation, *, cited=()):
    theme = written(consultation, cited=cited)
    return publish_assessment(theme, by=handler_of(theme))


def page_of(client, consultation, language="en"):
    return client.get(f"/{language}/horinger/{consultation.slug}/hva-det-forte-til/")


# --- Writing ----------------------------------------------------------------------------


def test_write_assessment_is_seen_by_nobody_else_yet(client, consultation):
    theme = written(consultation)

    assessment = Assessment.objects.get(theme=theme)
    assert assessment.text == SAID
    assert assessment.history.get().history_user == handler_of(theme)
    assert SAID not in page_of(client, consultation).content.decode()


def test_write_assessment_is_refused_once_it_is_published(consultation):
    assessment = published(consultation)

    with refused("published"):
        write_assessment(assessment.theme, text="Noe annet", by=handler_of(assessment.theme))


@pytest.mark.parametrize("case", ["received", "elsewhere"])
def test_write_assessment_is_refused_for_what_is_not_in_the_case(consultation, case):
    theme = theme_of(consultation)
    elsewhere = factories.open_for_answers() if case == "elsewhere" else None
    response = (
        factories.accepted_response(elsewhere)
        if elsewhere
        else factories.submitted_response(consultation)
    )

    with refused("accepted"):
        write_assessment(theme, text=SAID, cited=[response], by=handler_of(theme))


def test_write_assessment_is_denied_to_everyone_but_the_handler_and_the_official(consultation):
    theme = theme_of(consultation)
    colleague = handler_of(consultation.themes.get(position=2))

    for person in [*factories.everyone_but(consultation.authority, Role.CASE_HANDLER), colleague]:
        with denied():
            write_assessment(theme, text=SAID, by=person)
    write_assessment(theme, text=SAID, by=consultation.responsible)


def test_write_assessment_is_refused_for_who_has_not_seen_what_stands(consultation):
    theme = theme_of(consultation)
    cited = factories.accepted_response(consultation)
    seen = Assessment(theme=theme).digest()
    write_assessment(theme, text="", cited=[cited], seen=seen, by=handler_of(theme))

    with refused("Somebody has saved"):
        write_assessment(theme, text=SAID, seen=seen, by=consultation.responsible)

    seen = theme.assessment.digest()
    write_assessment(theme, text=SAID, seen=seen, by=consultation.responsible)
    assert Assessment.objects.get().text == SAID


@pytest.mark.django_db(transaction=True)
def test_write_assessment_by_two_who_have_seen_the_same_is_done_by_one(consultation):
    theme = theme_of(consultation)
    seen = Assessment(theme=theme).digest()

    results = at_once(
        lambda: write_assessment(theme, text="Hennes.", seen=seen, by=handler_of(theme)),
        lambda: write_assessment(theme, text="Hans.", seen=seen, by=consultation.responsible),
    )

    (written,) = [each for each in results if isinstance(each, Assessment)]
    assert len(told(results)) == 1
    assert Assessment.objects.get().text == written.text


# --- Publishing -------------------------------------------------------------------------


def test_publish_assessment_shows_it_and_records_who(consultation):
    before = PublicState.objects.get(consultation=consultation).version

    assessment = published(consultation)

    assessment = Assessment.objects.published().get(pk=assessment.pk)
    assert assessment.published_by == handler_of(assessment.theme)
    assert assessment.published_at
    assert PublicState.objects.get(consultation=consultation).version > before
    assert News.objects.get(kind=NewsKind.ASSESSED).theme == assessment.theme


def test_publish_assessment_journals_it_with_what_it_cites(consultation):
    theme = theme_of(consultation)
    hidden = factories.accepted_response(consultation, **factories.named("Hemmelig Navn"))
    publish_response(hidden, hide_name=True, by=None)

    assessment = published(consultation, cited=[hidden])

    entry = JournalEntry.objects.get(kind=EntryKind.INTERNAL)
    cited = JournalEntry.objects.get(source=hidden.reference)
    assert entry.source == f"{consultation.source}-assessment-{theme.pk}"
    assert entry.case_file == cited.case_file
    assert entry.title == f"Vurdering av høringssvar – {theme.title}"
    assert entry.keywords == [theme.title]
    assert entry.parties.get().kind == PartyKind.INTERNAL_SENDER
    assert entry.state.case_handler == str(handler_of(theme))
    assert entry.documents.get().format_details == PDF_A
    assert not PreparedDocument.objects.exists()
    page = assessment_page(assessment, [cited])
    assert page.body == SAID
    assert ("Viser til journalpost", cited.identifier) in page.facts
    assert "Hemmelig Navn" not in str(page)
    assert [breach for check in integrity.CHECKS for breach in check()] == []


def test_publish_assessment_is_archived_with_the_case_file(consultation):
    published(consultation)

    conclude_consultation(consultation, by=consultation.created_by)

    assert JournalEntry.objects.get(kind=EntryKind.INTERNAL).state.status == EntryStatus.ARCHIVED


def test_publish_assessment_is_refused_where_its_document_can_not_be_stored(
    consultation, settings, tmp_path
):
    theme = written(consultation)
    (tmp_path / "full").write_text("")
    settings.MEDIA_ROOT = tmp_path / "full"

    with refused("can not be made now"):
        publish_assessment(theme, by=handler_of(theme))


def test_assessments_are_refused_when_the_consultation_is_concluded(consultation):
    theme = written(consultation)
    conclude_consultation(consultation, by=consultation.created_by)

    with refused("case file is closed"):
        publish_assessment(theme, by=consultation.responsible)
    with refused("case file is closed"):
        write_assessment(theme, text="Noe annet", by=consultation.responsible)


def test_publish_assessment_is_refused_when_the_case_file_is_closed(consultation):
    theme = written(consultation)
    close_case_file(theme.consultation.case_file, by=None)

    with refused("is closed"):
        publish_assessment(theme, by=handler_of(theme))


@pytest.mark.parametrize("status", ["published", "opened", "closed"])
def test_publish_assessment_is_refused_before_treatment(status):
    theme = theme_of(factories.consultation_as(status))
    write_assessment(theme, text=SAID, by=handler_of(theme))

    with refused("being treated"):
        publish_assessment(theme, by=handler_of(theme))


def test_publish_assessment_is_refused_where_nothing_is_written(consultation):
    theme = theme_of(factories.closed_for_treatment(consultation))

    with refused("Write"):
        publish_assessment(theme, by=handler_of(theme))


def test_publish_assessment_is_denied_to_everyone_but_the_handler_and_the_official(consultation):
    theme = written(consultation)
    colleague = handler_of(consultation.themes.get(position=2))

    for person in [*factories.everyone_but(consultation.authority, Role.CASE_HANDLER), colleague]:
        with denied():
            publish_assessment(theme, by=person)


@pytest.mark.django_db(transaction=True)
def test_publish_assessment_by_two_at_once_is_done_by_one(consultation):
    theme = written(consultation)

    results = at_once(
        lambda: publish_assessment(theme, by=handler_of(theme)),
        lambda: publish_assessment(theme, by=consultation.responsible),
    )

    assert len(told(results)) == 1
    assert JournalEntry.objects.filter(kind=EntryKind.INTERNAL).count() == 1
    assert News.objects.filter(kind=NewsKind.ASSESSED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_publish_assessment_while_it_is_concluded_is_journaled_or_refused(consultation):
    theme = written(consultation)

    results = at_once(
        lambda: publish_assessment(theme, by=handler_of(theme)),
        lambda: conclude_consultation(consultation, by=consultation.created_by),
    )

    is_published = isinstance(results[0], Assessment)
    assert is_published or "saksmappen er avsluttet" in str(results[0])
    assert Consultation.objects.get(pk=consultation.pk).status == "concluded"
    assert Assessment.objects.published().count() == is_published
    assert JournalEntry.objects.filter(kind=EntryKind.INTERNAL).count() == is_published


# --- What everybody reads ---------------------------------------------------------------


def test_outcome_show_tells_the_assessment_and_links_what_it_cites(client, consultation):
    named = factories.response_shown_as(
        Publication.PUBLISHED, consultation, **factories.named("Nora Prøve")
    )
    hidden = factories.accepted_response(consultation, **factories.named("Hemmelig Navn"))
    publish_response(hidden, hide_name=True, by=None)
    withheld = factories.response_shown_as(
        Publication.WITHHELD, consultation, **factories.named("Unntatt Person")
    )
    pending = factories.accepted_response(consultation, **factories.named("Venter Person"))
    publish_later = [named, hidden, withheld, pending]

    published(consultation, cited=publish_later)
    page = page_of(client, consultation).content.decode()

    assert SAID in page
    assert f'/svar/{named.reference}/">Nora Prøve</a>' in page
    assert f'/svar/{hidden.reference}/">Name withheld</a>' in page
    assert "2 responses that it cites are not public" in page
    for secret in ("Hemmelig Navn", "Unntatt Person", "Venter Person", withheld.reference):
        assert secret not in page
    assert "Themes whose assessment is not ready yet" in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("published", "When the deadline has passed"),
        ("opened", "When the deadline has passed"),
        ("closed", "is reading the responses now"),
        ("treatment_started", "is reading the responses now"),
        ("concluded", "has not published any assessment"),
    ],
)
def test_outcome_show_says_when_to_expect_it(client, status, words):
    consultation = factories.consultation_as(status)

    page = page_of(client, consultation).content.decode()

    assert words in page
    assert consultation.use_of_responses in page


def test_outcome_show_is_404_for_a_draft(client):
    assert page_of(client, factories.drafted_consultation()).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_outcome_show_takes_four_queries(client, consultation, rows, django_assert_num_queries):
    cited = [
        factories.response_shown_as(Publication.PUBLISHED, consultation) for _number in range(rows)
    ]
    published(consultation, cited=cited)

    with django_assert_num_queries(4):  # the consultation, its themes, assessments, citations
        page_of(client, consultation)


def test_outcome_show_is_the_same_for_everybody_and_answered_from_its_etag(client, consultation):
    cited = factories.response_shown_as(Publication.PUBLISHED, consultation)
    assessment = published(consultation, cited=[cited])
    stranger = page_of(client, consultation)
    client.force_login(handler_of(assessment.theme))

    known = page_of(client, consultation)
    address, etag = stranger.request["PATH_INFO"], stranger["ETag"]
    same = client.get(address, headers={"if-none-match": etag})
    withhold_response(cited, ground=PublicationGround.HATEFUL, by=None)
    changed = client.get(address, headers={"if-none-match": etag})

    assert known.content == stranger.content
    assert not known.cookies
    assert same.status_code == 304
    assert cited.reference not in changed.content.decode()
    assert "1 response that it cites is not public" in changed.content.decode()


def used_in(response):
    return Template("{% load assessments %}{% used_in response %}").render(
        Context({"response": response})
    )


def test_used_in_tells_which_assessment_cites_the_response(consultation, django_assert_num_queries):
    cited, other = (factories.accepted_response(consultation) for _number in range(2))
    theme = written(consultation, cited=[cited])
    before = used_in(cited)
    publish_assessment(theme, by=handler_of(theme))

    with django_assert_num_queries(1):
        after = used_in(cited)

    assert before.strip() == ""
    assert f"/hva-det-forte-til/#tema-{theme.slug}" in after
    assert theme.title in after
    assert used_in(other).strip() == ""
