"""The second gate: what the public gets to see, and what the journal tells of it."""

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.roles import Role
from archive.models import ArchivedDocument, EntryState
from archive.vocabulary import SCREENED_PARTS, SCREENED_WHOLE, LegalBasis, Variant
from consultations.actions import conclude_consultation
from consultations.models import (
    Attachment,
    Consultation,
    Publication,
    Response,
    ResponseStatus,
    ScanStatus,
    SenderKind,
    Theme,
)
from moderation.actions import publish_response, redact_response, withhold_response
from moderation.models import LEGAL_BASIS, Decision, PublicationGround, Redaction
from tests import factories
from tests.pdf_reader import said_in
from tests.presses import at_once, denied, refused, told, undone

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]


def redact(response, by, **how):
    how = {"passages": [(0, 3)], "ground": PublicationGround.SECRECY} | how
    return redact_response(response, by=by, **how)


def withhold(response, by, **how):
    return withhold_response(response, by=by, **{"ground": PublicationGround.HATEFUL} | how)


PRESSES = {
    Publication.PUBLISHED: publish_response,
    Publication.REDACTED: redact,
    Publication.WITHHELD: withhold,
}
ALLOWED = {  # what is decided already → what may be decided now
    Publication.PENDING: {"published", "redacted", "withheld"},
    Publication.PUBLISHED: {"published", "redacted", "withheld"},
    Publication.REDACTED: {"published", "redacted", "withheld"},
    Publication.WITHHELD: {"published", "redacted", "withheld"},
}
each_press = pytest.mark.parametrize("publication", PRESSES)


def state_of(response):
    return EntryState.objects.get(entry__source=response.reference)


def words_of(document):
    with default_storage.open(document.path) as file:
        return said_in(file)


def tally_of(response):
    tally = Theme.objects.get(pk=response.theme_id).tally
    return tally.accepted, tally.published, tally.withheld


# --- The same for all three ---------------------------------


@each_press
def test_it_records_who_and_when(publication):
    response = factories.accepted_response()
    moderator = factories.moderator_of(response)
    before = timezone.now()

    decision = PRESSES[publication](response, by=moderator)

    response.refresh_from_db()
    assert response.publication == publication
    assert getattr(response, f"{publication.value}_by") == moderator
    assert before <= getattr(response, f"{publication.value}_at") <= timezone.now()
    assert (decision.outcome, decision.decided_by) == (publication, moderator)


@pytest.mark.parametrize("now", Publication)
def test_when_it_may_be_decided(now):
    response = factories.response_shown_as(now)
    moderator = factories.moderator_of(response)

    for publication, press in PRESSES.items():
        if publication in ALLOWED[now]:
            with undone():
                press(response, by=moderator)
                response.refresh_from_db()
                assert response.publication == publication
        else:
            with refused(response.reference):
                press(response, by=moderator)


@pytest.mark.parametrize(
    "status", [each for each in ResponseStatus if each != ResponseStatus.ACCEPTED]
)
def test_it_is_refused_before_it_is_accepted(status):
    response = factories.response_as(status)
    moderator = factories.moderator_of(response)

    for press in PRESSES.values():
        with refused(response.reference, response.get_status_display()):
            press(response, by=moderator)


def test_it_is_denied_to_everybody_but_the_authoritys_moderator():
    response = factories.accepted_response()

    for other in factories.everyone_but(response.consultation.authority, Role.MODERATOR):
        for press in PRESSES.values():
            with denied():
                press(response, by=other)


@each_press
def test_it_makes_every_copy_of_the_public_pages_old(publication):
    response = factories.accepted_response()
    before = Consultation.objects.get().public_version

    PRESSES[publication](response, by=None)

    assert Consultation.objects.get().public_version == before + 1


@pytest.mark.parametrize("now", Publication)
def test_it_counts(now):
    response = factories.response_shown_as(now)

    for publication in ALLOWED[now]:
        with undone():
            PRESSES[publication](response, by=None)

            is_withheld = publication == Publication.WITHHELD
            assert tally_of(response) == (1, int(not is_withheld), int(is_withheld))


@each_press
def test_it_never_changes_the_original(publication):
    response = factories.accepted_response(text="Hele teksten min.")

    PRESSES[publication](response, by=None)

    assert Response.objects.get().text == "Hele teksten min."


# --- Publishing ---------------------------------


def test_publish_shows_the_whole_text_and_screens_nothing():
    response = factories.accepted_response(text="Hele teksten min.", **factories.named())

    publish_response(response, by=None)

    response = Response.objects.public().select_related("submission").get()
    assert response.public_text == "Hele teksten min."
    assert response.public_sender == "Nora Prøve"
    assert state_of(response).legal_basis == ""
    assert state_of(response).assessed_on is None


def test_publish_with_a_hidden_name_screens_it_in_the_journal_with_its_legal_basis():
    response = factories.accepted_response(**factories.named())

    publish_response(response, hide_name=True, by=factories.moderator_of(response))

    response = Response.objects.select_related("submission").get()
    state = state_of(response)
    assert response.is_name_hidden
    assert "Nora" not in str(response.public_sender)
    assert (state.legal_basis, state.is_sender_screened) == (LegalBasis.OFFL_13, True)
    assert state.screened_document == SCREENED_PARTS
    variant = state.entry.documents.get(variant=Variant.REDACTED)
    read = words_of(variant)
    assert "Jegmenernoeomdette." in read
    assert "Nora" not in read
    assert "Nora" in words_of(state.entry.documents.get(variant=Variant.ARCHIVE))


def test_publish_with_the_name_unscreens_what_was_screened_while_it_waited():
    fields = factories.named() | {"hide_name": True, "hide_name_reason": "Sjenert."}
    response = factories.accepted_response(**fields)
    assert state_of(response).is_sender_screened

    publish_response(response, hide_name=False, by=None)

    state = state_of(response)
    assert (state.legal_basis, state.is_sender_screened) == ("", False)
    assert state.assessed_on == timezone.localdate()


@pytest.mark.parametrize("now", [Publication.REDACTED, Publication.WITHHELD])
def test_publish_after_all_unscreens_and_clears_the_ground(now):
    response = factories.accepted_response()
    press = redact if now == Publication.REDACTED else withhold
    press(response, by=None, ground=PublicationGround.SECRECY)
    assert state_of(response).legal_basis == LegalBasis.OFFL_13

    publish_response(response, by=None)

    response.refresh_from_db()
    state = state_of(response)
    assert (response.legal_ground, response.redacted_text) == ("", "")
    assert (state.legal_basis, state.screened_document) == ("", "")


# --- Attachments ---------------------------------


@pytest.fixture
def with_files():
    files = [("brev.pdf", factories.PDF), ("kart.png", factories.PNG)]
    return factories.accepted_response(files=files)


def public():
    return set(Attachment.objects.filter(is_public=True).values_list("name", flat=True))


def test_attachments_are_not_public_unless_it_is_decided(with_files):
    publish_response(with_files, by=None)

    assert public() == set()


@pytest.mark.parametrize("press", [publish_response, redact])
def test_just_the_chosen_attachments_become_public(with_files, press):
    chosen = Attachment.objects.filter(name="brev.pdf")

    press(with_files, public_attachments=chosen, by=None)

    assert public() == {"brev.pdf"}


def test_a_later_decision_takes_an_attachment_back(with_files):
    publish_response(with_files, public_attachments=Attachment.objects.all(), by=None)

    redact(with_files, public_attachments=Attachment.objects.filter(name="kart.png"), by=None)

    assert public() == {"kart.png"}


def test_withholding_takes_all_attachments_back(with_files):
    publish_response(with_files, public_attachments=Attachment.objects.all(), by=None)

    withhold(with_files, by=None)

    assert public() == set()


@pytest.mark.parametrize("scan_status", [ScanStatus.INFECTED, ScanStatus.WAITING])
def test_an_attachment_that_is_not_known_to_be_clean_never_becomes_public(with_files, scan_status):
    Attachment.objects.filter(name="brev.pdf").update(scan_status=scan_status)

    publish_response(with_files, public_attachments=Attachment.objects.all(), by=None)

    assert public() == {"kart.png"}


def test_an_attachment_of_somebody_else_does_not_become_public(with_files):
    other = factories.accepted_response(
        with_files.consultation, files=[("andres.pdf", factories.PDF)]
    )

    publish_response(with_files, public_attachments=other.submission.attachments.all(), by=None)

    assert public() == set()


def test_withholding_one_of_two_responses_leaves_the_others_attachments():
    consultation = factories.some_consultation()
    submission = factories.submission(
        consultation,
        themes=list(consultation.themes.filter(is_whole=False)),
        files=[("brev.pdf", factories.PDF)],
    )
    first, second = submission.responses.all()
    for response in (first, second):
        factories.accept_response(response, by=None)
    publish_response(first, public_attachments=Attachment.objects.all(), by=None)

    withhold(second, by=None)

    assert public() == {"brev.pdf"}


# --- Redacting ---------------------------------

TEXT = "Naboen Ola Nordmann i Storgata 1 ble syk i fjor."


def test_redact_shows_the_text_without_the_passages_and_keeps_their_places():
    response = factories.accepted_response(text=TEXT)
    moderator = factories.moderator_of(response)

    decision = redact(response, passages=[(22, 32), (7, 19)], reason="Tredjepart.", by=moderator)

    response.refresh_from_db()
    assert response.public_text == "Naboen █████ i █████ ble syk i fjor."
    assert response.text == TEXT
    spans = Redaction.objects.filter(decision=decision).values_list("start", "end")
    assert list(spans) == [(7, 19), (22, 32)]
    assert (decision.ground, decision.reason) == (PublicationGround.SECRECY, "Tredjepart.")


@pytest.mark.parametrize(
    "passages",
    [[], [(5, 5)], [(-1, 3)], [(0, len(TEXT) + 1)], [(9, 4)], [(0, 3), (40, 400)]],
)
def test_redact_of_what_is_no_passage_is_refused(passages):
    response = factories.accepted_response(text=TEXT)

    with refused():
        redact(response, passages=passages, by=None)


def test_redact_keeps_a_redacted_document_beside_the_original():
    response = factories.accepted_response(text=TEXT)

    redact(response, by=None)

    documents = ArchivedDocument.objects.filter(entry__source=response.reference)
    original, redacted = documents.order_by("pk")
    assert (original.variant, redacted.variant) == (Variant.ARCHIVE, Variant.REDACTED)
    assert redacted.description_id == original.description_id
    with default_storage.open(redacted.path) as file:
        assert file.read(5) == b"%PDF-"


def test_redact_again_is_another_version_and_the_earlier_stays():
    response = factories.accepted_response(text=TEXT)
    redact(response, passages=[(7, 10)], by=None)

    redact(response, passages=[(7, 19)], by=None)

    response.refresh_from_db()
    versions = ArchivedDocument.objects.filter(variant=Variant.REDACTED)
    assert response.redacted_text.startswith("Naboen █████ i Storgata")
    assert [each.version for each in versions] == [1, 2]
    assert Redaction.objects.count() == 2


@pytest.mark.parametrize("ground", PublicationGround)
def test_redact_screens_parts_of_the_document_where_the_ground_is_in_the_law(ground):
    response = factories.accepted_response(text=TEXT)

    redact(response, ground=ground, by=None)

    state = state_of(response)
    assert state.legal_basis == LEGAL_BASIS.get(ground, "")
    assert state.screened_document == (SCREENED_PARTS if ground in LEGAL_BASIS else "")
    assert not state.is_sender_screened


def test_redact_on_a_full_disk_is_refused_in_words(settings, tmp_path):
    response = factories.accepted_response(text=TEXT)
    in_the_way = tmp_path / "full"
    in_the_way.write_text("a file where the folder should be")
    settings.MEDIA_ROOT = in_the_way

    with refused(response.reference):
        redact(response, by=None)


def test_redact_is_possible_when_all_is_concluded():
    consultation = factories.some_consultation()
    response = factories.handled_response(consultation, text=TEXT)
    publish_response(response, by=None)
    factories.closed_for_treatment(consultation)
    conclude_consultation(consultation, by=consultation.created_by)

    redact(response, by=factories.moderator_of(response))

    response.refresh_from_db()
    assert response.publication == Publication.REDACTED
    assert state_of(response).legal_basis == LegalBasis.OFFL_13


# --- Withholding ---------------------------------


@pytest.mark.parametrize("ground", PublicationGround)
def test_withhold_screens_the_whole_document_where_the_ground_is_in_the_law(ground):
    response = factories.accepted_response()

    decision = withhold_response(response, ground=ground, reason="Derfor.", by=None)

    response.refresh_from_db()
    state = state_of(response)
    assert response.legal_ground == ground
    assert (decision.ground, decision.reason) == (ground, "Derfor.")
    assert state.legal_basis == LEGAL_BASIS.get(ground, "")
    assert state.screened_document == (SCREENED_WHOLE if ground in LEGAL_BASIS else "")


def test_what_is_withheld_is_seen_by_nobody_outside():
    response = factories.accepted_response(text="Hele teksten min.")

    withhold(response, by=None)

    response.refresh_from_db()
    assert response.public_text == ""
    assert not Response.objects.public().exists()


def test_a_hidden_name_is_screened_also_where_the_ground_is_not_in_the_law():
    response = factories.accepted_response(**factories.named())

    withhold(response, ground=PublicationGround.HATEFUL, hide_name=True, by=None)

    state = state_of(response)
    assert (state.legal_basis, state.is_sender_screened) == (LegalBasis.OFFL_13, True)
    assert state.screened_document == SCREENED_PARTS
    assert "Nora" not in words_of(state.entry.documents.get(variant=Variant.REDACTED))


def test_from_parts_to_the_whole_the_journal_follows():
    response = factories.accepted_response(sender_kind=SenderKind.ANONYMOUS, text=TEXT)
    redact(response, ground=PublicationGround.SECRECY, by=None)

    withhold(response, ground=PublicationGround.NATIONAL_ID, by=None)

    state = state_of(response)
    assert (state.legal_basis, state.screened_document) == (LegalBasis.OFFL_26, SCREENED_WHOLE)


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_count_one():
    response = factories.accepted_response()
    kari, ola = factories.moderator_of(response), factories.moderator_of(response)

    results = at_once(
        lambda: publish_response(response, seen=1, by=kari),
        lambda: redact(response, seen=1, by=ola),
    )

    told(results)
    assert tally_of(response) == (1, 1, 0)
    assert Decision.objects.filter(response=response).count() == 2
