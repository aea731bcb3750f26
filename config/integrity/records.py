"""Invariants 1–4, 6 and 7: what the tables must say of each other."""

import hashlib
from collections import Counter

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from accounts.models import Authority, Membership, Notice
from accounts.roles import Role
from archive.models import ArchivedDocument, Change, EntryState, JournalEntry
from archive.verify import verify_chain, verify_documents
from archive.vocabulary import ERASED, DocumentRole, EntryKind, Variant
from casework.models import Assessment, Assignment, AssignmentStatus
from consultations.letters import original_text
from consultations.models import (
    DailyTally,
    Response,
    ResponseStatus,
    Submission,
    Tally,
)

ROWS = 2000  # fetched at a time


def entries_and_responses():
    """1. Every accepted response has exactly one incoming entry, and the other way round; every
    published assessment has its entry."""
    entry = JournalEntry.objects.filter(
        source=OuterRef("reference"),
        authority=OuterRef("consultation__authority"),
        kind=EntryKind.INCOMING,
    )
    for reference in (
        Response.objects.accepted()
        .filter(~Exists(entry))
        .values_list("reference", flat=True)
        .iterator(ROWS)
    ):
        yield f"Response {reference} is accepted, but not journaled."
    response = Response.objects.accepted().filter(
        reference=OuterRef("source"), consultation__authority=OuterRef("authority")
    )
    incoming = JournalEntry.objects.filter(kind=EntryKind.INCOMING, corrects=None)
    for found in incoming.filter(~Exists(response)).iterator(ROWS):
        yield f"Entry {found.identifier} has no accepted response ({found.source})."
    stateless = JournalEntry.objects.filter(
        ~Exists(EntryState.objects.filter(entry=OuterRef("pk")))
    )
    for found in stateless.iterator(ROWS):
        yield f"Entry {found.identifier} has no state."
    yield from _assessments_not_journaled()
    yield from _states_and_changes()


def _assessments_not_journaled():
    """What is published of an assessment is a document in the case, so it has its entry there."""
    assessments = list(Assessment.objects.published().select_related("theme__consultation"))
    entries = JournalEntry.objects.filter(source__in=[each.source for each in assessments])
    journaled = set(entries.values_list("case_file", "source"))
    for assessment in assessments:
        place = assessment.theme.consultation.case_file_id, assessment.source
        if place not in journaled:
            yield (
                f"The assessment of theme #{assessment.theme_id} is published, but not journaled."
            )


def _states_and_changes():
    """Entries whose state now is not what the change log says last."""
    for field, element in (("case_handler", "saksbehandler"), ("status", "journalstatus")):
        last = (
            Change.objects.filter(entry=OuterRef("entry"), element=element)
            .order_by("-pk")
            .values("new_value")[:1]
        )
        states = EntryState.objects.annotate(logged=Subquery(last))
        for state in (
            states.exclude(logged=None)
            .exclude(logged=F(field))
            .select_related("entry")
            .iterator(ROWS)
        ):
            yield f"Entry {state.entry.identifier}: {element} is not what the change log says."


def journal_numbers():
    """2. Journal numbers have no gap and no double, and the chain verifies."""
    for authority in Authority.objects.all():
        yield from verify_chain(authority)


def assignments():
    """3. Every journaled response has one current assignment; what waits, waits for somebody
    with the role. Who has handled one may have left since."""
    counted = Response.objects.accepted().annotate(
        current=Count("assignments", filter=~Q(assignments__status=AssignmentStatus.REASSIGNED))
    )
    for reference, current in (
        counted.exclude(current=1).values_list("reference", "current").iterator(ROWS)
    ):
        yield f"Response {reference} has {current} current assignments."
    role = Membership.objects.filter(
        user=OuterRef("handler"),
        user__is_active=True,
        authority=OuterRef("response__consultation__authority"),
        role=Role.CASE_HANDLER,
    )
    for assignment in (
        Assignment.objects.to_be_handled()
        .filter(~Exists(role))
        .select_related("response")
        .iterator(ROWS)
    ):
        yield f"Response {assignment.response.reference} is assigned to no case handler."
    for assignment in (
        Assignment.objects.exclude(entry__source=F("response__reference"))
        .select_related("response")
        .iterator(ROWS)
    ):
        yield f"Response {assignment.response.reference} is assigned with another's entry."


def documents():
    """4. Archived bytes match their digest, and original texts match their entry. What is erased
    has no bytes, and no text."""
    for authority in Authority.objects.all():
        yield from verify_documents(authority)
    erased = hashlib.sha256(ERASED.encode()).hexdigest()
    made_of = {
        source: erased if erasure else digest
        for source, digest, erasure in ArchivedDocument.objects.filter(
            role=DocumentRole.MAIN,
            variant=Variant.ARCHIVE,
            converted_from=None,
            entry__corrects=None,
        ).values_list("entry__source", "source_sha256", "erasure")
    }
    for response in Response.objects.accepted().select_related("submission").iterator(ROWS):
        digest = hashlib.sha256(original_text(response).encode()).hexdigest()
        if made_of.get(response.reference) != digest:
            yield f"The text of response {response.reference} is not the one that was journaled."


def counters():
    """6. Every stored counter equals what it counts."""
    accepted = Q(theme__responses__status=ResponseStatus.ACCEPTED)
    counted = Tally.objects.annotate(
        true_accepted=Count("theme__responses", filter=accepted),
        true_published=Count(
            "theme__responses",
            filter=accepted & Q(theme__responses__publication__in=["published", "redacted"]),
        ),
        true_withheld=Count(
            "theme__responses", filter=accepted & Q(theme__responses__publication="withheld")
        ),
    )
    for tally in counted.select_related("theme__consultation"):
        for name in ("accepted", "published", "withheld"):
            stored, true = getattr(tally, name), getattr(tally, f"true_{name}")
            if stored != true:
                where = f"{tally.theme.consultation.slug}/{tally.theme.slug}"
                yield f"{where}: {name} is stored as {stored}, but is {true}."
    yield from _days()


def _days():
    stored = Counter(
        {
            (tally.theme_id, tally.day, tally.sender_group): tally.accepted
            for tally in DailyTally.objects.all()
        }
    )
    true = Counter(
        {
            (row["theme"], row["day"], row["sender_group"]): row["number"]
            for row in Response.objects.accepted()
            .values("theme", "sender_group", day=TruncDate("received_at"))
            .annotate(number=Count("pk"))
        }
    )
    for key in sorted(set(stored) | set(true)):
        if stored[key] != true[key]:
            theme, day, group = key
            yield (
                f"Theme #{theme}, {day}, {group}: accepted is stored as {stored[key]}, "
                f"but is {true[key]}."
            )


def receipts():
    """7. Every receipt shown has its submission, and every submission what was sent."""
    for key in Notice.objects.filter(key__startswith="receipt-").values_list("key", flat=True):
        pk = int(key.removeprefix("receipt-"))
        if not Submission.objects.submitted().filter(pk=pk).exists():
            yield f"A receipt was sent for submission #{pk}, which is not there."
    empty = Submission.objects.submitted().filter(responses=None)
    for reference in empty.values_list("reference", flat=True):
        yield f"Submission {reference} was received, but holds no response."
    torn = Response.objects.exclude(status=ResponseStatus.DRAFT).filter(
        submission__submitted_at=None
    )
    for reference in torn.values_list("reference", flat=True):
        yield f"Response {reference} was received, but its submission was not."
