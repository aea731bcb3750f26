"""Archives for these tests: a small one of bare entries, and one with everything in it."""

from datetime import UTC, date, datetime
from itertools import count

import time_machine
from django.utils import timezone

from accounts.roles import Role
from archive.actions import (
    NewEntry,
    PartOfDocument,
    Party,
    StoredCopy,
    assess_entry,
    correct_entry,
    journal,
    open_case_file,
    prepare,
    record_delivery,
    settle_conversion,
    start_extraction,
    write_off_entry,
)
from archive.actions.documents import PDF_A
from archive.files import store_file
from archive.models import Change, Conversion, EntryState, JournalEntry
from archive.noark5.extraction import run_extraction
from archive.pdf import Page, render_pdf
from archive.vocabulary import EntryKind, EntryStatus, LegalBasis, PartyKind, WriteOff
from casework.actions import handle_assignment
from casework.models import Assignment, AssignmentStatus
from consultations.actions import (
    conclude_consultation,
    invite_consultee,
    open_consultation,
    publish_consultation,
)
from consultations.models import Response, SenderKind
from moderation.actions import publish_response, redact_response, withhold_response
from moderation.models import PublicationGround
from scenarios.attachments import docx
from tests import factories

_next = count(1)
A_MOMENT = datetime(2025, 5, 5, 10, tzinfo=UTC)
JFIF = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


def case_file(authority=None, *, by=None, **fields):
    defaults = {
        "source": f"prove-{next(_next)}",
        "title": "Høring – prøve",
        "responsible": "Ola Ansvarlig",
        "unit": "Prøveavdelingen",
    }
    return open_case_file(authority or factories.authority(), by=by, **(defaults | fields))


def page(title="Høringssvar", body="Jeg mener noe."):
    return Page(title=title, language="nb", created_at=timezone.now(), body=body)


def new_entry(case_file, source=None, *, parts=None, **fields):
    """What an incoming document is journaled with; its one document is prepared."""
    source = source or f"svar-{next(_next)}"
    if parts is None:
        parts = [PartOfDocument("Høringssvar", "Høringsuttalelse", page=page())]
    prepare(source, parts)
    kind = fields.get("kind", EntryKind.INCOMING)
    role = PartyKind.RECIPIENT if kind == EntryKind.OUTGOING else PartyKind.SENDER
    defaults = {
        "kind": EntryKind.INCOMING,
        "title": "Høringssvar – prøve",
        "parties": (Party(role, "Nora Prøve", email="nora@prove.example"),),
        "document_date": date(2025, 5, 5),
        "received_at": A_MOMENT,
        "unit": "Prøveavdelingen",
    }
    return NewEntry(case_file=case_file, source=source, **(defaults | fields))


def entry(case_file, source=None, *, by=None, **fields):
    return journal(new_entry(case_file, source, **fields), by=by)


def dispatched(entry):
    """The same entry, as one that was sent: what the product will do once it sends letters."""
    Change.objects.create(
        case_file=entry.case_file,
        entry=entry,
        unit=entry.system_id,
        element="journalstatus",
        old_value=EntryStatus.JOURNALED,
        new_value=EntryStatus.DISPATCHED,
        changed_by="Arne Arkivar",
    )
    EntryState.objects.filter(entry=entry).update(status=EntryStatus.DISPATCHED)


def written_off(case_file):
    """An entry that nothing hinders the closing of its case file."""
    made = entry(case_file)
    write_off_entry(made, WriteOff.TAKEN_INTO_ACCOUNT, by=None)
    return made


def delivered(authority, *, by):
    """The delivery of all that is closed at the authority, which nobody has approved yet."""
    extraction = start_extraction(authority, by=by)
    run_extraction(extraction)
    return record_delivery(extraction, receiver="Arkivverket", reference="2026/77", by=by)


def copy_by_hand():
    """A PDF/A that somebody has made of a file that was not converted, stored."""
    stored = store_file(render_pdf(page(title="Vedlegg")), "pdf")
    return StoredCopy(stored, "pdf", PDF_A)


def settled(case_file, *, by):
    """The same case file, with a copy made by hand of all that was not converted."""
    for each in Conversion.objects.unsettled().filter(document__entry__case_file=case_file):
        settle_conversion(each, "Skrevet ut som PDF/A.", copy=copy_by_hand(), by=by)
    return case_file


def concluded(consultation):
    """The same consultation with every response published and handled, concluded."""
    factories.closed_for_treatment(consultation)
    for response in consultation.responses.awaiting_moderation():
        publish_response(response, by=factories.moderator_of(consultation))
    for assignment in Assignment.objects.filter(
        response__consultation=consultation, status=AssignmentStatus.ASSIGNED
    ):
        handle_assignment(assignment, by=assignment.handler)
    archivist = factories.official(consultation.authority, Role.ARCHIVIST)
    settled(consultation.case_file, by=archivist)
    return conclude_consultation(consultation, by=consultation.created_by)


def everything():
    """An authority with two years of case files, closed but for the last, that hold every
    kind of sender, document, screening and correction that the product can make."""
    with time_machine.travel(datetime(2024, 3, 4, 9, tzinfo=UTC), tick=True):
        first = factories.drafted_consultation(title="Forskrift om <fjell> & fjord")
        at, editor = first.authority, first.created_by
        invite_consultee(first, name="Fjellaget", email="post@fjell.example", by=editor)
        first = open_consultation(publish_consultation(first, by=editor))
    with time_machine.travel(datetime(2024, 4, 2, 9, tzinfo=UTC), tick=True):
        moderator = factories.moderator_of(first)
        archivist = factories.official(at, "archivist", name="Arne Arkivar")
        _responses_to(first, moderator, archivist)
        factories.accepted_response(factories.open_for_answers(at), by=None)
    with time_machine.travel(datetime(2025, 1, 7, 9, tzinfo=UTC), tick=True):
        concluded(first)
        second = factories.discussed(at, title="Endringer i prøveloven")
        factories.thread(second)
        factories.accepted_response(second, by=moderator)
        concluded(second)
    return at


def _responses_to(consultation, moderator, archivist):
    def accepted(**fields):
        return factories.accepted_response(consultation, by=moderator, **fields)

    words = {"legal_basis": LegalBasis.OFFL_13, "title_words": ["fjell", "høringssvar"]}
    assess_entry(_entry(accepted()), **words, by=archivist)
    publish_response(accepted(**factories.named("Per <Person> & sønn")), by=moderator)
    organisation = {
        "sender_kind": SenderKind.ORGANISATION,
        "organisation_name": "Fjellaget",
        "name": "Kari Kontakt",
        "email": "post@fjell.example",
    }
    accepted(
        **organisation,
        files=[
            ("vedtak.pdf", factories.PDF),
            ("brev.docx", docx(["Vi er for."])),
            ("kart.png", factories.PNG),
            ("notat.txt", "Æ, ø og å.\n".encode()),
        ],
    )
    redact_response(
        accepted(text="Naboen Truls er syk, og det er leit.", **factories.named("Rut Redigert")),
        passages=[(0, 19)],
        ground=PublicationGround.SECRECY,
        hide_name=True,
        by=moderator,
    )
    withhold_response(
        accepted(files=[("egen.txt", b"hemmelig")], **factories.named("Walter Withheld")),
        ground=PublicationGround.TRADE_SECRET,
        by=moderator,
    )
    publish_response(accepted(**factories.named("Hilde Hemmelig")), hide_name=True, by=moderator)
    wrong = accepted(**factories.named("Feil Navn"))
    correction = correct_entry(
        _entry(wrong), sender_name="Galt Navn", reason="Navnet var feil.", by=archivist
    )
    correct_entry(correction, sender_name="Rett Navn", reason="Fremdeles feil.", by=archivist)
    redacted = accepted(text="Hemmelig ord her.", **factories.named("Kari Korrigert"))
    redact_response(redacted, passages=[(0, 8)], ground=PublicationGround.SECRECY, by=moderator)
    correct_entry(_entry(redacted), title="Rettet tittel", reason="Feil tittel.", by=archivist)


def _entry(response):
    return JournalEntry.objects.get(source=Response.objects.get(pk=response.pk).reference)
