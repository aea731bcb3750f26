"""The plans are exact, the same every time, and made of what they say they are made of."""

import os
import re
import statistics
import subprocess
import sys
import time
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import combinations, pairwise

import pikepdf
import puremagic
import pytest
from stdnum.no import fodselsnummer, orgnr

from scenarios.aktiv_skolevei.plan import make_plan as make_open_plan
from scenarios.fremtidens_helsetjeneste.plan import make_plan
from scenarios.fremtidens_helsetjeneste.source import read_source
from scenarios.names import PLACES
from scenarios.plan import (
    Channel,
    LegalGround,
    Outcome,
    Publication,
    RejectionGround,
    Role,
    SenderKind,
)

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
MODULES_THAT_NEED_NO_DJANGO = """
import sys
from scenarios.fremtidens_helsetjeneste.plan import make_plan
print(make_plan().digest, "django" in sys.modules)
"""
SUFFIXES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


@pytest.fixture(scope="module")
def plan():
    return make_plan()


@pytest.fixture(scope="module")
def accepted(plan):
    """Each accepted response with its submission."""
    return [
        (submission, response)
        for submission in plan.submissions
        for response in submission.responses
        if response.decision.outcome is Outcome.ACCEPTED
    ]


@pytest.fixture(scope="module", params=["main", "open"])
def either_plan(request, plan):
    return plan if request.param == "main" else make_open_plan(NOW)


def digest_in_fresh_interpreter(hash_seed):
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", MODULES_THAT_NEED_NO_DJANGO]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def shingles(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[place : place + 3]) for place in range(len(words) - 2)}


def likeness(one, other):
    return len(one & other) / len(one | other)


def test_plan_is_the_same_in_two_interpreters_without_django(plan):
    digests = [digest_in_fresh_interpreter(seed) for seed in ("0", "4711")]

    assert digests == [[plan.digest, "False"]] * 2


def test_plan_is_made_within_two_seconds():
    make_plan.cache_clear()
    read_source.cache_clear()
    started = time.process_time()

    make_plan()

    assert time.process_time() - started < 2


def test_plan_has_the_figures_of_the_real_consultation(accepted):
    senders = {submission.sender.key: submission.sender for submission, _ in accepted}
    kinds = Counter(sender.kind for sender in senders.values())

    assert len(accepted) == 1671
    assert kinds == {SenderKind.PERSON: 385, SenderKind.ORGANISATION: 312}


def test_every_sender_is_somebody_else(plan):
    senders = plan.senders

    assert len({each.name for each in senders}) == len(senders)
    assert len({each.email for each in senders}) == len(senders)
    assert all(each.email.endswith(".example") for each in senders)


def test_people_and_organisations_to_log_in_as_have_answered(accepted):
    answered = {submission.sender.email for submission, _ in accepted}

    assert {"borger@demo.example", "organisasjon@demo.example"} <= answered


def test_every_theme_has_its_own_case_handler(plan):
    handlers = {each.key for each in plan.officials if each.role is Role.CASE_HANDLER}
    roles = Counter(each.role for each in plan.officials)

    assert len(plan.consultation.themes) == 8
    assert {theme.handler for theme in plan.consultation.themes} == handlers
    assert roles[Role.CASE_HANDLER] == 8
    assert roles[Role.MODERATOR] == 2
    assert all(roles[role] for role in Role)


def test_introductions_can_be_read_and_answered(plan):
    for theme in plan.consultation.themes:
        words = re.sub("<[^>]+>", " ", theme.introduction).split()

        assert 300 <= len(words) <= 600
        assert 2 <= theme.introduction.count("<h2>") <= 3
        assert 2 <= len(theme.questions) <= 4
        assert 3 <= len(theme.tags) <= 5


def test_themes_are_answered_unevenly_and_all_of_them(plan, accepted):
    counts = Counter(response.theme for _, response in accepted)

    assert set(counts) == {theme.slug for theme in plan.consultation.themes} | {None}
    assert counts.most_common()[0][1] > 3 * counts.most_common()[-1][1]


def test_sender_answers_a_theme_once(accepted):
    answered = Counter((submission.sender.key, response.theme) for submission, response in accepted)

    assert max(answered.values()) == 1


def test_lengths_are_log_normal_around_1500(accepted):
    lengths = [len(response.text) for _, response in accepted]

    assert 1400 <= statistics.median(lengths) <= 1600
    assert 1.2 * statistics.median(lengths) < statistics.mean(lengths)
    assert min(lengths) >= 80
    assert 10_000 < max(lengths) <= 15_000


def test_texts_are_varied_and_complete(accepted):
    sentences = {
        kind: {
            sentence
            for submission, response in accepted
            if submission.sender.kind is kind
            for sentence in re.split(r"(?<=[.!?]) |\n\n", response.text)
        }
        for kind in (SenderKind.PERSON, SenderKind.ORGANISATION)
    }
    leftovers = [text for _, text in accepted if re.search(r"[\[\]{}|‹›]", text.text)]

    assert len(sentences[SenderKind.PERSON]) > 2000
    assert len(sentences[SenderKind.ORGANISATION]) > 2000
    assert leftovers == []


def test_campaigns_are_near_identical_and_others_are_not(accepted):
    texts = {}
    for submission, response in accepted:
        texts.setdefault((submission.campaign, response.theme), []).append(shingles(response.text))

    campaigns = {key: value for key, value in texts.items() if key[0]}
    assert sorted(len(each) for each in campaigns.values()) == [25, 40]
    for each in campaigns.values():
        assert min(likeness(*pair) for pair in combinations(each, 2)) > 0.8
    beside = texts[None, "sykehus-og-akutt-hjelp"]
    assert max(likeness(*pair) for pair in combinations(beside, 2)) < 0.8


def test_submissions_stand_in_order_and_arrive_mostly_at_the_end(plan):
    consultation = plan.consultation
    moments = [each.received_at for each in plan.submissions]
    last_week = [
        each
        for each in moments
        if consultation.deadline_at - timedelta(days=7) < each <= consultation.deadline_at
    ]
    at_night = [each for each in moments if each.hour < 5]

    assert moments == sorted(moments)
    assert min(moments) >= consultation.opens_at
    assert len(last_week) > 0.25 * len(moments)
    assert len(at_night) < 0.03 * len(moments)


def test_late_submissions_are_a_handful(plan, accepted):
    late = [each for each, _ in accepted if each.received_at > plan.consultation.deadline_at]

    assert len(late) == 8
    assert Counter(each.channel for each in late) == {Channel.WEB: 3, Channel.LETTER: 5}


def test_letters_have_a_date_and_the_letter_itself(plan):
    letters = [each for each in plan.submissions if each.channel is Channel.LETTER]

    assert len(letters) > 10
    assert all(each.dated < each.received_at.date() for each in letters)
    assert all(each.attachments[0].filename.endswith(".pdf") for each in letters)


def test_some_write_nynorsk_some_withhold_their_name_and_some_withdraw(plan):
    nynorsk = [each for each in plan.submissions if each.language == "nn"]
    hidden = [each for each in plan.submissions if each.hide_name and each.hide_name_reason]
    withdrawn = [each for each in plan.submissions if each.withdrawn_at]

    assert len(nynorsk) == 14
    assert len(hidden) == 10
    assert len(withdrawn) == 6
    for submission in withdrawn:
        assert submission.withdrawn_at > submission.received_at
        assert {each.decision.outcome for each in submission.responses} == {Outcome.WITHDRAWN}


def test_attachments_are_what_they_say(plan):
    sent = [each for each in plan.submissions if each.attachments]
    kinds = Counter()
    for attachment in (attachment for each in sent for attachment in each.attachments):
        kinds[attachment.content_type] += 1
        if attachment.content_type == "text/plain":
            assert attachment.content.decode().startswith("Høringssvar fra ")
            continue
        suffix = SUFFIXES[attachment.content_type]
        assert attachment.filename.endswith(suffix)
        assert puremagic.from_string(attachment.content, filename=attachment.filename) == suffix
        if suffix == ".docx":
            with zipfile.ZipFile(BytesIO(attachment.content)) as package:
                assert package.testzip() is None
        if suffix == ".pdf":
            with pikepdf.open(BytesIO(attachment.content)) as document:
                assert document.check_pdf_syntax() == []

    assert 0.06 < len(sent) / len(plan.submissions) < 0.10
    assert len(kinds) == 4


def test_redacted_passages_stand_once_in_their_text(either_plan):
    redacted = [each for each in either_plan.responses if each.decision.redactions]

    assert redacted
    for response in redacted:
        assert response.decision.publication is Publication.REDACTED
        for redaction in response.decision.redactions:
            assert response.text.count(redaction.passage) == 1


def test_redacted_national_ids_are_valid_and_synthetic(plan):
    numbers = [
        redaction.passage
        for response in plan.responses
        for redaction in response.decision.redactions
        if redaction.ground is LegalGround.NATIONAL_ID
    ]

    assert len(numbers) == 9
    for number in numbers:
        assert fodselsnummer.calc_check_digit1(number) == number[9]
        assert fodselsnummer.calc_check_digit2(number) == number[10]
        assert 81 <= int(number[2:4]) <= 92


def test_organisation_numbers_are_valid_and_synthetic(either_plan):
    numbers = [each.organisation_number for each in either_plan.senders if each.organisation_number]

    assert numbers
    assert len(set(numbers)) == len(numbers)
    assert all(orgnr.is_valid(each) and each.startswith("3") for each in numbers)


def test_every_ground_is_used(plan):
    rejected = [each for each in plan.responses if each.decision.outcome is Outcome.REJECTED]
    withheld = {
        each.decision.ground
        for each in plan.responses
        if each.decision.publication is Publication.WITHHELD
    }
    redacted = {
        redaction.ground for each in plan.responses for redaction in each.decision.redactions
    }

    assert 45 <= len(rejected) <= 60
    assert {each.decision.ground for each in rejected} == set(RejectionGround)
    assert withheld | redacted == set(LegalGround)


def test_duplicates_repeat_an_accepted_response(plan):
    by_key = {each.key: each for each in plan.responses}
    duplicates = [
        each for each in plan.responses if each.decision.ground is RejectionGround.DUPLICATE
    ]

    assert duplicates
    for response in duplicates:
        first = by_key[response.decision.duplicate_of]
        assert (first.text, first.theme) == (response.text, response.theme)
        assert first.decision.outcome is Outcome.ACCEPTED


def test_decisions_are_made_by_moderators_after_arrival(either_plan):
    moderators = {each.key for each in either_plan.officials if each.role is Role.MODERATOR}
    decided = [
        (submission, response.decision)
        for submission in either_plan.submissions
        for response in submission.responses
        if response.decision.outcome in {Outcome.ACCEPTED, Outcome.REJECTED}
    ]

    assert decided
    for submission, decision in decided:
        assert decision.by in moderators
        assert decision.at > submission.received_at
        assert (decision.publication is None) == (decision.outcome is Outcome.REJECTED)


def test_about_half_is_handled_halfway_and_all_before_the_end(plan, accepted):
    consultation = plan.consultation
    handled = [response.treatment for _, response in accepted]
    share = sum(each.handled_at <= consultation.halfway_at for each in handled) / len(handled)

    assert 0.45 <= share <= 0.55
    assert max(each.handled_at for each in handled) < consultation.concluded_at
    assert consultation.concluded_at.date().isoformat() == "2011-04-15"


def test_responses_are_handled_by_their_own_case_handler_after_the_decision(plan, accepted):
    handlers = {each.slug: each.handler for each in plan.consultation.themes}
    handlers[None] = plan.consultation.case_responsible
    tags = {each.slug: each.tags for each in read_source().themes}

    for _, response in accepted:
        treatment = response.treatment
        assert treatment.by == handlers[response.theme]
        assert treatment.handled_at > response.decision.at
        assert treatment.tags
        assert set(treatment.tags) <= set(tags[response.theme])
        assert treatment.excerpt in response.text


def test_places_are_many_and_different():
    starts = sorted(PLACES)

    assert len(set(PLACES)) == len(PLACES) > 70
    assert not any(later.startswith(earlier) for earlier, later in pairwise(starts))


def test_open_plan_closes_in_six_weeks_and_has_a_queue():
    plan = make_open_plan(NOW)
    outcomes = Counter(each.decision.outcome for each in plan.responses)

    assert plan.digest == make_open_plan(NOW).digest
    assert plan.consultation.opens_at < NOW < plan.consultation.deadline_at
    assert timedelta(days=42) <= plan.consultation.deadline_at - NOW < timedelta(days=43)
    assert len(plan.consultation.themes) == 4
    assert 25 <= len(plan.responses) <= 30
    assert outcomes[Outcome.WAITING] == 6
    assert outcomes[Outcome.ACCEPTED] > outcomes[Outcome.WAITING]
    assert max(each.received_at for each in plan.submissions) < NOW
    assert all(each.decision.at < NOW for each in plan.responses if each.decision.at)


def test_open_plan_takes_anonymous_answers_at_the_same_authority(plan):
    other = make_open_plan(NOW)
    anonymous = [each for each in other.senders if each.kind is SenderKind.ANONYMOUS]

    assert other.authority_slug == plan.authority_slug == "hod"
    assert other.officials == plan.officials
    assert {theme.handler for theme in other.consultation.themes} <= {
        each.key for each in other.officials
    }
    assert len(anonymous) > 10
    assert all(each.name == each.email == "" for each in anonymous)
