"""Adding to what was sent: who, until when, and how the addition refers to the first."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Notice
from accounts.roles import Role
from archive.models import JournalEntry, Remark
from casework.models import Assignment
from consultations.actions import (
    add_to,
    close_consultation,
    confirm_email,
    save_draft,
    submit,
    withdraw,
)
from consultations.models import Consultation, Response, SenderKind, Submission
from moderation.actions import accept_response, publish_response, screen_response
from tests import factories
from tests.presses import at_once, denied, refused

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def consultation():
    return factories.some_consultation()


def sent_addition(first, text="Jeg glemte noe.", by=None):
    draft = add_to(first, by=by)
    theme = first.responses.first().theme
    save_draft(first.consultation, draft, texts={theme.pk: text}, by=by)
    return submit(draft, by=by)


def accepted(response):
    screen_response(response)
    accept_response(response, by=None)
    return Response.objects.get(pk=response.pk)


def past_deadline(consultation):
    row = Consultation.objects.get(pk=consultation.pk)
    row.opens_at, row.deadline_at = (timezone.now() - timedelta(days=day) for day in (9, 1))
    row.save()
    return row


def test_add_to_knows_who_one_is_and_holds_no_text(consultation):
    ada = factories.person("Ada Prøve")
    first = factories.submission(
        consultation, by=ada, name="Ada Prøve", hide_name=True, hide_name_reason="Trusler."
    )

    addition = add_to(first, by=ada)

    assert addition.adds_to == first
    assert addition.is_draft
    assert addition.responses.count() == 0
    assert (addition.sender, addition.name) == (ada, "Ada Prøve")
    assert (addition.hide_name, addition.hide_name_reason) == (True, "Trusler.")
    assert addition.reference != first.reference
    assert addition.token != first.token


def test_add_to_twice_is_one_draft_and_once_sent_a_new_one(consultation):
    first = factories.submission(consultation)

    begun = add_to(first)
    assert add_to(first) == begun
    sent_addition(first)

    assert add_to(first) not in (begun, first)


def test_add_to_an_addition_adds_to_the_first(consultation):
    first = factories.submission(consultation)
    addition = sent_addition(first)

    assert add_to(addition).adds_to == first


@pytest.mark.django_db(transaction=True)
def test_add_to_pressed_by_two_at_once_is_one_draft(consultation):
    first = factories.submission(consultation)

    results = at_once(lambda: add_to(first), lambda: add_to(first))

    assert results[0] == results[1]
    assert Submission.objects.drafts().filter(adds_to=first).count() == 1


def test_add_to_is_refused_after_the_deadline(consultation):
    first = factories.submission(consultation)
    past_deadline(consultation)

    with refused("The deadline has passed"):
        add_to(first)


def test_add_to_is_refused_when_the_consultation_is_closed(consultation):
    first = factories.submission(consultation)
    close_consultation(consultation)

    with refused():
        add_to(first)


def test_add_to_is_refused_where_all_is_withdrawn_or_nothing_is_sent(consultation):
    withdrawn = factories.submission(consultation)
    withdraw(withdrawn)

    for submission in (withdrawn, factories.draft(consultation)):
        with refused():
            add_to(submission)


def test_add_to_is_denied_to_anybody_else(consultation):
    ada = factories.person()
    first = factories.submission(consultation, by=ada, name="Ada")

    for other in (
        factories.person(),
        None,
        *factories.everyone_but(consultation.authority, Role.EDITOR),
    ):
        with denied():
            add_to(first, by=other)


def test_addition_begun_in_time_is_received_late(consultation):
    first = factories.submission(consultation)
    draft = add_to(first)
    past_deadline(consultation)
    theme = consultation.themes.first()
    save_draft(draft.consultation, draft, texts={theme.pk: "For sent."})

    sent = submit(Submission.objects.get(pk=draft.pk))

    assert sent.is_late


def test_addition_to_what_is_withdrawn_meanwhile_is_a_response_by_itself(client, consultation):
    first = factories.submission(consultation, **factories.named())
    confirm_email(first)
    draft = add_to(first)
    place = reverse("consultations:draft-edit", args=[draft.token])
    assert f"added to {first.reference}" in client.get(place).content.decode()
    withdraw(first)

    page = client.get(place).content.decode()
    theme = first.responses.first().theme
    save_draft(consultation, draft, texts={theme.pk: "Det jeg ville legge til."})
    sent = submit(draft)

    assert f"added to {first.reference}" not in page
    sent.refresh_from_db()
    assert sent.adds_to is None
    assert sent.email_confirmed_at
    assert sent.responses.get().status == "received"


def test_addition_is_confirmed_where_the_first_is_and_the_address_the_same(consultation):
    first = factories.submission(consultation, **factories.named(email="nora@prove.example"))
    unconfirmed = sent_addition(first)
    confirm_email(first)

    same = sent_addition(first)
    other = add_to(first)
    save_draft(consultation, other, texts={consultation.themes.first().pk: "Noe."}, email="a@b.no")
    other = submit(other)

    assert unconfirmed.email_confirmed_at is None
    assert same.email_confirmed_at
    assert other.email_confirmed_at is None
    assert Notice.objects.filter(key=f"receipt-{same.pk}").exists()
    assert not Notice.objects.filter(key=f"receipt-{other.pk}").exists()


def test_addition_is_journaled_by_itself_and_refers_to_the_first(consultation):
    response = factories.accepted_response(consultation)
    first = JournalEntry.objects.get(source=response.reference)

    addition = sent_addition(response.submission).responses.get()
    addition = accepted(addition)

    entry = JournalEntry.objects.get(source=addition.reference)
    assert entry.number == first.number + 1
    assert entry.title.startswith("Tillegg til høringssvar")
    assert response.reference not in entry.title
    remark = Remark.objects.get(entry=entry)
    assert response.reference in remark.text
    assert first.identifier in remark.text
    assert Assignment.objects.get(response=addition).entry == entry
    assert not Remark.objects.filter(entry=first).exists()


def test_addition_refers_to_the_first_by_its_reference_before_that_is_journaled(consultation):
    first = factories.submission(consultation)

    addition = accepted(sent_addition(first).responses.get())

    assert first.reference in Remark.objects.get(source=f"addition-{addition.reference}").text


def test_receipts_of_both_lead_to_each_other(client, consultation):
    first = factories.submission(consultation)
    addition = sent_addition(first)
    receipts = [
        reverse("consultations:receipt-show", args=[each.token]) for each in (first, addition)
    ]

    assert receipts[1] in client.get(receipts[0]).content.decode()
    assert receipts[0] in client.get(receipts[1]).content.decode()


def test_press_on_the_receipt_begins_an_addition(client, consultation):
    first = factories.submission(consultation)
    receipt = client.get(reverse("consultations:receipt-show", args=[first.token]))
    press = reverse("consultations:submission-add-to", args=[first.token])
    assert press in receipt.content.decode()

    page = client.post(press)

    addition = first.additions.get()
    assert page["Location"] == reverse("consultations:draft-edit", args=[addition.token])


def test_press_after_the_deadline_says_why_not(client, consultation):
    first = factories.submission(consultation)
    past_deadline(consultation)
    press = reverse("consultations:submission-add-to", args=[first.token])

    page = client.post(press, follow=True)

    shown = page.content.decode()
    assert "The deadline has passed" in shown
    assert press not in shown


def published_pair(consultation, **fields):
    first = factories.accepted_response(consultation, **fields)
    addition = accepted(sent_addition(first.submission).responses.get())
    return first, addition


def public_page(client, response):
    address = reverse(
        "consultations:response-show", args=[response.consultation.slug, response.reference]
    )
    return client.get(address).content.decode()


def test_public_pages_of_both_lead_to_each_other_when_both_are_published(client, consultation):
    first, addition = published_pair(consultation)
    publish_response(first, by=None)
    assert addition.reference not in public_page(client, first)

    publish_response(addition, by=None)

    assert addition.reference in public_page(client, first)
    assert first.reference in public_page(client, addition)


def test_public_page_does_not_tell_that_a_hidden_name_is_a_shown_one(client, consultation):
    first, addition = published_pair(consultation, **factories.named("Nora Hemmelig"))
    publish_response(first, hide_name=True, by=None)
    publish_response(addition, by=None)
    assert "Nora Hemmelig" in public_page(client, addition)

    assert first.reference not in public_page(client, addition)
    assert addition.reference not in public_page(client, first)

    publish_response(addition, hide_name=True, by=None)

    assert first.reference in public_page(client, addition)


def test_moderator_and_case_handler_see_the_other(client, consultation):
    first, addition = published_pair(consultation)
    moderator = factories.official(consultation.authority, Role.MODERATOR)

    for user, name in (
        (moderator, "moderation:response-decide"),
        (Assignment.objects.get(response=first).handler, "casework:assignment-show"),
    ):
        client.force_login(user)
        for one, other in ((first, addition), (addition, first)):
            page = client.get(reverse(name, args=[one.reference])).content.decode()
            assert reverse(name, args=[other.reference]) in page


def test_case_handler_does_not_see_an_addition_that_is_not_journaled(client, consultation):
    first = factories.accepted_response(consultation)
    addition = sent_addition(first.submission).responses.get()
    assert Response.objects.get(pk=addition.pk).status == "received"
    client.force_login(Assignment.objects.get(response=first).handler)

    page = client.get(reverse("casework:assignment-show", args=[first.reference])).content.decode()

    assert addition.reference not in page


def test_addition_of_the_anonymous_is_anonymous(consultation):
    first = factories.submission(consultation, sender_kind=SenderKind.ANONYMOUS)

    addition = sent_addition(first)

    assert addition.sender_kind == SenderKind.ANONYMOUS
    assert addition.contact_email == ""
