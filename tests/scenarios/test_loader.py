"""The scenarios are played as planned, all or nothing, and leave what the plan says."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Notice, User
from accounts.rules import ActionRefused
from archive.models import CaseFile, JournalEntry
from casework.actions import handle_assignment, reassign_assignment
from casework.models import Assignment, Excerpt, Tag
from config.figures import figures
from config.integrity import CHECKS
from consultations.models import Consultation, Publication, Response, ResponseStatus
from moderation.models import CampaignGroup, Decision
from scenarios import loader
from scenarios.people import PASSWORD, logins
from scenarios.register import SCENARIOS

pytestmark = pytest.mark.django_db

HEALTH = "fremtidens-helsetjeneste"
SCHOOL = "trygg-og-aktiv-skolevei"
FIRST = 16  # submissions of the large scenario: enough for one of most kinds


def beginning_of(name):
    """The plan, with the first of its submissions alone."""
    plan = SCENARIOS[name]()
    return replace(plan, submissions=plan.submissions[:FIRST])


def outcomes(plan):
    return {response.key: response.decision.outcome.value for response in plan.responses}


@pytest.fixture
def plan():
    return beginning_of(HEALTH)


def test_load_leaves_what_the_plan_says(plan):
    consultation = loader.load(plan)

    numbers = figures(consultation)
    planned = list(outcomes(plan).values())
    assert consultation.status == "treatment_started"
    assert numbers["accepted"]["responses"] == planned.count("accepted")
    assert numbers["by_status"].get("rejected", 0) == planned.count("rejected")
    assert numbers["journal_entries"]["incoming"] == planned.count("accepted")
    assert numbers["assignments"]["current"] == planned.count("accepted")
    assert numbers["by_publication"].keys() <= {"published", "redacted", "withheld"}


def test_load_moves_the_clock(plan):
    consultation = loader.load(plan)

    first = JournalEntry.objects.get(position=1)
    assert first.journaled_on.isoformat() == "2010-10-18"
    assert first.source == f"{consultation.source}-letter"
    received = Response.objects.order_by("received_at").values_list("received_at", flat=True)
    assert list(received) == sorted(
        each.received_at for each in plan.submissions for _response in each.responses
    )
    assert timezone.now().year > 2020


def test_load_handles_what_is_handled_by_then(plan):
    loader.load(plan)

    handled = [
        response
        for response in plan.responses
        if response.treatment and response.treatment.handled_at <= plan.consultation.halfway_at
    ]
    assert Assignment.objects.filter(status="handled").count() == len(handled) > 0
    assert Tag.objects.exists()
    assert Excerpt.objects.exists()


def test_load_writes_to_nobody(plan, mailoutbox):
    loader.load(plan)

    assert mailoutbox == []
    assert Notice.objects.exists()
    assert not Notice.objects.filter(sent_at=None).exists()


def test_load_keeps_the_invariants(plan):
    loader.load(plan)

    assert [breach for check in CHECKS for breach in check()] == []


def test_load_to_the_end_concludes_and_closes(plan):
    consultation = loader.load(plan, concluded=True)

    assert consultation.status == "concluded"
    assert CaseFile.objects.get().status == "Avsluttet"
    assert not Assignment.objects.to_be_handled().exists()
    assert [breach for check in CHECKS for breach in check()] == []


def test_load_goes_on_to_the_end_later(plan):
    loader.load(plan)
    before = Response.objects.count()

    consultation = loader.load(plan, concluded=True)

    assert consultation.status == "concluded"
    assert Response.objects.count() == before


def test_load_goes_on_past_what_people_have_done_since():
    plan = SCENARIOS[HEALTH]()
    plan = replace(plan, submissions=plan.submissions[-FIRST:])
    loader.load(plan)
    handled, given_away = Assignment.objects.to_be_handled()[:2]
    handle_assignment(handled, by=handled.handler)
    others = User.objects.holding("case_handler", handled.entry.authority)
    other = others.exclude(pk=given_away.handler_id).first()
    reassign_assignment(given_away, other, by=other)

    consultation = loader.load(plan, concluded=True)

    assert consultation.status == "concluded"
    assert Assignment.objects.get(response=given_away.response, status="handled").handler == other


def test_load_is_all_or_nothing(plan):
    def power_cut(done, total):
        if done == total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loader.load(plan, progress=power_cut)

    assert not Consultation.objects.exists()
    assert not JournalEntry.objects.exists()
    assert not User.objects.exists()


def test_load_of_the_open_consultation_leaves_something_to_do():
    consultation = loader.load(SCENARIOS[SCHOOL]())

    waiting = consultation.responses.awaiting_moderation()
    assert consultation.is_open
    assert 41 <= (consultation.deadline_at - timezone.now()).days <= 42
    assert waiting.filter(status=ResponseStatus.RECEIVED, screening__isnull=False).count() == 6
    assert Response.objects.filter(publication=Publication.REDACTED).exists()
    assert Decision.objects.filter(outcome="rejected").count() == 2
    assert Assignment.objects.filter(status="handled").exists()


def test_load_of_an_open_consultation_has_no_end():
    with pytest.raises(ActionRefused, match="no end"):
        loader.load(SCENARIOS[SCHOOL](), concluded=True)


def test_log_ins_work_and_have_their_roles(plan):
    consultation = loader.load(plan)

    for label, email, password in logins(SCENARIOS[HEALTH]())[:6]:
        user = User.objects.get(email=email)
        assert password == PASSWORD
        assert user.check_password(password), label
        assert user.roles[consultation.authority_id]


def test_log_ins_of_a_real_installation_have_no_password(plan, settings):
    settings.IS_DEMO = False

    loader.load(plan)

    assert not any(user.has_usable_password() for user in User.objects.all())


def test_campaigns_are_grouped():
    plan = SCENARIOS[HEALTH]()
    campaign = next(each.campaign for each in plan.submissions if each.campaign)
    members = [each for each in plan.submissions if each.campaign == campaign][:6]

    loader.load(replace(plan, submissions=tuple(members)))

    sizes = [group.screenings.count() for group in CampaignGroup.objects.all()]
    assert max(sizes) == len(members)


def test_command_loads_once_and_refuses_what_has_no_end(capsys):
    call_command("load_scenario", SCHOOL)
    before = Response.objects.count()

    call_command("load_scenario", SCHOOL)

    assert "loaded already" in capsys.readouterr().out
    assert Response.objects.count() == before
    with pytest.raises(CommandError, match="has no end"):
        call_command("load_scenario", SCHOOL, "--concluded")
