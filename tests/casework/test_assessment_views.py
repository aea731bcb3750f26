"""The page where an assessment is written and published."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from casework.actions import write_assessment
from casework.models import Assessment
from consultations.actions import conclude_consultation
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
SAID = "Vi følger rådet fra dem som svarte."


@pytest.fixture
def theme(consultation):
    return consultation.themes.get(position=1)


@pytest.fixture
def handler(client, theme):
    """The case handler of the theme, signed in."""
    client.force_login(theme.theme_handler.handler)
    return theme.theme_handler.handler


def address(theme, name="assessment-write"):
    return reverse(f"casework:{name}", args=[theme.consultation.slug, theme.slug])


def posted(client, theme, text=SAID, cited="", seen=None):
    if seen is None:
        seen = client.get(address(theme)).context["form"].initial["seen"]
    return client.post(address(theme), {"text": text, "cited": cited, "seen": seen})


def test_the_list_holds_the_themes_that_are_ones_own(client, handler, theme, consultation):
    factories.open_for_answers()
    mine = client.get(reverse("casework:assessment-list")).context["themes"]
    client.force_login(consultation.responsible)
    in_charge = client.get(reverse("casework:assessment-list")).context["themes"]

    assert list(mine) == [theme]
    assert set(in_charge) == set(consultation.themes.all())


def test_what_is_written_cites_and_is_read_by_everybody_when_it_is_published(
    client, handler, theme, consultation
):
    first = factories.accepted_response(consultation)
    second = factories.accepted_response(consultation)
    factories.closed_for_treatment(consultation)
    outcome = reverse("casework:outcome-show", args=[consultation.slug])

    page = posted(client, theme, cited=f"{first.reference.lower()}, {second.reference}\n")

    assert page["Location"] == address(theme)
    assert set(theme.assessment.cited.all()) == {first, second}
    assert SAID not in client.get(outcome).content.decode()

    page = client.post(address(theme, "assessment-publish"), follow=True)

    assert "It stands, and can not be changed." in page.content.decode()
    assert SAID in client.get(outcome).content.decode()
    assert Assessment.objects.get().published_by == handler


@pytest.mark.parametrize("status", ["received", "rejected"])
def test_only_what_is_in_the_case_can_be_cited_and_nothing_typed_is_lost(
    client, handler, theme, consultation, status
):
    outside = factories.response_as(status, consultation)

    page = posted(client, theme, cited=f"{outside.reference} finnes-ikke")

    text = page.content.decode()
    assert page.status_code == 422
    assert f"consultation: {', '.join(sorted([outside.reference, 'FINNES-IKKE']))}" in text
    assert SAID in text
    assert not Assessment.objects.exists()


def test_who_has_not_seen_what_a_colleague_saved_does_not_write_over_it(
    client, handler, theme, consultation
):
    seen = client.get(address(theme)).context["form"].initial["seen"]
    write_assessment(theme, text="Skrevet av den ansvarlige.", by=consultation.responsible)

    page = posted(client, theme, seen=seen)

    text = page.content.decode()
    assert page.status_code == 422
    assert "Skrevet av den ansvarlige." in text
    assert SAID in text
    assert Assessment.objects.get().text == "Skrevet av den ansvarlige."

    both = posted(client, theme, seen=page.context["form"]["seen"].value())

    assert both.status_code == 302
    assert Assessment.objects.get().text == SAID


def test_publishing_waits_for_the_treatment_and_for_a_text(client, handler, theme, consultation):
    posted(client, theme)
    assert not client.get(address(theme)).context["can_publish"]

    referer = {"referer": f"http://testserver{address(theme)}"}
    page = client.post(address(theme, "assessment-publish"), headers=referer, follow=True)

    assert "while the responses are being treated" in page.content.decode()
    assert Assessment.objects.get().published_at is None


def test_when_it_is_concluded_what_is_saved_is_read_and_no_more(
    client, handler, theme, consultation
):
    posted(client, theme)
    factories.closed_for_treatment(consultation)
    conclude_consultation(consultation, by=consultation.created_by)

    page = client.get(address(theme)).content.decode()

    assert "can be written or published any more" in page
    assert SAID in page
    assert "<textarea" not in page


def test_a_colleague_may_not_and_another_authority_finds_nothing(client, theme, consultation):
    colleague = factories.official(consultation.authority, Role.CASE_HANDLER)
    for person, status in (
        (colleague, 403),
        (factories.official(factories.authority("En annen etat"), Role.CASE_HANDLER), 404),
    ):
        client.force_login(person)

        assert client.get(address(theme)).status_code == status
        assert client.post(address(theme), {"text": SAID}).status_code == status
        assert client.post(address(theme, "assessment-publish")).status_code == status
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_take_a_fixed_number_of_queries(
    client, handler, theme, rows, django_assert_num_queries
):
    cited = [factories.accepted_response(theme.consultation) for _number in range(rows)]
    write_assessment(theme, text=SAID, cited=cited, by=handler)

    with django_assert_num_queries(6):
        client.get(address(theme))
    with django_assert_num_queries(4):
        client.get(reverse("casework:assessment-list"))
