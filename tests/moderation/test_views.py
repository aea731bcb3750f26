"""What a moderator sees, and what a press does."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.roles import Role
from archive.models import JournalEntry
from archive.vocabulary import LegalBasis
from consultations.actions import withdraw
from consultations.models import Publication, Response, ResponseStatus, ScanStatus
from moderation.actions import (
    accept_and_publish,
    accept_response,
    publish_response,
    screen_response,
)
from moderation.forms import places_of
from moderation.models import Decision
from moderation.queue import consultations_of, read_queue
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = "/en/moderering/"
NATIONAL_ID = "17054026641"


@pytest.fixture(autouse=True)
def in_english():
    """The words of the code, whatever the catalogues say."""
    with translation.override("en"):
        yield


@pytest.fixture
def moderator(client, consultation):
    user = factories.moderator_of(consultation)
    client.force_login(user)
    return user


def address(response, query=""):
    return reverse("moderation:response-decide", args=[response.reference]) + query


def press(client, response, decision, *, seen=0, query="", **fields):
    data = {f"{decision}-{name}": value for name, value in fields.items()}
    return client.post(
        address(response, query), {"decision": decision, "seen": seen} | data, follow=True
    )


def fresh(response):
    return Response.objects.get(pk=response.pk)


def in_order(page, *words):
    text = page.content.decode()
    places = [text.find(word) for word in words]
    assert -1 not in places
    return places == sorted(places)


def test_queue_shows_what_waits_oldest_first_and_on_which_axis(client, moderator, consultation):
    first = factories.screened_response(consultation, text="Det eldste svaret.")
    second = factories.accepted_response(consultation, text="Det nyeste svaret.")
    done = factories.accepted_response(consultation, text="Ferdig behandlet.")
    publish_response(done, by=moderator)

    page = client.get(QUEUE)

    assert in_order(page, first.reference, second.reference)
    assert in_order(page, "To be accepted", "Det eldste", "To be published", "Det nyeste")
    assert done.reference not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_queue_of_another_authority_is_not_seen(client, moderator, consultation):
    elsewhere = factories.screened_response()
    here = factories.screened_response(consultation)

    page = client.get(QUEUE)

    assert here.reference in page.content.decode()
    assert elsewhere.reference not in page.content.decode()
    assert client.get(address(elsewhere)).status_code == 404
    assert press(client, elsewhere, "accept").status_code == 404
    assert fresh(elsewhere).status == ResponseStatus.RECEIVED


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CASE_HANDLER, Role.ARCHIVIST])
def test_other_roles_are_denied(client, consultation, role):
    response = factories.screened_response(consultation)
    client.force_login(factories.official(consultation.authority, role))

    assert client.get(QUEUE).status_code == 403
    assert client.get(address(response)).status_code == 403
    assert press(client, response, "accept").status_code == 403


def test_a_visitor_is_asked_to_log_in(client, consultation):
    response = factories.screened_response(consultation)

    assert client.get(QUEUE).url.startswith("/en/konto/login/")
    assert client.get(address(response)).url.startswith("/en/konto/login/")


def test_queue_is_narrowed_by_consultation_and_by_flag(client, moderator, consultation):
    other = factories.open_for_answers(consultation.authority)
    clean = factories.screened_response(consultation)
    flagged = factories.screened_response(consultation, text=f"Mitt nummer er {NATIONAL_ID}.")
    elsewhere = factories.screened_response(other)

    by_consultation = client.get(QUEUE, {"consultation": other.pk}).content.decode()
    by_flag = client.get(QUEUE, {"flag": "personal_data"}).content.decode()
    by_nonsense = client.get(QUEUE, {"flag": "x", "consultation": "y", "etter": "z"})

    assert elsewhere.reference in by_consultation
    assert clean.reference not in by_consultation
    assert flagged.reference in by_flag
    assert "1 response waits" in by_flag
    assert clean.reference not in by_flag
    assert clean.reference in by_nonsense.content.decode()


def test_queue_is_paged_by_key_across_consultations(client, moderator, consultation):
    other = factories.open_for_answers(consultation.authority)
    sent = [
        factories.screened_response(each) for each in (consultation, other, consultation, other)
    ]

    first = read_queue(consultations_of(moderator), size=3)
    second = client.get(QUEUE, {"etter": first.next})

    assert [each.pk for each in first.rows] == [each.pk for each in sent[:3]]
    assert [each.pk for each in second.context["responses"]] == [sent[3].pk]
    assert second.context["first_url"] == QUEUE
    assert second.context["next_url"] == ""


def test_queue_counts_the_campaign(client, moderator, consultation):
    text = "Vi krever at fastlegeordningen styrkes i hele landet, og at det skjer nå. " * 4
    for _ in range(3):
        factories.screened_response(consultation, text=text)

    page = client.get(QUEUE)

    assert page.content.decode().count("Campaign of 3") == 3


@pytest.mark.parametrize("number", [1, 3])
def test_queue_asks_the_database_as_often_however_many(
    client, moderator, consultation, number, django_assert_num_queries
):
    twins = [
        factories.screened_response(consultation, text="Samme tekst fra mange av oss. " * 20)
        for _ in range(number + 1)
    ]
    accept_and_publish(twins[0], by=moderator)
    client.get(QUEUE)

    with django_assert_num_queries(8):
        client.get(QUEUE)


@pytest.mark.parametrize("number", [1, 3])
def test_decision_page_asks_the_database_as_often_however_many(
    client, moderator, consultation, number, django_assert_num_queries
):
    files = [(f"vedlegg{each}.pdf", factories.PDF) for each in range(number)]
    for _ in range(number + 1):
        response = factories.screened_response(
            consultation, text="Samme tekst fra mange av oss. " * 20, files=files
        )
    client.get(address(response))

    with django_assert_num_queries(9):
        client.get(address(response))


def test_accept_journals_says_where_it_went_and_goes_on_to_the_next(
    client, moderator, consultation
):
    response = factories.screened_response(consultation)
    following = factories.screened_response(consultation)

    page = press(client, response, "accept")

    entry = JournalEntry.objects.get(source=response.reference)
    assert fresh(response).status == ResponseStatus.ACCEPTED
    assert page.redirect_chain[-1][0] == address(following)
    assert entry.identifier in page.content.decode()
    assert "Saksbehandler Fastlege" in page.content.decode()


def test_the_filter_is_kept_on_the_way_to_the_next(client, moderator, consultation):
    response = factories.screened_response(consultation)
    factories.screened_response(consultation)
    flagged = factories.screened_response(consultation, text=f"Jeg er {NATIONAL_ID}.")

    page = press(client, response, "accept", query="?flag=personal_data")

    assert page.redirect_chain[-1][0] == address(flagged, "?flag=personal_data")


def test_the_last_one_leads_back_to_the_empty_queue(client, moderator, consultation):
    response = factories.screened_response(consultation)

    page = press(client, response, "publish")

    assert page.redirect_chain[-1][0] == QUEUE
    assert "Nothing waits" in page.content.decode()
    assert fresh(response).publication == Publication.PUBLISHED


def test_publish_hides_the_name_and_shows_only_the_chosen_attachments(
    client, moderator, consultation
):
    files = [("brev.pdf", factories.PDF), ("bilde.png", factories.PNG)]
    response = factories.screened_response(
        consultation,
        files=files,
        hide_name=True,
        hide_name_reason="Jeg er truet.",
        **factories.named("Nora Hemmelig"),
    )
    letter, picture = response.submission.attachments.all()

    shown = client.get(address(response)).content.decode()
    press(client, response, "publish", hide_name="on", public_attachments=[picture.pk])

    entry = JournalEntry.objects.get(source=response.reference)
    letter.refresh_from_db()
    picture.refresh_from_db()
    assert "Jeg er truet." in shown
    assert fresh(response).is_name_hidden
    assert entry.state.legal_basis == LegalBasis.OFFL_13
    assert entry.state.is_sender_screened
    assert (letter.is_public, picture.is_public) == (False, True)


def test_redact_takes_found_passages_and_the_moderators_own_words(client, moderator, consultation):
    text = f"Mor mi, Kari  Nordmann, har {NATIONAL_ID}.\nKari Nordmann er Karis navn."
    response = factories.screened_response(consultation, text=text)
    start = text.index(NATIONAL_ID)
    shown = client.get(address(response)).content.decode()

    press(
        client,
        response,
        "redact",
        passages=[f"{start}-{start + 11}"],
        words="Kari Nordmann\r\n\r\n",
        ground="national_id",
    )

    redacted = fresh(response)
    assert f"<mark>{NATIONAL_ID}</mark>" in shown
    assert redacted.publication == Publication.REDACTED
    assert redacted.redacted_text == "Mor mi, █████, har █████.\n█████ er Karis navn."
    assert redacted.text == text


def test_what_is_found_makes_redaction_the_nearest_choice(client, moderator, consultation):
    clean = factories.screened_response(consultation)
    found = factories.screened_response(consultation, text=f"Jeg er {NATIONAL_ID}.")

    of_clean = client.get(address(clean)).content.decode()
    of_found = client.get(address(found)).content.decode()

    assert "Accept and publish whole" in of_found
    assert '<details class="ds-details" open>' in of_found
    assert "Accept and publish whole" not in of_clean
    assert "open>" not in of_clean


def test_redact_refuses_words_that_are_not_there_and_keeps_what_was_typed(
    client, moderator, consultation
):
    response = factories.screened_response(consultation, text="Kari bor her.")

    page = press(
        client, response, "redact", words="Kari\nPer Hansen", ground="secrecy", reason="Sykdom."
    )

    assert page.status_code == 422
    assert "Per Hansen" in page.content.decode()
    assert "Sykdom." in page.content.decode()
    assert fresh(response).status == ResponseStatus.RECEIVED


@pytest.mark.parametrize(
    ("pressed", "missing"),
    [
        ({"decision": "redact", "redact-ground": "secrecy"}, "Tick a passage"),
        ({"decision": "redact", "redact-words": "Jeg"}, "redact-ground"),
        ({"decision": "withhold", "withhold-ground": "hateful"}, "withhold-reason"),
        ({"decision": "withhold", "withhold-ground": "spam"}, "withhold-ground"),
        ({"decision": "reject", "reject-ground": "hateful"}, "reject-ground"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_decided(
    client, moderator, consultation, pressed, missing
):
    response = factories.screened_response(consultation)

    page = client.post(address(response), pressed)

    summary = page.content.decode().partition("ds-error-summary")[2].partition("</ul>")[0]
    assert page.status_code == 422
    assert missing in summary
    assert not Decision.objects.filter(response=response).exists()


def test_withhold_and_reject_keep_the_ground_and_the_reason(client, moderator, consultation):
    withheld = factories.screened_response(consultation)
    rejected = factories.screened_response(consultation)

    press(client, withheld, "withhold", ground="hateful", reason="Hets mot en gruppe.")
    press(client, rejected, "reject", ground="spam", reason="Reklame.")

    decisions = list(Decision.objects.values_list("outcome", "ground", "reason"))
    assert ("withheld", "hateful", "Hets mot en gruppe.") in decisions
    assert ("rejected", "spam", "Reklame.") in decisions
    assert fresh(withheld).status == ResponseStatus.ACCEPTED
    assert not JournalEntry.objects.filter(source=rejected.reference).exists()


def test_a_stale_press_is_told_who_decided_and_keeps_what_was_typed(
    client, moderator, consultation
):
    response = factories.screened_response(consultation)
    colleague = factories.official(consultation.authority, Role.MODERATOR, name="Ola Kollega")
    accept_response(response, by=colleague)
    publish_response(response, by=colleague)

    page = press(client, response, "withhold", ground="hateful", reason="Min begrunnelse.")

    text = page.content.decode()
    assert page.status_code == 409
    assert "Ola Kollega" in text
    assert "Min begrunnelse." in text
    assert 'name="seen" value="2"' in text
    assert fresh(response).publication == Publication.PUBLISHED


def test_a_press_on_what_the_sender_took_back_is_refused_in_words(client, moderator, consultation):
    response = factories.screened_response(consultation)
    withdraw(response.submission)

    page = press(client, response, "accept")

    assert page.status_code == 409
    assert response.reference in page.content.decode()
    assert "Nothing more can be decided" in page.content.decode()


def test_an_unknown_press_is_a_bad_request(client, moderator, consultation):
    response = factories.screened_response(consultation)

    assert press(client, response, "delete").status_code == 400


def test_a_published_response_can_be_redacted_again_from_where_it_was(
    client, moderator, consultation
):
    response = factories.screened_response(consultation, text="Kari og Ola bor her.")
    press(client, response, "redact", words="Kari", ground="personal_data")

    shown = client.get(address(response)).content.decode()
    press(client, response, "redact", seen=2, passages=["0-4"], words="Ola", ground="personal_data")

    assert re.search(r'value="0-4"[^>]*checked', shown)
    assert "█████ og Ola bor her." in shown
    assert fresh(response).redacted_text == "█████ og █████ bor her."


def test_attachment_is_downloaded_as_it_was_sent(client, moderator, consultation):
    response = factories.screened_response(consultation, files=[("brev.pdf", factories.PDF)])
    attachment = response.submission.attachments.get()

    page = client.get(reverse("moderation:attachment-read", args=[attachment.pk]))

    assert b"".join(page.streaming_content) == factories.PDF
    assert page["Content-Disposition"] == 'attachment; filename="brev.pdf"'
    assert page["X-Content-Type-Options"] == "nosniff"


def test_attachment_of_another_authority_or_with_a_virus_is_not_handed_out(
    client, moderator, consultation
):
    elsewhere = factories.screened_response(files=[("brev.pdf", factories.PDF)])
    infected = factories.submitted_response(consultation, files=[("brev.pdf", factories.PDF)])
    infected.submission.attachments.update(scan_status=ScanStatus.INFECTED)
    screen_response(infected)

    foreign = client.get(
        reverse("moderation:attachment-read", args=[elsewhere.submission.attachments.get().pk])
    )
    back = client.get(
        reverse("moderation:attachment-read", args=[infected.submission.attachments.get().pk]),
        headers={"referer": f"http://testserver{address(infected)}"},
        follow=True,
    )

    assert foreign.status_code == 404
    assert "virus" in back.content.decode()


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("Per", [(0, 3), (19, 22)]),
        ("Per  bor", [(0, 7)]),
        ("Perso", []),
        ("(nå)", [(13, 17)]),
        ("bor i", [(4, 9)]),
    ],
)
def test_words_are_found_whole_with_any_space_between(words, places):
    text = "Per bor\ti Bø (nå), Per, Personer."

    assert places_of(words, text) == places
