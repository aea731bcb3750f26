"""The scenarios are played as planned, all or nothing, and leave what the plan says."""

from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Notice, User
from accounts.roles import Role
from accounts.rules import ActionRefused
from archive.actions import StoredCopy, settle_conversion
from archive.files import store_file
from archive.formats import UTF_8
from archive.models import ArchivedDocument, CaseFile, Conversion, JournalEntry
from casework.actions import handle_assignment, reassign_assignment
from casework.models import Assignment
from config.integrity import CHECKS
from consultations.models import (
    Consultation,
    DiscussionPost,
    Document,
    Publication,
    Response,
    ResponseStatus,
)
from moderation.models import CampaignGroup, Decision
from scenarios import loader
from scenarios.paper import asked, plain
from scenarios.register import SCENARIOS
from tests.scenarios.plans import HEALTH, SCHOOL, beginning_of

pytestmark = [pytest.mark.django_db, pytest.mark.scenario]


@pytest.fixture
def plan():
    return beginning_of(HEALTH, 4)


def test_load_writes_to_nobody(plan, mailoutbox):
    loader.load(plan)

    assert mailoutbox == []
    assert Notice.objects.exists()
    assert not Notice.objects.filter(sent_at=None).exists()


def test_load_to_the_end_concludes_and_closes(plan):
    consultation = loader.load(plan, concluded=True)

    assert consultation.status == "concluded"
    assert CaseFile.objects.get().status == "Avsluttet"
    assert not Assignment.objects.to_be_handled().exists()
    assert [breach for check in CHECKS for breach in check()] == []


def test_load_to_the_end_settles_what_was_not_converted():
    plan = SCENARIOS[HEALTH]()
    with_files = [each for each in plan.submissions if each.attachments]
    loader.load(replace(plan, submissions=with_files[:4]), concluded=True)

    assert Conversion.objects.exists()
    assert not Conversion.objects.unsettled().exists()
    assert CaseFile.objects.get().status == "Avsluttet"


def test_load_goes_on_to_the_end_later(plan):
    loader.load(plan)
    before = Response.objects.count()

    consultation = loader.load(plan, concluded=True)

    assert consultation.status == "concluded"
    assert Response.objects.count() == before


def test_load_goes_on_past_what_people_have_done_since():
    plan = SCENARIOS[HEALTH]()
    plan = replace(plan, submissions=plan.submissions[-4:])
    loader.load(plan)
    handled, given_away = Assignment.objects.to_be_handled()[:2]
    handle_assignment(handled, by=handled.handler)
    others = User.objects.holding("case_handler", handled.entry.authority)
    other = others.exclude(pk=given_away.handler_id).first()
    reassign_assignment(given_away, other, by=other)

    consultation = loader.load(plan, concluded=True)

    assert consultation.status == "concluded"
    assert Assignment.objects.get(response=given_away.response, status="handled").handler == other


def test_load_concludes_after_what_was_converted_since():
    plan = SCENARIOS[HEALTH]()
    with_files = [each for each in plan.submissions if each.attachments]
    plan = replace(plan, submissions=with_files[:4])
    loader.load(plan)
    waiting = Conversion.objects.unsettled().first()
    settle_conversion(
        waiting,
        "Skrevet ut på nytt.",
        copy=StoredCopy(store_file(ContentFile(b"tekst"), "txt"), "txt", UTF_8),
        by=User.objects.holding(Role.ARCHIVIST, waiting.document.entry.authority).first(),
    )

    loader.load(plan, concluded=True)

    last = ArchivedDocument.objects.latest("created_at").created_at
    assert timezone.now() - last < timedelta(hours=1)
    assert CaseFile.objects.get().closed_at >= last


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


def test_load_lays_out_the_consultation_paper_and_journals_it_with_the_letter():
    plan = beginning_of(SCHOOL, 1)

    consultation = loader.load(plan)

    laid_out = consultation.documents.get()
    letter = JournalEntry.objects.get(position=1)
    kept = letter.documents.get(sha256=laid_out.sha256)
    assert laid_out.kind == Document.Kind.PAPER
    assert not Conversion.objects.filter(document=kept).exists()
    with default_storage.open(laid_out.path) as file, pikepdf.open(file) as pdf:
        assert pdf.open_metadata().pdfa_status == "2A"
    for theme in plan.consultation.themes:
        said = [*plain(theme.introduction), asked(theme)]
        assert theme.questions[-1] in said[-1]
        assert not [each for each in said if not each or "<" in each]


def test_load_of_an_open_consultation_has_no_end():
    with pytest.raises(ActionRefused, match="no end"):
        loader.load(SCENARIOS[SCHOOL](), concluded=True)


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


def test_command_goes_on_to_the_end_and_stops_there(plan, monkeypatch, capsys):
    monkeypatch.setitem(SCENARIOS, HEALTH, lambda: plan)
    call_command("load_scenario", HEALTH)

    call_command("load_scenario", HEALTH, "--concluded")
    consultation = Consultation.objects.get()
    call_command("load_scenario", HEALTH, "--concluded")
    call_command("load_scenario", HEALTH)

    assert consultation.status == "concluded"
    played, again, without_end = capsys.readouterr().out.splitlines()[-3:]
    assert "was played" in played
    assert again == f"{HEALTH} is loaded already, to its end."
    assert without_end == f"{HEALTH} is loaded already."


def test_load_plays_the_discussion():
    plan = beginning_of(SCHOOL, 1)

    consultation = loader.load(plan)

    posts = DiscussionPost.objects.of_consultation(consultation)
    assert posts.count() == len(plan.posts)
    assert posts.waiting().count() == sum(not post.decided_at for post in plan.posts)
    assert posts.get(status="removed").reports.get().settled_at
    assert posts.filter(is_of_authority=True).exists()
    assert posts.visible().exclude(nickname="").exists()
    assert posts.threads().count() == sum(not post.replies_to for post in plan.posts)
    assert {(post.author.name, post.created_at) for post in posts if not post.is_of_authority} == {
        (post.author, post.at) for post in plan.posts if " " in post.author
    }
    assert [breach for check in CHECKS for breach in check()] == []
