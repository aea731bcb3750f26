"""What the sender is given to keep: mails in the right language, with what they may hold."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.utils import timezone

from accounts.actions import choose_language
from accounts.models import Notice
from consultations.actions import confirm_email, withdraw
from consultations.models import SenderKind, Submission
from consultations.receipts import receipt_mail, receipt_page, receipt_pdf
from moderation.actions import (
    accept_response,
    publish_response,
    redact_response,
    screen_response,
    withhold_response,
)
from tests import factories

pytestmark = pytest.mark.django_db
TEXT = "Vi trenger en <fastlege> & en lege til."


@pytest.fixture
def ada():
    return choose_language((user := factories.person("Ada Prøve")), "en", by=user)


def mails_about(response):
    decisions = [f"decision-{pk}" for pk in response.decisions.values_list("pk", flat=True)]
    return Notice.objects.filter(key__in=decisions).order_by("pk")


def test_receipt_of_an_account_holds_what_was_sent(consultation, ada):
    submission = factories.submission(
        consultation,
        by=ada,
        name="Ada Prøve",
        text=TEXT,
        files=[("brev.pdf", factories.PDF)],
    )

    notice = Notice.objects.get(key=f"receipt-{submission.pk}")

    attachment = submission.attachments.get()
    assert submission.reference in notice.subject
    for words in (TEXT, submission.reference, submission.token, "brev.pdf", attachment.sha256):
        assert words in notice.body
    assert timezone.localtime(submission.submitted_at).strftime("%H:%M:%S") in notice.body


def test_receipt_of_an_address_holds_what_was_sent_when_it_is_confirmed(consultation):
    submission = factories.submission(consultation, text=TEXT, **factories.named())
    assert TEXT not in Notice.objects.get().body
    assert submission.token not in Notice.objects.get().body

    confirm_email(submission)

    assert TEXT in Notice.objects.get(key=f"receipt-{submission.pk}").body


def test_receipt_to_an_address_that_an_official_typed_holds_no_text(consultation):
    submission = factories.submission(consultation, text=TEXT, **factories.named())
    submission.registered_by = factories.moderator_of(consultation)

    _subject, body = receipt_mail(submission, consultation)

    assert TEXT not in body
    assert submission.reference in body


def test_receipt_is_owed_once(consultation):
    submission = factories.submission(consultation, **factories.named())

    confirm_email(submission)
    confirm_email(submission)

    assert Notice.objects.filter(key=f"receipt-{submission.pk}").count() == 1


def test_anonymous_sender_is_owed_no_mail(consultation):
    response = factories.response_shown_as("published", consultation)

    assert response.submission.sender_kind == SenderKind.ANONYMOUS
    assert Notice.objects.count() == 0
    factories.response_shown_as(
        "published", consultation, sender=(ada := factories.person()), name="A"
    )
    assert Notice.objects.filter(recipient=ada).exists()


def test_mails_are_in_the_language_of_the_account(consultation, ada):
    english = factories.submission(consultation, by=ada, name="Ada", language="nb")
    choose_language(ada, "nn", by=ada)
    nynorsk = factories.submission(consultation, by=ada, name="Ada", language="nb")

    bodies = [
        Notice.objects.get(key=f"receipt-{each.pk}").body
        for each in (english, Submission.objects.get(pk=nynorsk.pk))
    ]

    assert "Received" in bodies[0]
    assert "/en/innsending/" in bodies[0]
    assert "/nn/innsending/" in bodies[1]


def test_mails_to_others_are_in_the_language_of_what_they_sent(consultation):
    submission = factories.submission(consultation, language="nn", **factories.named())

    confirm_email(submission)

    assert "/nn/innsending/" in Notice.objects.get(key=f"receipt-{submission.pk}").body


@pytest.mark.parametrize("outcome", ["published", "redacted", "withheld"])
def test_decision_is_told_with_ground_and_how_to_object_and_without_the_text(
    consultation, ada, outcome
):
    response = factories.response_shown_as(outcome, consultation, sender=ada, name="Ada", text=TEXT)

    notice = mails_about(response).get()

    assert notice.email == ada.email
    assert response.reference in notice.subject
    assert response.submission.token in notice.body
    assert "fastlege" not in notice.body
    is_kept_back = outcome != "published"
    assert ("Do you disagree?" in notice.body) is is_kept_back
    assert (consultation.authority.email in notice.body) is is_kept_back
    assert (f"/svar/{response.reference}/" in notice.body) is (outcome != "withheld")
    grounds = {"published": "", "redacted": "Confidential", "withheld": "Hateful"}
    assert grounds[outcome] in notice.body


@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize("asks", [True, False])
def test_what_was_decided_about_the_name_is_told(client, consultation, ada, asks, hidden):
    response = factories.accepted_response(
        consultation, sender=ada, name="Ada", hide_name=asks, hide_name_reason="Trusler." * asks
    )

    publish_response(response, hide_name=hidden, by=None)
    client.force_login(ada)
    receipt = client.get(f"/en/innsending/{response.submission.token}/kvittering/")

    body = mails_about(response).get().body
    for text in (body, receipt.content.decode()):
        assert ("name is not shown" in text, "decided that it is shown" in text) == (
            hidden,
            asks and not hidden,
        )
        assert ("Do you disagree?" in text) is (asks and not hidden)


def test_decision_is_told_once_for_each_outcome(consultation, ada):
    response = factories.accepted_response(consultation, sender=ada, name="Ada")

    redact_response(response, passages=[(0, 3)], ground="secrecy", by=None)
    redact_response(response, passages=[(0, 5)], ground="secrecy", by=None)
    publish_response(response, by=None)
    withhold_response(response, ground="hateful", by=None)

    subjects = [notice.subject for notice in mails_about(response)]
    assert [re.sub(r" \(.*", "", each) for each in subjects] == [
        "Your response is published with redactions",
        "Your response is published",
        "Your response is not published",
    ]


def test_decision_is_not_told_to_an_address_that_was_not_confirmed(consultation):
    unconfirmed = factories.response_shown_as("published", consultation, **factories.named())
    assert not mails_about(unconfirmed).exists()

    response = factories.accepted_response(consultation, **factories.named())
    confirm_email(response.submission)
    publish_response(response, by=None)

    assert mails_about(response).get().email == response.submission.email


def test_withdrawal_is_told_with_what_stays(consultation, ada):
    themes = list(consultation.themes.filter(is_whole=False))
    submission = factories.submission(consultation, by=ada, name="Ada", themes=themes)
    first, second = submission.responses.order_by("theme__position")
    screen_response(first)
    accept_response(first, by=None)

    withdraw(submission, by=ada)

    body = Notice.objects.get(key=f"withdrawn-{submission.pk}").body
    assert body.index(second.reference) < body.index("accepted") < body.index(first.reference)


def test_mails_are_delivered_as_they_were_owed(
    consultation, ada, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        submission = factories.submission(consultation, by=ada, name="Ada", text=TEXT)

    [message] = [each for each in mail.outbox if submission.reference in each.subject]
    assert TEXT in message.body


def test_receipt_page_says_when_to_the_second_in_norwegian_time(consultation):
    submission = factories.submission(consultation, text=TEXT)
    submission.submitted_at = datetime(2026, 7, 1, 21, 59, 58, tzinfo=UTC)

    facts = dict(receipt_page(submission).facts)

    [received] = [value for value in facts.values() if ":" in value]
    assert "23:59:58" in received


def test_receipt_page_holds_all_that_was_sent_and_the_link(consultation):
    themes = list(consultation.themes.all())
    submission = factories.submission(
        consultation, themes=themes, text=TEXT, files=[("brev.pdf", factories.PDF)]
    )

    page = receipt_page(submission)

    texts = [text for _heading, text in page.sections]
    attachment = submission.attachments.get()
    assert texts.count(TEXT) == len(themes)
    assert any("brev.pdf" in text and attachment.sha256 in text for text in texts)
    assert any(submission.token in text for text in texts)


def test_receipt_page_tells_sizes_in_its_own_language(consultation):
    named = factories.named() | {"language": "nn"}
    submission = factories.submission(
        consultation, text=TEXT, files=[("brev.pdf", factories.PDF)], **named
    )

    texts = [text for _heading, text in receipt_page(submission).sections]

    assert re.search(r"brev\.pdf\n[\d,]+\xa0(byte|KB)\nSHA", "\n".join(texts))


def test_receipt_pdf_is_the_same_whenever_it_is_printed(consultation):
    submission = factories.submission(consultation, text=TEXT)

    first = receipt_pdf(submission)

    assert first.startswith(b"%PDF")
    assert receipt_pdf(Submission.objects.get(pk=submission.pk)) == first
