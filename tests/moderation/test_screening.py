"""What the machine notices, what it prepares, and what it does when it can not."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from archive.models import JournalEntry, PreparedDocument
from consultations.actions import confirm_email, save_draft, submit, withdraw
from consultations.models import (
    Access,
    Channel,
    Publication,
    Response,
    ResponseStatus,
    ScanStatus,
    SenderKind,
    WhoMayAnswer,
)
from moderation.actions import accept_response, screen_response
from moderation.models import CampaignGroup, Flag, Screening
from moderation.tasks import screen_outstanding
from tests import factories
from tests.presses import at_once, refused

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]

CAMPAIGN = (
    "Fastlegen må ha tid til pasientene sine. Derfor ber vi om at forslaget om kortere "
    "konsultasjoner trekkes, og at midlene heller går til flere leger i distriktene, slik at "
    "alle får en time innen tre dager uansett hvor de bor i landet."
)
NEAR = CAMPAIGN + " Hilsen Kari."
ALSO_NEAR = "Til departementet: " + CAMPAIGN
FNR = "13097200038"  # synthetic, with valid control digits


@pytest.fixture
def consultation():
    return factories.some_consultation()


@pytest.fixture
def full_disk(settings, tmp_path):
    """Call it, and nothing can be stored; call what it returns, and there is room again."""

    def fill():
        room = settings.MEDIA_ROOT
        in_the_way = tmp_path / "full"
        in_the_way.write_text("a file where the folder should be")
        settings.MEDIA_ROOT = in_the_way

        def make_room():
            settings.MEDIA_ROOT = room

        return make_room

    return fill


def flags(response):
    return set(Screening.objects.get(response=response).flags)


# --- The document ---------------------------------


def test_screen_prepares_the_text_and_each_attachment_byte_for_byte(consultation):
    files = [("brev.pdf", factories.PDF), ("kart.png", factories.PNG)]
    response = factories.submitted_response(consultation, files=files)

    screening = screen_response(response)

    text, *attached = PreparedDocument.objects.filter(source=response.reference)
    assert screening.screened_at
    assert screening.error == ""
    with default_storage.open(text.path) as file:
        assert file.read(5) == b"%PDF-"
    for document, (_name, content) in zip(attached, files, strict=True):
        with default_storage.open(document.path) as file:
            assert file.read() == content


def test_screen_twice_does_no_harm(consultation):
    response = factories.screened_response(consultation)
    before = list(PreparedDocument.objects.values_list("pk", "sha256"))

    screen_response(response)

    assert Screening.objects.count() == 1
    assert list(PreparedDocument.objects.values_list("pk", "sha256")) == before


@pytest.mark.parametrize(
    "status", [each for each in ResponseStatus if each != ResponseStatus.RECEIVED]
)
def test_screen_leaves_what_does_not_wait(consultation, status):
    response = factories.response_as(status, consultation)
    before = list(Screening.objects.values()), list(PreparedDocument.objects.values())

    screen_response(response)

    assert (list(Screening.objects.values()), list(PreparedDocument.objects.values())) == before


@pytest.mark.django_db(transaction=True)
def test_screen_by_two_at_once_does_no_harm():
    response = factories.submitted_response()
    Screening.objects.all().delete()  # the nudge was lost
    PreparedDocument.objects.all().delete()

    results = at_once(lambda: screen_response(response), lambda: screen_response(response))

    assert [each.response_id for each in results] == [response.pk] * 2
    assert Screening.objects.count() == 1
    assert PreparedDocument.objects.filter(source=response.reference).count() == 1


# --- When it can not be made ---------------------------------


def test_a_full_disk_is_written_down_and_tried_again_later_and_later(consultation, full_disk):
    response = factories.submitted_response(consultation)
    full_disk()

    for attempt, minutes in enumerate([1, 2, 4, 8], start=1):
        now = timezone.now()
        screening = screen_response(response)

        assert screening.attempts == attempt
        assert screening.error == "NotADirectoryError"
        assert screening.screened_at is None
        waits = screening.due_at - now
        assert timedelta(minutes=minutes) <= waits < timedelta(minutes=minutes, seconds=30)
    assert not PreparedDocument.objects.filter(source=response.reference).exists()


def test_the_sweep_waits_for_the_next_attempt_and_goes_on_when_there_is_room(
    consultation, full_disk
):
    response = factories.submitted_response(consultation)
    make_room = full_disk()
    screen_response(response)
    make_room()

    screen_outstanding()
    assert Screening.objects.get().screened_at is None

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        screen_outstanding()
    screening = Screening.objects.get()
    assert screening.screened_at
    assert screening.error == ""


def test_accept_on_a_full_disk_is_refused_in_words_and_takes_no_number(consultation, full_disk):
    response = factories.submitted_response(consultation)
    moderator = factories.moderator_of(consultation)
    before = JournalEntry.objects.count()
    make_room = full_disk()

    with refused(response.reference):
        accept_response(response, by=moderator)
    make_room()
    accept_response(response, by=moderator)

    assert JournalEntry.objects.count() == before + 1
    assert JournalEntry.objects.order_by("position").last().number == before + 1


def test_accept_screens_by_itself_when_no_nudge_came(consultation):
    response = factories.submitted_response(consultation, text=f"Mitt nummer er {FNR}.")

    accept_response(response, by=factories.moderator_of(consultation))

    assert Flag.PERSONAL_DATA in flags(response)
    assert JournalEntry.objects.filter(source=response.reference).exists()


# --- Flags ---------------------------------


def test_an_ordinary_response_is_not_flagged(consultation):
    assert flags(factories.screened_response(consultation)) == set()


@pytest.mark.parametrize(
    ("flag", "fields"),
    [
        (Flag.EMPTY, {"text": " . "}),
        (Flag.LINKS, {"text": "Se http://a.no http://b.no https://c.no www.d.no"}),
        (Flag.UNCONFIRMED, factories.named()),
        (Flag.PERSONAL_DATA, {"text": f"Mitt nummer er {FNR}."}),
        (Flag.PERSONAL_DATA, {"text": "Skriv til kari.nordmann@firma.example om dette."}),
        (Flag.HIDE_NAME, factories.named() | {"hide_name": True, "hide_name_reason": "Trusler."}),
        (Flag.ATTACHMENT, {"files": [("brev.pdf", factories.PDF)]}),
    ],
)
def test_what_a_moderator_should_see_is_flagged(consultation, flag, fields):
    response = factories.screened_response(consultation, **fields)

    assert flag in flags(response)
    assert response.status == ResponseStatus.RECEIVED


def test_no_remarks_is_an_answer_and_not_empty(consultation):
    theme = consultation.themes.filter(is_whole=False).first()
    submission = save_draft(
        consultation,
        texts={theme.pk: ""},
        no_remarks=[theme.pk],
        sender_kind=SenderKind.ANONYMOUS,
    )

    screen_response(submit(submission).responses.get())

    assert flags(submission.responses.get()) == set()


def test_an_infected_attachment_is_flagged(consultation):
    response = factories.submitted_response(consultation, files=[("brev.pdf", factories.PDF)])
    response.submission.attachments.update(scan_status=ScanStatus.INFECTED)

    screen_response(response)

    assert {Flag.ATTACHMENT, Flag.INFECTED} == flags(response)


def test_an_invited_address_without_an_organisation_is_looked_at():
    consultation = factories.drafted_consultation(access=Access.INVITED)
    consultation.consultees.create(name="Laget", email="post@laget.example")
    editor = consultation.created_by
    opened = factories.open_consultation(factories.publish_consultation(consultation, by=editor))

    response = factories.screened_response(opened, **factories.named(email="post@laget.example"))

    assert Flag.UNINVITED in flags(response)


def test_findings_are_places_and_never_the_words(consultation):
    text = f"Mitt nummer er {FNR}."

    response = factories.screened_response(consultation, text=text)

    screening = Screening.objects.get(response=response)
    ((_kind, start, end),) = screening.findings
    assert text[start:end] == FNR
    assert FNR not in str(screening.findings)


# --- The same sender again ---------------------------------


def test_the_same_words_by_the_same_account_are_flagged(consultation):
    ada = factories.person("Ada Prøve")
    fields = {"by": ada, "name": "Ada Prøve", "text": "Jeg er for."}
    first = factories.screened_response(consultation, **fields)

    second = factories.screened_response(consultation, **fields | {"text": "Jeg  er FOR!"})

    assert flags(first) == set()
    assert flags(second) == {Flag.DUPLICATE}


def test_the_same_words_from_the_same_address_are_flagged(consultation):
    first = factories.screened_response(consultation, **factories.named(email="n@prove.example"))

    second = factories.screened_response(consultation, **factories.named(email="N@prove.example"))

    assert flags(first) == {Flag.UNCONFIRMED}
    assert flags(second) == {Flag.UNCONFIRMED, Flag.DUPLICATE}


def test_the_same_words_by_somebody_else_are_not_flagged(consultation):
    factories.screened_response(consultation, by=factories.person("Ada"), name="Ada")

    response = factories.screened_response(consultation, by=factories.person("Eva"), name="Eva")

    assert flags(response) == set()


def test_the_same_words_on_another_theme_are_not_flagged(consultation):
    first, second = consultation.themes.filter(is_whole=False)
    ada = factories.person("Ada Prøve")
    factories.screened_response(consultation, by=ada, name="Ada Prøve", themes=[first])

    again = factories.screened_response(consultation, by=ada, name="Ada Prøve", themes=[second])

    assert flags(again) == set()


def test_the_anonymous_are_never_taken_for_one_another(consultation):
    factories.screened_response(consultation)

    assert flags(factories.screened_response(consultation)) == set()


def test_what_was_taken_back_may_be_sent_again(consultation):
    ada = factories.person("Ada Prøve")
    first = factories.screened_response(consultation, by=ada, name="Ada Prøve")
    withdraw(first.submission, by=ada)

    assert flags(factories.screened_response(consultation, by=ada, name="Ada Prøve")) == set()


def test_letters_without_an_address_are_not_taken_for_one_senders(consultation):
    official = factories.moderator_of(consultation)
    factories.screened_response(consultation)  # anonymous, the same words
    letters = []
    for name in ("Gamle Ola", "Gamle Kari"):
        submission = factories.draft(
            consultation, sender_kind=SenderKind.PERSON, name=name, channel=Channel.LETTER
        )
        response = submit(submission, registered_by=official).responses.get()
        screen_response(response)
        letters.append(response)

    assert [flags(each) for each in letters] == [set(), set()]


def test_of_two_the_first_is_none_also_when_it_is_screened_again():
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.NAMED)
    first = factories.screened_response(consultation, **factories.named(email="n@prove.example"))
    second = factories.screened_response(consultation, **factories.named(email="n@prove.example"))

    confirm_email(first.submission)
    screen_response(first)

    assert flags(first) == set()
    assert Flag.DUPLICATE in flags(second)


# --- Campaigns ---------------------------------


def screened(consultation, *texts):
    """The screenings of texts that came one after the other."""
    responses = [factories.screened_response(consultation, text=text) for text in texts]
    return [Screening.objects.get(response=response) for response in responses]


def test_near_texts_become_one_campaign_and_others_do_not(consultation):
    first, other, near, also_near = screened(
        consultation, CAMPAIGN, "Jeg er uenig. " * 20, NEAR, ALSO_NEAR
    )

    group = CampaignGroup.objects.get()
    assert first.campaign == near.campaign == also_near.campaign == group
    assert other.campaign is None
    assert group.consultation == consultation


def test_a_single_text_is_no_campaign(consultation):
    (alone,) = screened(consultation, CAMPAIGN)

    assert alone.campaign is None
    assert not CampaignGroup.objects.exists()


def test_only_the_first_of_a_campaign_stands_in_the_index(consultation):
    first, *others = screened(consultation, CAMPAIGN, CAMPAIGN, NEAR, ALSO_NEAR)

    assert first.bands
    assert [each.bands for each in others] == [[], [], []]


def test_another_consultations_campaign_is_another(consultation):
    screened(consultation, CAMPAIGN)

    (elsewhere,) = screened(factories.open_for_answers(consultation.authority), CAMPAIGN)

    assert elsewhere.campaign is None


def test_a_campaign_stays_when_its_members_are_screened_again(consultation):
    first, second = screened(consultation, CAMPAIGN, NEAR)

    for each in (first, second):
        screen_response(each.response)

    assert CampaignGroup.objects.count() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.campaign == second.campaign
    assert (bool(first.bands), bool(second.bands)) == (True, False)


def test_a_flag_or_a_campaign_decides_nothing(consultation):
    screened(consultation, CAMPAIGN, NEAR, " . ")

    assert set(Response.objects.values_list("status", "publication")) == {
        (ResponseStatus.RECEIVED, Publication.PENDING)
    }
