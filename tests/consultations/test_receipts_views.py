"""The receipt, withdrawing, and the link that confirms an address."""

import pytest
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Notice
from accounts.roles import Role
from archive.models import JournalEntry
from casework.actions import handle_assignment, publish_assessment, write_assessment
from casework.models import Assignment
from consultations.actions import save_draft, submit
from consultations.models import Response, Submission
from consultations.receipts import CONFIRMATION_SALT
from moderation.actions import accept_response, reject_response, withhold_response
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """The words are read as they are written in the templates."""
    with override("en"):
        yield


@pytest.fixture
def moderator(consultation):
    return factories.official(consultation.authority, Role.MODERATOR)


def address(name, submission):
    return reverse(f"consultations:{name}", args=[submission.token])


def shown(client, submission):
    return client.get(address("receipt-show", submission)).content.decode()


def test_receipt_of_a_draft_is_the_draft(client, consultation):
    draft = factories.draft(consultation)

    page = client.get(address("receipt-show", draft))

    assert page["Location"] == address("draft-edit", draft)


def test_receipt_follows_the_response_from_received_to_handled(client, consultation, moderator):
    response = factories.screened_response(consultation)
    submission = response.submission
    assert JournalEntry.objects.filter(source=response.reference).count() == 0
    assert "Journaled as number" not in shown(client, submission)
    assert submission.reference in shown(client, submission)

    accept_response(response, by=moderator)

    entry = JournalEntry.objects.get(source=response.reference)
    assignment = Assignment.objects.get(response=response)
    page = shown(client, submission)
    assert f"Journaled as number {entry.identifier}" in page
    assert f"With case handler {assignment.handler.name}" in page

    handle_assignment(assignment, by=assignment.handler)

    assert "Handled" in shown(client, submission)


def test_receipt_says_why_it_is_withheld(client, consultation, moderator):
    response = factories.accepted_response(consultation, by=moderator)

    withhold_response(response, by=moderator, ground="hateful", reason="Til intern bruk.")

    page = shown(client, response.submission)
    assert "Withheld from publication: Hateful or discriminating" in page
    assert "Til intern bruk." not in page


def test_receipt_says_why_it_was_not_taken_in(client, consultation, moderator):
    response = factories.screened_response(consultation)

    reject_response(response, by=moderator, ground="duplicate", reason="Til intern bruk.")

    page = shown(client, response.submission)
    assert "Sent twice by the same sender" in page
    assert "Til intern bruk." not in page


def test_receipt_is_shown_with_a_fixed_number_of_queries(
    client, consultation, moderator, django_assert_num_queries
):
    themes = list(consultation.themes.all())
    small = factories.submission(consultation, themes=themes[:1])
    large = factories.submission(consultation, themes=themes)

    for submission in (small, large):
        with django_assert_num_queries(7):
            shown(client, submission)


def test_withdraw_is_offered_and_done_until_it_is_accepted(client, consultation):
    submission = factories.submission(consultation)
    assert address("submission-withdraw", submission) in shown(client, submission)

    page = client.post(address("submission-withdraw", submission), follow=True)

    assert Response.objects.get().status == "withdrawn"
    assert address("submission-withdraw", submission) not in page.content.decode()


def test_withdraw_says_what_is_not_withdrawn_with_it(client, consultation):
    submission = factories.submission(consultation)
    assert (
        "added later" not in client.get(address("submission-withdraw", submission)).content.decode()
    )
    client.post(address("submission-add-to", submission))
    draft = submission.additions.get()
    save_draft(consultation, draft, texts={consultation.themes.first().pk: "Mer."}, by=None)
    addition = submit(draft, by=None)

    page = client.get(address("submission-withdraw", submission)).content.decode()

    assert "added later" in page
    assert address("receipt-show", addition) in page


def test_a_receipt_of_what_is_withdrawn_asks_for_nothing_more(client, consultation):
    submission = factories.submission(consultation, **factories.named())
    assert "Open the mail" in shown(client, submission)

    page = client.post(address("submission-withdraw", submission), follow=True).content.decode()

    assert "Your response is withdrawn</h1>" in page
    assert not {"Open the mail", "Keep the link", "We have received"} & {
        words for words in ("Open the mail", "Keep the link", "We have received") if words in page
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_withdraw_pressed_or_visited_again_shows_that_it_is_done(client, consultation, method):
    submission = factories.submission(consultation)
    client.post(address("submission-withdraw", submission), follow=True)

    page = getattr(client, method)(address("submission-withdraw", submission), follow=True)

    assert page.redirect_chain == [(address("receipt-show", submission), 302)]
    assert "Your response is withdrawn</h1>" in page.content.decode()
    assert 'role="alert"' not in page.content.decode()


def test_withdraw_is_refused_in_words_when_it_is_accepted(client, consultation, moderator):
    response = factories.accepted_response(consultation, by=moderator)
    receipt = address("receipt-show", response.submission)
    assert address("submission-withdraw", response.submission) not in shown(
        client, response.submission
    )

    page = client.post(
        address("submission-withdraw", response.submission),
        headers={"referer": f"http://testserver{receipt}"},
        follow=True,
    )

    assert 'role="alert"' in page.content.decode()
    response.refresh_from_db()
    assert response.status == "accepted"


def test_withdraw_asks_first_and_changes_nothing_by_a_link(client, consultation):
    response = factories.submitted_response(consultation)

    page = client.get(address("submission-withdraw", response.submission))

    assert response.theme.title in page.content.decode()
    response.refresh_from_db()
    assert response.status == "received"


def test_link_in_the_mail_confirms_by_a_press_and_tells_nothing(client, consultation):
    submission = factories.submission(consultation, **factories.named())
    mail = Notice.objects.get(key=f"confirm-{submission.pk}")
    assert submission.token not in mail.body
    [link] = [word for word in mail.body.split() if word.startswith("http")]
    path = link.removeprefix("http://127.0.0.1:8000")

    page = client.get(path)
    submission.refresh_from_db()
    assert submission.email_confirmed_at is None
    thanks = client.post(path)

    submission.refresh_from_db()
    assert submission.email_confirmed_at
    assert Notice.objects.filter(key=f"receipt-{submission.pk}").exists()
    for each in (page, thanks):
        text = each.content.decode()
        assert "no-store" in each["Cache-Control"]
        assert each["X-Robots-Tag"] == "noindex, nofollow"
        for secret in (submission.token, submission.reference, submission.name, consultation.title):
            assert secret not in text


def test_receipt_says_whether_the_address_is_confirmed(client, consultation):
    submission = factories.submission(consultation, **factories.named())
    assert "confirm that the address is yours" in shown(client, submission)

    client.post(
        reverse(
            "consultations:email-confirm",
            args=[signing.dumps(submission.pk, salt=CONFIRMATION_SALT)],
        )
    )

    assert "confirm that the address is yours" not in shown(client, submission)


@pytest.mark.parametrize("signed", ["tull", "MQ:1abc:def"])
def test_link_that_we_did_not_sign_is_not_found(client, signed):
    page = client.post(reverse("consultations:email-confirm", args=[signed]))

    assert page.status_code == 404


def test_link_signed_for_something_else_is_not_found(client, consultation):
    submission = factories.submission(consultation, **factories.named())

    page = client.post(
        reverse("consultations:email-confirm", args=[signing.dumps(submission.pk, salt="annet")])
    )

    assert page.status_code == 404


def test_receipt_is_downloaded_as_a_pdf_with_a_name(client, consultation):
    submission = factories.submission(consultation)

    page = client.get(address("receipt-download", submission))

    assert page.content.startswith(b"%PDF")
    assert submission.reference in page["Content-Disposition"]
    assert "no-store" in page["Cache-Control"]
    assert client.get(address("receipt-download", factories.draft(consultation))).status_code == 404


def test_attachments_are_handed_to_whoever_sent_them_and_to_nobody_else(client, consultation):
    ada = factories.person()
    sent = factories.submission(
        consultation, by=ada, name="Ada", files=[("brev.pdf", factories.PDF)]
    )
    other = factories.submission(consultation)
    pk = sent.attachments.get().pk

    def asked(submission):
        args = [submission.token, pk]
        return client.get(reverse("consultations:sent-attachment-download", args=args))

    assert asked(sent).status_code == 302
    client.force_login(ada)
    assert b"".join(asked(sent).streaming_content) == factories.PDF
    assert asked(other).status_code == 404
    sent.attachments.update(scan_status="infected")
    assert asked(sent).status_code == 404


@pytest.mark.parametrize(
    "name", ["receipt-show", "receipt-download", "submission-withdraw", "draft-delete"]
)
def test_secret_addresses_are_told_to_nobody(client, consultation, name):
    submission = factories.submission(consultation)
    if name == "draft-delete":
        submission = factories.draft(consultation)

    page = client.get(address(name, submission))

    assert page["Referrer-Policy"] == "strict-origin"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]


def test_anonymous_sender_is_told_to_keep_the_link(client, consultation):
    submission = factories.submission(consultation)
    ada = factories.person()
    of_account = factories.submission(consultation, by=ada, name="Ada")

    assert "Keep the link to this page" in shown(client, submission)
    assert f'value="http://127.0.0.1:8000{address("receipt-show", submission)}"' in shown(
        client, submission
    )
    client.force_login(ada)
    assert "Keep the link to this page" not in shown(client, of_account)


def test_receipt_says_how_to_object_to_what_is_kept_back(client, consultation, moderator):
    response = factories.accepted_response(consultation, by=moderator)
    assert consultation.authority.email not in shown(client, response.submission)

    withhold_response(response, by=moderator, ground="hateful")

    page = shown(client, response.submission)
    assert consultation.authority.email in page
    assert "It is hateful or discriminates" in page


def test_draft_is_deleted_by_a_press_after_one_question(client, consultation):
    ada = factories.person()
    draft = factories.draft(consultation, by=ada)
    assert client.post(address("draft-delete", draft)).status_code == 302
    client.force_login(ada)
    assert client.get(address("draft-delete", draft)).status_code == 200
    assert Submission.objects.filter(pk=draft.pk).exists()

    page = client.post(address("draft-delete", draft))

    assert page["Location"] == reverse("consultations:submission-list")
    assert not Submission.objects.filter(pk=draft.pk).exists()


def test_what_is_sent_is_not_deleted(client, consultation):
    submission = factories.submission(consultation)

    for ask in (client.get, client.post):
        assert ask(address("draft-delete", submission)).status_code == 404

    assert Submission.objects.filter(pk=submission.pk).exists()


def test_receipt_says_where_the_response_is_used_when_that_is_published(client, consultation):
    response = factories.accepted_response(consultation)
    handler = Assignment.objects.get(response=response).handler
    write_assessment(response.theme, text="Vi er enige.", cited=[response], by=handler)
    assert "Used in the assessment of" not in shown(client, response.submission)

    factories.closed_for_treatment(consultation)
    publish_assessment(response.theme, by=handler)

    page = shown(client, response.submission)
    assert "Used in the assessment of" in page
    assert f"#tema-{response.theme.slug}" in page
