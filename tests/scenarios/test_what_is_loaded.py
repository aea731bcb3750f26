"""The large scenario's beginning, played once and looked at from many sides."""

import pytest
from django.utils import timezone

from accounts.models import User
from archive.models import JournalEntry
from casework.models import Assignment, Excerpt, Tag
from config.figures import figures
from config.integrity import CHECKS
from consultations.models import Consultation, Response
from scenarios import loader
from scenarios.people import PASSWORD, logins
from tests.scenarios.plans import HEALTH, beginning_of

pytestmark = [pytest.mark.django_db, pytest.mark.scenario, pytest.mark.xdist_group("loaded")]


@pytest.fixture(scope="module")
def plan():
    return beginning_of(HEALTH, 16)  # enough for one of most kinds


@pytest.fixture(scope="module")
def loaded(shared, plan):
    return loader.load(plan).pk


@pytest.fixture
def consultation(db, loaded):
    return Consultation.objects.get(pk=loaded)


def test_it_is_what_the_plan_says(plan, consultation):
    numbers = figures(consultation)

    planned = [response.decision.outcome.value for response in plan.responses]
    assert consultation.status == "treatment_started"
    assert numbers["accepted"]["responses"] == planned.count("accepted")
    assert numbers["by_status"].get("rejected", 0) == planned.count("rejected")
    assert numbers["journal_entries"]["incoming"] == planned.count("accepted")
    assert numbers["assignments"]["current"] == planned.count("accepted")
    assert numbers["by_publication"].keys() <= {"published", "redacted", "withheld"}


def test_the_clock_was_moved(plan, consultation):
    first = JournalEntry.objects.get(position=1)
    assert first.journaled_on.isoformat() == "2010-10-18"
    assert first.source == f"{consultation.source}-letter"
    received = Response.objects.order_by("received_at").values_list("received_at", flat=True)
    assert list(received) == sorted(
        each.received_at for each in plan.submissions for _response in each.responses
    )
    assert timezone.now().year > 2020


@pytest.mark.usefixtures("loaded")
def test_what_is_handled_by_then_is_handled(plan):
    handled = [
        response
        for response in plan.responses
        if response.treatment and response.treatment.handled_at <= plan.consultation.halfway_at
    ]
    assert Assignment.objects.filter(status="handled").count() == len(handled) > 0
    assert Tag.objects.exists()
    assert Excerpt.objects.exists()


@pytest.mark.usefixtures("loaded")
def test_the_invariants_hold():
    assert [breach for check in CHECKS for breach in check()] == []


def test_log_ins_work_and_have_their_roles(plan, consultation):
    officials = logins(plan)[:7]
    assert [label for label, _email, _password in officials].count("Arkivar") == 2
    for label, email, password in officials:
        user = User.objects.get(email=email)
        assert password == PASSWORD
        assert user.check_password(password), label
        assert user.roles[consultation.authority_id]
