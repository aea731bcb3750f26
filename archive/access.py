"""What may be given of an entry that somebody asks for, and by when (offentleglova).

What is screened is never given: of it the public gets the redacted variant, or nothing. A
file that is erased, disposed of or carries a virus is given to nobody. A person decides
within that; an attachment to something that is screened in part goes along only when the
person has read it and says so (offl. § 12: the rest of a document is public).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

import holidays
from django.conf import settings
from django.utils import timezone

from archive.models import (
    ArchivedDocument,
    Disposal,
    EntryState,
    InfectedFile,
    JournalEntry,
    RequestedEntry,
)
from archive.vocabulary import SCREENED_WHOLE, EntryStatus, Variant

KEPT = timedelta(days=90)  # after the answer: who asked is known, and what is given is there
REFUSAL_DAYS = 5  # working days without an answer, which count as a refusal (offl. § 32)
Outcome = RequestedEntry.Outcome


def due_day(day):
    """The last of the working days in which what came in on `day` is to be answered."""
    return working_day(day, settings.ACCESS_WORKING_DAYS)


def working_day(day, count):
    """The working day that is `count` after `day`; Norway's holidays are none."""
    return holidays.country_holidays("NO").get_nth_working_day(day, count)


def is_working_day(day):
    return holidays.country_holidays("NO").is_working_day(day)


@dataclass(frozen=True)
class Material:
    """The files of one entry by how they may be given, each a tuple of ArchivedDocuments.

    `entry` is the one that stands now, with its `state`; `attachments` may go along with the
    `variants`; `kept` are given to nobody.
    """

    entry: JournalEntry
    whole: tuple = ()
    variants: tuple = ()
    attachments: tuple = ()
    kept: tuple = ()

    @property
    def is_obsolete(self):
        return self.entry.state.status == EntryStatus.OBSOLETE

    @property
    def outcomes(self):
        """What may be decided."""
        if self.is_obsolete:
            return [Outcome.OBSOLETE]
        possible = {Outcome.GRANTED: self.whole, Outcome.PARTLY: self.variants + self.attachments}
        return [*(outcome for outcome, given in possible.items() if given), Outcome.REFUSED]

    @property
    def suggestion(self):
        """What the screening says; empty where a person must choose, having read it."""
        if self.is_obsolete:
            return Outcome.OBSOLETE
        if self.entry.state.legal_basis:
            return Outcome.PARTLY if self.variants else Outcome.REFUSED
        if self.variants or not self.whole or not self.entry.state.assessed_on:
            return ""
        return Outcome.GRANTED

    def given(self, outcome, attachments=()):
        """The files that go with a decision; `attachments` are the system_ids of the chosen."""
        if outcome == Outcome.GRANTED:
            return self.whole
        if outcome == Outcome.PARTLY:
            chosen = set(attachments)
            return self.variants + tuple(
                each for each in self.attachments if each.system_id in chosen
            )
        return ()


def materials(current):
    """The Material of each entry, in their order: call it with `current_entries`."""
    states = EntryState.objects.in_bulk([entry.pk for entry in current])
    documents = defaultdict(list)
    rows = ArchivedDocument.objects.filter(entry__in=current).order_by("number", "version", "pk")
    for each in rows:
        documents[each.entry_id].append(each)
    digests = {each.sha256 for each in rows}
    infected = set(InfectedFile.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    case_files = {entry.case_file_id for entry in current}
    disposed = set(
        Disposal.objects.filter(case_file__in=case_files).values_list("case_file", flat=True)
    )
    for entry in current:
        entry.state = states[entry.pk]
    return [
        _material(entry, documents[entry.pk], infected, entry.case_file_id in disposed)
        for entry in current
    ]


def _material(entry, documents, infected, is_disposed):
    kept = tuple(
        each for each in documents if is_disposed or each.erasure_id or each.sha256 in infected
    )
    if entry.state.status == EntryStatus.OBSOLETE:
        return Material(entry, kept=tuple(documents))
    free = [each for each in documents if each not in kept]
    variants = _latest(each for each in free if each.variant == Variant.REDACTED)
    originals = _latest(each for each in free if each.variant != Variant.REDACTED)
    is_screened = bool(entry.state.legal_basis)
    shown = {each.number for each in variants}
    attachments = tuple(each for each in originals if each.number > 1 and each.number not in shown)
    return Material(
        entry,
        whole=() if is_screened else originals,
        variants=variants,
        attachments=() if entry.state.screened_document == SCREENED_WHOLE else attachments,
        kept=kept,
    )


def _latest(documents):
    """One of each number: the last version, and of that the copy in an archive format."""
    best = {}
    for each in documents:
        rank = (each.version, each.converted_from_id is not None, each.pk)
        if each.number not in best or rank > best[each.number][0]:
            best[each.number] = rank, each
    return tuple(each for _rank, each in best.values())


def given_documents(access_request):
    """system_id → the file, of what was given and is still there to be handed out.

    Nothing is, once the request is forgotten; nor what has meanwhile been erased, disposed of,
    found to carry a virus, or become obsolete.
    """
    if access_request.forgotten_at or not access_request.answered_at:
        return {}
    named = {system_id for each in access_request.entries.all() for system_id in each.documents}
    documents = (
        ArchivedDocument.objects.filter(
            system_id__in=named, erasure=None, entry__case_file__disposal=None
        )
        .exclude(entry__state__status=EntryStatus.OBSOLETE)
        .exclude(sha256__in=InfectedFile.objects.values("sha256"))
        .select_related("entry__state")
    )
    return {each.system_id: each for each in documents}


def kept_until(access_request):
    """The day after which what was given is gone."""
    return timezone.localdate(access_request.answered_at + KEPT)
