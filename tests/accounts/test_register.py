"""What Enhetsregisteret says is taken over, and nobody waits for it."""

import time

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.abuse import LIMITS
from accounts.actions import confirm_organisation
from accounts.models import Organisation, OrganisationKind
from accounts.register import Found, RegisterUnreachable, look_up
from accounts.tasks import confirm_organisations
from consultations.models import Acceptance, DailyTally, PublicState, Response, SenderKind
from consultations.tasks import classify_senders
from moderation.actions import publish_response
from tests import factories
from tests.enhetsregisteret import (
    ASSOCIATION,
    BANKRUPT,
    CHURCH,
    DELETED,
    DIRECTORATE,
    REMOVED,
    enhetsregisteret,
)

NUMBER = "organisasjonsnummer"
UNKNOWN = "974652277"


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def register(settings):
    with enhetsregisteret() as register:
        settings.ENHETSREGISTERET_URL = register.url
        yield register


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        (DIRECTORATE, OrganisationKind.PUBLIC_BODY),
        (ASSOCIATION, OrganisationKind.NGO),
        (BANKRUPT, OrganisationKind.BUSINESS),
        (CHURCH, OrganisationKind.OTHER),
    ],
)
def test_an_organisation_is_found_with_its_kind(register, unit, kind):
    found = look_up(unit[NUMBER])

    assert found == Found(unit[NUMBER], unit["navn"], kind, False, unit is BANKRUPT)


def test_a_number_may_be_typed_in_groups(register):
    assert look_up("974 760 673").number == ASSOCIATION[NUMBER]


def test_a_deleted_organisation_is_told_apart(register):
    found = look_up(DELETED[NUMBER])

    assert (found.name, found.is_deleted) == ("BORTE AS", True)


@pytest.mark.parametrize("number", [UNKNOWN, REMOVED])
def test_what_the_register_does_not_have_is_nothing(register, number):
    assert look_up(number) is None
    assert register.asked == [number]


@pytest.mark.parametrize("number", ["", "974760674", "12", "../../x", "974760673/roller"])
def test_what_is_no_number_is_not_asked_for(register, number):
    assert look_up(number) is None
    assert register.asked == []


@pytest.mark.parametrize(
    "instead",
    [
        (500, b""),
        (503, b"<html>down</html>"),
        (302, b""),
        (200, b""),
        (200, b"<html>maintenance</html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"navn": null, "organisasjonsnummer": "974760673"}'),
        (200, b'{"navn": "A", "organisasjonsnummer": "974760673"}'),
        (200, b'{"navn": "A", "organisasjonsnummer": "889640782", "organisasjonsform": {}}'),
        (200, b'{"navn": "' + b"A" * 200_000 + b'"}'),
    ],
)
def test_nonsense_is_as_if_the_register_were_down(register, instead):
    register.instead = instead

    with pytest.raises(RegisterUnreachable):
        look_up(ASSOCIATION[NUMBER])


def test_nobody_waits_for_a_register_that_hangs(register):
    register.pause = 6
    started = time.monotonic()

    with pytest.raises(RegisterUnreachable):
        look_up(ASSOCIATION[NUMBER])

    assert time.monotonic() - started < 5


def test_the_register_is_off_unless_it_is_set():
    with pytest.raises(RegisterUnreachable):
        look_up(ASSOCIATION[NUMBER])


@pytest.mark.django_db
def test_the_sweep_confirms_organisations(register):
    typed = factories.organisation("Prøveforbundet", organisation_number=ASSOCIATION[NUMBER])
    misspelt = factories.organisation("Digdir", organisation_number=DIRECTORATE[NUMBER])
    deleted = factories.organisation("Borte", organisation_number=DELETED[NUMBER])
    unknown = factories.organisation("Ukjent", organisation_number=UNKNOWN)
    numberless = factories.organisation("Uten nummer")

    confirm_organisations()

    for each in (typed, misspelt, deleted, unknown, numberless):
        each.refresh_from_db()
    assert (typed.name, typed.kind) == ("Prøveforbundet", OrganisationKind.NGO)
    assert misspelt.name == "DIGITALISERINGSDIREKTORATET"
    assert typed.registered_at
    assert misspelt.registered_at
    assert [each.registered_at for each in (deleted, unknown, numberless)] == [None] * 3
    assert typed.history.count() == 2


@pytest.mark.django_db
def test_the_sweep_asks_no_more_when_the_register_is_down(register):
    factories.organisation("En", organisation_number=ASSOCIATION[NUMBER])
    factories.organisation("To", organisation_number=DIRECTORATE[NUMBER])
    register.instead = (503, b"")

    confirm_organisations()

    assert len(register.asked) == 1
    assert not Organisation.objects.exclude(registered_at=None).exists()


@pytest.mark.django_db
def test_an_organisation_is_not_confirmed_by_what_was_found_under_another_number(register):
    organisation = factories.organisation("En", organisation_number=ASSOCIATION[NUMBER])

    confirm_organisation(organisation, look_up(DIRECTORATE[NUMBER]))

    organisation.refresh_from_db()
    assert (organisation.name, organisation.registered_at) == ("En", None)


def answered_by(number, **fields):
    """An accepted and published response of an organisation that typed this number."""
    consultation = factories.open_for_answers(acceptance=Acceptance.BY_MODERATOR)
    sender = {
        "sender_kind": SenderKind.ORGANISATION,
        "name": "Ada Prøve",
        "email": "ada@prove.example",
        "organisation_name": "Prøveforbundet",
        "organisation_number": number,
    }
    response = factories.accepted_response(consultation, **sender | fields)
    publish_response(response, by=None)
    return Response.objects.get(pk=response.pk)


def tallies(response):
    tallies = DailyTally.objects.filter(theme=response.theme, accepted__gt=0)
    return list(tallies.values_list("sender_group", "accepted"))


@pytest.mark.django_db
def test_an_answer_is_classified_when_the_register_is_back(register):
    response = answered_by(ASSOCIATION[NUMBER])
    version = PublicState.objects.get(consultation=response.consultation).version
    before = (response.sender_group, tallies(response))
    register.instead = (503, b"")
    classify_senders()
    still = Response.objects.get(pk=response.pk).sender_group
    register.instead = None

    classify_senders()

    response = Response.objects.get(pk=response.pk)
    assert before == ("other", [("other", 1)])
    assert still == "other"
    assert response.sender_group == "ngo"
    assert response.submission.organisation_kind == OrganisationKind.NGO
    assert response.submission.organisation_name == "Prøveforbundet"
    assert tallies(response) == [("ngo", 1)]
    assert PublicState.objects.get(consultation=response.consultation).version > version


@pytest.mark.django_db
def test_a_number_that_nobody_has_is_asked_for_once(register):
    response = answered_by(UNKNOWN)

    classify_senders()
    classify_senders()

    assert register.asked == [UNKNOWN]
    assert Response.objects.get(pk=response.pk).sender_group == "other"


@pytest.mark.django_db
def test_answers_follow_an_organisation_that_is_confirmed_later(register):
    organisation = factories.organisation("Digdir", organisation_number=DIRECTORATE[NUMBER])
    response = answered_by("", organisation=organisation)

    confirm_organisations()
    classify_senders()

    assert Response.objects.get(pk=response.pk).sender_group == "public_body"
    assert tallies(response) == [("public_body", 1)]


def told(client, number):
    return client.get(reverse("accounts:organisation-look-up"), {"number": number})


@pytest.mark.django_db
def test_the_form_is_told_the_name(client, register):
    page = told(client, ASSOCIATION[NUMBER])

    assert page.json() == {
        "name": "PRØVEFORBUNDET",
        "kind": "ngo",
        "message": "Found in Enhetsregisteret: PRØVEFORBUNDET.",
    }
    assert "no-store" in page["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (DELETED[NUMBER], "deleted"),
        (BANKRUPT[NUMBER], "bankrupt"),
        (UNKNOWN, "No organisation has this number"),
        ("1", "Check the nine digits"),
    ],
)
def test_the_form_is_told_what_is_wrong(client, register, number, said):
    assert said in told(client, number).json()["message"]


@pytest.mark.django_db
def test_the_form_goes_on_without_the_register(client):
    page = told(client, ASSOCIATION[NUMBER])

    assert page.status_code == 200
    assert page.json()["name"] == ""
    assert "Write the name yourself" in page.json()["message"]


@pytest.mark.django_db
def test_the_look_up_is_no_way_to_flood_the_register(client, register, monkeypatch):
    monkeypatch.setitem(LIMITS, "look-up", 2)

    statuses = [told(client, UNKNOWN).status_code for _each in range(3)]

    assert statuses == [200, 200, 429]
    assert len(register.asked) == 2
