"""Requests for access: what is given, when, by whom, and what is forgotten afterwards."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from archive.access import KEPT, due_day, given_documents
from archive.actions import (
    Answer,
    PartOfDocument,
    add_redacted_variant,
    answer_access_request,
    approve_erasure,
    assess_as_public,
    correct_entry,
    delete_erased_files,
    forget_access_request,
    mark_infected,
    remind_of_access_requests,
    request_access,
    request_erasure,
    screen_entry,
)
from archive.actions.access import LONGEST_REQUEST
from archive.files import store_file
from archive.models import AccessRequest, RequestedEntry
from archive.tasks import forget_access_requests
from archive.tasks import remind_of_access_requests as remind_all
from archive.vocabulary import (
    SCREENED_PARTS,
    SCREENED_WHOLE,
    LegalBasis,
    Variant,
)
from moderation.actions import publish_response, redact_response
from tests import factories
from tests.archive import records
from tests.archive.asking import answered, archivist_of, as_suggested, asked, material
from tests.pdf_reader import said_in
from tests.presses import at_once, denied, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Outcome = RequestedEntry.Outcome
BASIS = LegalBasis.OFFL_13


def with_attachment(case_file=None, content=b"Vedlegg."):
    parts = [
        PartOfDocument("Høringssvar", "Høringsuttalelse", page=records.page()),
        PartOfDocument("notat", "Vedlegg", stored=store_file(content, "txt"), format="txt"),
    ]
    return records.entry(case_file or records.case_file(), parts=parts)


def screened(entry, document=SCREENED_PARTS, **how):
    screen_entry(entry, legal_basis=BASIS, document=document, by=None, **how)
    return entry


def redacted(entry):
    add_redacted_variant(entry, records.page(body="Sladdet."))
    return screened(entry)


def erased(entry):
    """The same entry, whose documents are erased by law."""
    named = [each.system_id for each in entry.documents.all()]
    why = {"legal_basis": "Dom", "reason": "Dom"}
    erasure = request_erasure(entry, documents=named, by=archivist_of(entry), **why)
    delete_erased_files(approve_erasure(erasure, by=archivist_of(entry)))
    return entry


def given(access_request):
    return set(given_documents(AccessRequest.objects.get(pk=access_request.pk)).values())


def outcomes(access_request):
    return [each.outcome for each in access_request.entries.all()]


@pytest.mark.parametrize(
    ("came", "due"),
    [
        (date(2026, 11, 24), date(2026, 11, 27)),  # Tuesday → Friday
        (date(2026, 11, 27), date(2026, 12, 2)),  # over a weekend
        (date(2026, 11, 28), date(2026, 12, 2)),  # on a Saturday
        (date(2026, 4, 1), date(2026, 4, 9)),  # over Easter
        (date(2027, 5, 14), date(2027, 5, 20)),  # over Whit Monday, which is the 17th of May too
        (date(2026, 12, 23), date(2026, 12, 29)),  # over Christmas
        (date(2026, 12, 31), date(2027, 1, 6)),  # into a new year
    ],
)
def test_due_day_counts_working_days_of_norway(came, due):
    assert due_day(came) == due


def test_request_access_is_due_in_three_working_days_of_norwegian_time():
    with time_machine.travel(datetime(2026, 11, 24, 23, 30, tzinfo=UTC)):  # the 25th in Norway
        request = asked()

    assert request.due_on == date(2026, 11, 30)
    assert list(AccessRequest.objects.unanswered()) == [request]


def test_request_access_tells_the_archivists_and_gives_a_receipt_that_names_nobody():
    entry = records.entry(records.case_file())
    archivist = archivist_of(entry)

    request = asked(entry, text="Ring meg.")

    receipt = Notice.objects.get(email="siri@spor.example")
    word = Notice.objects.get(recipient=archivist)
    assert f"/nb/innsyn/{request.token}/" in receipt.body
    assert f"/nb/arkiv/{entry.authority.slug}/innsyn/" in word.body
    for each in (receipt, word):
        assert not any(secret in each.body for secret in ("Siri", "Ring meg", entry.title))
    assert request.token not in word.body


def test_request_access_takes_somebody_who_says_nothing():
    request = asked(name="", email="")

    assert (request.name, request.email, request.text) == ("", "", "")
    assert not Notice.objects.filter(key__contains="received").exists()


def test_request_access_refuses_what_is_nothing_or_of_another_journal():
    entry, other = (records.entry(records.case_file()) for _ in range(2))

    with refused("at least one"):
        request_access(entry.authority, [], language="nb")
    with refused("at least one"):
        request_access(other.authority, [entry], language="nb")


def test_request_access_refuses_too_much_at_once(monkeypatch):
    monkeypatch.setattr("archive.actions.access.LONGEST_REQUEST", 1)
    case_file = records.case_file()
    entries = [records.entry(case_file) for _ in range(2)]

    with refused("at most 1"):
        request_access(case_file.authority, entries, language="nb")
    assert LONGEST_REQUEST == 100


def test_answer_gives_the_whole_where_nothing_is_screened_and_records_who():
    entry = with_attachment()
    request, by = asked(entry), archivist_of(entry)

    answer_access_request(request, as_suggested(request), text="Vær så god.", by=by)

    request.refresh_from_db()
    assert (request.answered_by, request.answer) == (by, "Vær så god.")
    assert outcomes(request) == [Outcome.GRANTED]
    assert given(request) == set(entry.documents.all())


def test_nothing_is_suggested_of_an_entry_that_nobody_has_assessed():
    entry = with_attachment()

    before = material(entry).suggestion
    assess_as_public([entry], by=archivist_of(entry))

    assert (before, material(entry).suggestion) == ("", Outcome.GRANTED)


def test_answer_owes_the_asker_word_of_it_after_it_is_written():
    request = answered(asked())

    notice = Notice.objects.get(key=f"access-{request.pk}-access_answered")
    assert notice.email == "siri@spor.example"
    assert f"/innsyn/{request.token}/" in notice.body
    assert "Siri" not in notice.body


def test_answer_gives_the_latest_redacted_variant_of_what_is_screened():
    entry = redacted(with_attachment())
    add_redacted_variant(entry, records.page(body="Sladdet igjen."))

    request = answered(asked(entry))

    latest = entry.documents.get(variant=Variant.REDACTED, version=2)
    assert outcomes(request) == [Outcome.PARTLY]
    assert request.entries.get().legal_basis == BASIS
    assert given(request) == {latest}


@pytest.mark.parametrize("document", [SCREENED_WHOLE, SCREENED_PARTS, ""])
def test_no_answer_gives_the_original_of_what_is_screened(document):
    entry = screened(with_attachment(), document, sender=True)
    request, by = asked(entry), archivist_of(entry)
    main, attachment = entry.documents.order_by("number")
    both = (main.system_id, attachment.system_id)

    assert material(entry).suggestion == Outcome.REFUSED
    for outcome in (Outcome.GRANTED, Outcome.PARTLY):
        if document == SCREENED_WHOLE or outcome == Outcome.GRANTED:
            with refused("any more"):
                answer_access_request(
                    request, {request.entries.get().pk: Answer(outcome, BASIS)}, by=by
                )
    if document != SCREENED_WHOLE:
        choice = Answer(Outcome.PARTLY, BASIS, attachments=both)
        answer_access_request(request, {request.entries.get().pk: choice}, by=by)
        assert given(request) == {attachment}


def test_answer_refuses_a_screened_name_however_the_response_is_published():
    """The moderator has hidden the name: the document given is without it."""
    hidden = factories.accepted_response(**factories.named("Hilde Hemmelig"))
    publish_response(hidden, hide_name=True, by=None)
    parts = factories.accepted_response(hidden.consultation, **factories.named("Hilde Hemmelig"))
    redact_response(parts, passages=[(0, 3)], ground="secrecy", hide_name=True, by=None)
    entries = list(hidden.consultation.authority.entries.filter(kind__startswith="Inng"))

    request = answered(asked(*entries))

    assert outcomes(request) == [Outcome.PARTLY, Outcome.PARTLY]
    assert len(given(request)) == 2
    for document in given(request):
        with default_storage.open(document.path) as file:
            assert "Hemmelig" not in said_in(file)


def test_answer_refuses_what_breaks_a_rule():
    entry = redacted(with_attachment())
    request, by = asked(entry), archivist_of(entry)
    pk = request.entries.get().pk

    with refused("Decide on entry"):
        answer_access_request(request, {}, by=by)
    for outcome in (Outcome.PARTLY, Outcome.REFUSED):
        with refused("by which provision"):
            answer_access_request(request, {pk: Answer(outcome)}, by=by)
    for outcome in (Outcome.GRANTED, Outcome.OBSOLETE):
        with refused("any more"):
            answer_access_request(request, {pk: Answer(outcome, BASIS)}, by=by)


def test_answer_is_given_once():
    request = answered(asked())

    with refused("has answered this request already"):
        answered(request, by=request.answered_by)


def test_answer_is_denied_to_others_and_to_the_system():
    request = asked()
    answers = as_suggested(request)

    for somebody in [*factories.everyone_but(request.authority, Role.ARCHIVIST), None]:
        with denied():
            answer_access_request(request, answers, by=somebody)


def test_erased_infected_and_disposed_files_are_given_to_nobody():
    case_file = records.case_file()
    whole, gone = records.entry(case_file), erased(records.entry(case_file))
    infected = with_attachment(case_file, b"X5O virus")
    mark_infected(infected.documents.get(number=2).sha256)

    request = answered(asked(whole, infected))

    assert material(gone).outcomes == [Outcome.REFUSED]
    assert given(request) == {whole.documents.get(), infected.documents.get(number=1)}
    erased(whole)
    mark_infected(infected.documents.get(number=1).sha256)
    assert given(request) == set()


def test_corrected_entry_is_answered_with_its_correction_and_obsolete_with_nothing():
    entry = records.entry(records.case_file())
    request = asked(entry)
    correction = correct_entry(entry, title="Rettet", reason="Feil.", by=None)

    answered(request)
    assert given(request) == {correction.documents.get()}

    correct_entry(correction, title="Rettet igjen", reason="Feil.", by=None)
    assert given(request) == set()
    assert material(entry).entry.title == "Rettet igjen"


def test_what_is_given_is_fixed_when_it_is_answered():
    entry = redacted(with_attachment())
    request = answered(asked(entry))
    before = given(request)

    add_redacted_variant(entry, records.page(body="Nytt."))
    screen_entry(entry, legal_basis="", by=None)

    assert given(request) == before


def test_remind_owes_each_archivist_one_mail_a_working_day():
    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC)):
        request = asked()
        answered(asked(records.entry(records.case_file(request.authority))))
    archivists = [archivist_of(request) for _ in range(2)]
    archivist_of(asked())  # of another authority, with nothing due
    Notice.objects.all().delete()

    for day in (26, 27, 27, 28, 30):  # too soon, due, again, Saturday, overdue
        with time_machine.travel(datetime(2026, 11, day, 8, tzinfo=UTC)):
            remind_all()

    due = Notice.objects.filter(key__startswith="access-due").order_by("pk")
    first, last = due.filter(recipient=archivists[0])
    assert due.filter(recipient=archivists[1]).count() == 2
    assert "overdue" not in first.body
    assert "1 er over fristen" in last.body
    assert "Siri" not in last.body


def test_remind_is_silent_where_nothing_is_due():
    request = answered(asked())
    before = Notice.objects.count()

    with time_machine.travel(timezone.now() + timedelta(days=30)):
        remind_of_access_requests(request.authority)

    assert Notice.objects.count() == before


def test_forget_blanks_who_asked_and_the_mails_and_ends_the_link():
    request = answered(asked(text="Jeg heter Siri."), text="Kjære Siri.")
    waiting = asked(records.entry(records.case_file(request.authority)))

    with time_machine.travel(request.answered_at + KEPT - timedelta(minutes=1)):
        forget_access_requests()
    assert AccessRequest.objects.get(pk=request.pk).email
    with time_machine.travel(request.answered_at + KEPT + timedelta(minutes=1)):
        forget_access_requests()

    kept = AccessRequest.objects.get(pk=request.pk)
    assert (kept.name, kept.email, kept.text, kept.answer) == ("", "", "", "")
    assert outcomes(kept) == [Outcome.GRANTED]
    assert given(kept) == set()
    assert not Notice.objects.filter(key__startswith=f"access-{request.pk}-").exists()
    waiting.refresh_from_db()
    assert waiting.email == "siri@spor.example"


def test_forget_does_nothing_to_one_that_waits_or_was_just_answered():
    for request in (asked(), answered(asked())):
        forget_access_request(request)

        assert AccessRequest.objects.get(pk=request.pk).name == "Siri Spør"


@pytest.mark.django_db(transaction=True)
def test_two_archivists_who_answer_at_once_answer_once():
    request = asked()
    answers = as_suggested(request)
    people = [archivist_of(request) for _ in range(2)]

    results = at_once(
        *(lambda by=by: answer_access_request(request, answers, by=by) for by in people)
    )

    (refusal,) = told(results)
    request.refresh_from_db()
    assert str(request.answered_by) in str(refusal)
    assert Notice.objects.filter(key__endswith="access_answered").count() == 1
