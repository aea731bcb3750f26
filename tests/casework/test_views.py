"""What a case handler sees and does, and how an editor says who handles what."""

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.paging import read_page
from accounts.roles import Role
from archive.models import EntryState
from casework.models import Assignment, AssignmentStatus, Note, ThemeHandler
from tests import factories

pytestmark = pytest.mark.django_db
INBOX = "/en/saksbehandling/"


@pytest.fixture(autouse=True)
def in_english():
    """The words of the code, whatever the catalogues say."""
    with translation.override("en"):
        yield


@pytest.fixture
def handler(client, consultation):
    """The case handler of the first theme, signed in."""
    user = ThemeHandler.objects.get(theme=consultation.themes.first()).handler
    client.force_login(user)
    return user


@pytest.fixture
def colleague(consultation):
    return factories.official(consultation.authority, Role.CASE_HANDLER, name="Kari Kollega")


def address(response, name="assignment-show"):
    return reverse(f"casework:{name}", args=[response.reference])


def current(response):
    return Assignment.objects.current().get(response=response)


def test_inbox_holds_ones_own_oldest_first(client, handler, consultation):
    other_theme = consultation.themes.filter(is_whole=False).last()
    first = factories.accepted_response(consultation, text="Det første.")
    second = factories.accepted_response(consultation, text="Det andre.")
    others = factories.accepted_response(consultation, themes=[other_theme])
    handled = factories.handled_response(consultation)

    page = client.get(INBOX)

    shown = [each.response_id for each in page.context["assignments"]]
    assert shown == [first.pk, second.pk]
    assert {others.pk, handled.pk}.isdisjoint(shown)
    assert page.context["waiting"] == (2, False)
    assert page.context["handled"] == (1, False)
    assert "no-store" in page["Cache-Control"]


def test_inbox_shows_what_is_handled_and_one_theme(client, handler, consultation):
    theme = consultation.themes.filter(is_whole=False).first()
    waiting = factories.accepted_response(consultation)
    handled = factories.handled_response(consultation)
    whole = consultation.themes.get(is_whole=True)

    done = client.get(INBOX, {"show": "handled"})
    narrowed = client.get(INBOX, {"theme": theme.pk})
    elsewhere = client.get(INBOX, {"theme": whole.pk})

    assert [each.response_id for each in done.context["assignments"]] == [handled.pk]
    assert [each.response_id for each in narrowed.context["assignments"]] == [waiting.pk]
    assert elsewhere.context["assignments"] == []


def test_inbox_is_paged_by_key(client, handler, consultation):
    sent = [factories.accepted_response(consultation) for _ in range(3)]
    mine = Assignment.objects.filter(handler=handler)

    first = read_page(mine, "assigned_at", "id", size=2)
    second = client.get(INBOX, {"etter": first.next})

    assert [each.response_id for each in first.rows] == [each.pk for each in sent[:2]]
    assert [each.response_id for each in second.context["assignments"]] == [sent[2].pk]


@pytest.mark.usefixtures("handler")
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("show", ["waiting", "handled"])
def test_inbox_asks_the_database_as_often_however_many(
    client, consultation, number, show, django_assert_num_queries
):
    for _ in range(number):
        factories.accepted_response(consultation)
        factories.handled_response(consultation)

    with django_assert_num_queries(7):
        client.get(INBOX, {"show": show})


@pytest.mark.parametrize("number", [1, 3])
def test_assignment_asks_the_database_as_often_however_many(
    client, handler, consultation, number, django_assert_num_queries
):
    files = [(f"vedlegg{each}.pdf", factories.PDF) for each in range(number)]
    response = factories.accepted_response(consultation, files=files)
    for each in range(number):
        client.post(address(response, "note-write"), {"text": f"Notat {each}"})
    client.get(address(response))

    with django_assert_num_queries(9):
        client.get(address(response))


def test_the_handler_reads_the_original_and_the_documents(client, handler, consultation):
    response = factories.accepted_response(
        consultation, text="Min hele tekst.", files=[("brev.pdf", factories.PDF)]
    )
    document = current(response).entry.documents.first()

    text = client.get(address(response)).content.decode()

    assert "Min hele tekst." in text
    assert current(response).entry.identifier in text
    assert reverse("archive:archived-document-download", args=[document.system_id]) in text
    assert "Vedlegg 1" in text


def test_handle_writes_the_entry_off_and_goes_on(client, handler, consultation):
    response = factories.accepted_response(consultation)
    following = factories.accepted_response(consultation)

    page = client.post(
        address(response, "assignment-handle"), {"write_off": "Besvart på telefon"}, follow=True
    )

    state = EntryState.objects.get(entry=current(response).entry)
    assert current(response).status == AssignmentStatus.HANDLED
    assert state.write_off == "Besvart på telefon"
    assert state.written_off_by.startswith(handler.name)
    assert page.redirect_chain[-1][0] == address(following)
    assert "besvart på telefon" in page.content.decode()


def test_handle_twice_is_refused_in_words(client, handler, consultation):
    response = factories.handled_response(consultation)

    page = client.post(
        address(response, "assignment-handle"),
        {"write_off": "Besvart på telefon"},
        headers={"referer": f"http://testserver{address(response)}"},
        follow=True,
    )

    assert "Handled" in page.content.decode()
    assert current(response).write_off == "Tatt til etterretning"


def test_handle_without_a_known_manner_is_an_error_at_the_field(client, handler, consultation):
    response = factories.accepted_response(consultation)

    page = client.post(address(response, "assignment-handle"), {"write_off": "Kastet"})

    assert page.status_code == 422
    assert current(response).status == AssignmentStatus.ASSIGNED


def test_a_colleague_reads_and_writes_notes_but_does_not_handle(
    client, handler, colleague, consultation
):
    response = factories.accepted_response(consultation)
    client.force_login(colleague)

    shown = client.get(address(response))
    denied = client.post(
        address(response, "assignment-handle"), {"write_off": "Besvart på telefon"}
    )
    client.post(address(response, "note-write"), {"text": "Se også nummer 3."})

    assert "handle" not in shown.context["forms"]
    assert handler.name in shown.content.decode()
    assert denied.status_code == 403
    assert current(response).status == AssignmentStatus.ASSIGNED
    assert Note.objects.get(response=response).written_by == colleague
    assert "Se også nummer 3." in client.get(address(response)).content.decode()


def test_an_empty_note_is_not_saved(client, handler, consultation):
    response = factories.accepted_response(consultation)

    page = client.post(address(response, "note-write"), {"text": "  "})

    assert page.status_code == 422
    assert not Note.objects.exists()


def test_reassign_moves_it_to_the_colleagues_inbox(client, handler, colleague, consultation):
    response = factories.accepted_response(consultation)

    page = client.post(
        address(response, "assignment-reassign"), {"handler": colleague.pk}, follow=True
    )

    assert current(response).handler == colleague
    assert "Kari Kollega" in page.content.decode()
    assert client.get(INBOX).context["assignments"] == []
    client.force_login(colleague)
    assert len(client.get(INBOX).context["assignments"]) == 1


def test_reassign_offers_only_case_handlers_of_the_authority(
    client, handler, colleague, consultation
):
    response = factories.accepted_response(consultation)
    outsider = factories.official(factories.authority(), Role.CASE_HANDLER)
    moderator = factories.moderator_of(consultation)

    offered = client.get(address(response)).context["forms"]["reassign"].fields["handler"].queryset
    page = client.post(address(response, "assignment-reassign"), {"handler": outsider.pk})

    assert colleague in offered
    assert {outsider, moderator, handler}.isdisjoint(offered)
    assert page.status_code == 422
    assert current(response).handler == handler


def test_another_authority_sees_nothing(client, handler, consultation):
    elsewhere = factories.accepted_response()
    here = factories.accepted_response(consultation)

    assert client.get(address(here)).status_code == 200
    for name in ("assignment-handle", "assignment-reassign", "note-write"):
        assert client.post(address(elsewhere, name), {"text": "Hei"}).status_code == 404
    assert client.get(address(elsewhere)).status_code == 404


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.ARCHIVIST])
def test_other_roles_are_denied(client, consultation, role):
    response = factories.accepted_response(consultation)
    client.force_login(factories.official(consultation.authority, role))

    assert client.get(INBOX).status_code == 403
    assert client.get(address(response)).status_code == 403


def test_what_only_changes_is_not_read(client, handler, consultation):
    response = factories.accepted_response(consultation)

    for name in ("assignment-handle", "assignment-reassign", "note-write"):
        assert client.get(address(response, name)).status_code == 405


def handlers_address(consultation):
    return reverse("casework:handlers-edit", args=[consultation.slug])


def test_an_editor_says_who_handles_each_theme(client, consultation, colleague):
    theme, other = consultation.themes.filter(is_whole=False)
    whole = consultation.themes.get(is_whole=True)
    before = ThemeHandler.objects.get(theme=other)
    client.force_login(consultation.created_by)

    shown = client.get(handlers_address(consultation)).content.decode()
    client.post(
        handlers_address(consultation),
        {
            f"theme-{theme.pk}": colleague.pk,
            f"theme-{other.pk}": before.handler_id,
            f"theme-{whole.pk}": "",
        },
    )

    after = ThemeHandler.objects.get(theme=other)
    assert "Ola Ansvarlig" in shown
    assert ThemeHandler.objects.get(theme=theme).handler == colleague
    assert ThemeHandler.objects.get(theme=theme).appointed_by == consultation.created_by
    assert after.appointed_at == before.appointed_at
    assert not ThemeHandler.objects.filter(theme=whole).exists()


def test_only_case_handlers_can_be_chosen_and_only_by_the_editor(client, consultation, handler):
    theme = consultation.themes.filter(is_whole=False).first()
    moderator = factories.moderator_of(consultation)

    denied = client.get(handlers_address(consultation))
    client.force_login(consultation.created_by)
    refused = client.post(handlers_address(consultation), {f"theme-{theme.pk}": moderator.pk})
    client.force_login(factories.official(factories.authority(), Role.EDITOR))
    unseen = client.get(handlers_address(consultation))

    assert (denied.status_code, refused.status_code, unseen.status_code) == (403, 422, 404)
    assert ThemeHandler.objects.get(theme=theme).handler == handler


@pytest.mark.parametrize("themes", [("Fastlege",), ("Fastlege", "Sykehjem", "Legevakt")])
def test_handlers_page_asks_the_database_as_often_however_many(
    client, themes, django_assert_num_queries
):
    consultation = factories.drafted_consultation(themes=themes)
    client.force_login(consultation.created_by)

    with django_assert_num_queries(7):
        client.get(handlers_address(consultation))
