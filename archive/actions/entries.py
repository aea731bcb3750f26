"""What may happen to an entry after it is journaled: each change is logged, none is lost."""

from collections import defaultdict
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.case_files import lock_journal
from archive.actions.conversions import carry_over
from archive.actions.journaling import FILE_FIELDS, NewEntry, Party, write_entry
from archive.legal_text import legal
from archive.models import ArchivedDocument, Change, EntryState, JournalEntry
from archive.models.rules import ANSWERS, NOTHING
from archive.permissions import can_keep_archive
from archive.public_title import public_title_of_correction
from archive.signature import signature
from archive.vocabulary import (
    SCREENED_SENDER,
    SCREENED_TITLE_WORDS,
    UNASSIGNED,
    EntryKind,
    EntryStatus,
    PartyKind,
    Variant,
)

ELEMENTS = {  # our field → Noark's element (annex 3)
    "status": "journalstatus",
    "case_handler": "saksbehandler",
    "unit": "administrativEnhet",
    "legal_basis": "skjermingshjemmel",
    "is_sender_screened": "skjermingMetadata",
    "public_title": "offentligTittel",
    "screened_document": "skjermingDokument",
    "screening_years": "skjermingsvarighet",
    "screening_ends_on": "skjermingOpphoererDato",
    "assessed_on": "offentlighetsvurdertDato",
    "write_off": "avskrivningsmaate",
    "answered_by": "referanseAvskrivesAvJournalpost",
}
STATE_BESIDE = ("written_off_on", "written_off_by")  # what goes with those
PLACE_FIELDS = (
    "number",
    "role",
    "variant",
    "version",
    "erasure_id",
    "conversion_tool",
    "conversion_comment",
)


@action
def route_entry(entry, *, case_handler, unit, by):
    """Say whose desk the entry is on (names in text). Not after it is archived (krav 3.2.23)."""
    return change_state(
        open_state(entry), by=by, case_handler=legal(case_handler), unit=legal(unit)
    )


@action
def route_entries(routes, *, by):
    """`route_entry` for many at once: (entry, case_handler, unit). Each entry once."""
    desks = {
        entry.pk: {"case_handler": legal(who), "unit": legal(unit)} for entry, who, unit in routes
    }
    changes, routed = [], defaultdict(list)
    for state in open_states([entry for entry, _who, _unit in routes]):
        desk = desks[state.pk]
        changes += changes_of(state, by, **desk)
        routed[tuple(desk.items())].append(state.pk)
    Change.objects.bulk_create(changes)
    for desk, entries in routed.items():
        EntryState.objects.filter(entry__in=entries).update(**dict(desk))


@action
def write_off_entry(entry, manner, *, answer=None, by):
    """Avskrive: say how an incoming entry was dealt with. No other is written off (3.4)."""
    return write_off_entries([entry], manner, answer=answer, by=by)[0]


@action
def write_off_entries(entries, manner, *, answer=None, by):
    """`write_off_entry` for many at once, in the same manner: all of them, or none.

    `answer` is the outgoing entry of the same case file that answers them. What was answered
    in writing says by which (krav 3.4.7).
    """
    if manner in ANSWERS and answer is None:
        raise ActionRefused(
            _("Say which entry is the answer: the letter or the e-mail that went out in the case.")
        )
    for entry in entries:
        if entry.kind != EntryKind.INCOMING:
            raise ActionRefused(
                _("Entry %(entry)s did not come in, so it can not be written off.")
                % {"entry": entry.identifier}
            )
        if answer is not None and not _may_answer(answer, entry, manner):
            raise ActionRefused(
                _(
                    "Entry %(answer)s can not be the answer to %(entry)s. An answer is a letter "
                    "or an e-mail that went out in the same case, after what it answers came in."
                )
                % {"answer": answer.identifier, "entry": entry.identifier}
            )
    states = open_states(entries)
    changes = []
    for state in states:
        if state.write_off:
            raise ActionRefused(
                _("Entry %(entry)s is written off already.") % {"entry": state.entry.identifier}
            )
        state.written_off_on, state.written_off_by = timezone.localdate(), signature(by)
        changes += changes_of(state, by, write_off=manner, answered_by=answer)
    Change.objects.bulk_create(changes)
    EntryState.objects.filter(entry__in=entries).update(
        write_off=manner,
        answered_by=answer,
        written_off_on=timezone.localdate(),
        written_off_by=signature(by),
    )
    return states


def _may_answer(answer, entry, manner):
    is_of_the_case = answer.case_file_id == entry.case_file_id
    is_later = answer.document_date >= timezone.localdate(entry.received_at)
    is_letter = answer.kind == EntryKind.OUTGOING
    return manner in ANSWERS and is_letter and is_of_the_case and is_later


@action
def mark_obsolete(entry, *, reason, by):
    """Mark an entry as Utgår where nothing takes its place. It stays, and says why.

    Call `moderation.actions.mark_obsolete`, which refuses it of what stands for a response.
    Raises ActionRefused for an entry that is archived or obsolete already.
    """
    lock_journal(entry.authority)  # nobody corrects it meanwhile
    require(can_keep_archive(by, entry.authority_id))
    state = open_state(entry)
    state.remark = legal(reason)
    return change_state(state, by=by, status=EntryStatus.OBSOLETE, also=("remark",))


@action
def correct_entry(entry, *, title=None, sender_name=None, reason, by):
    """Correct a mistake: the entry becomes Utgår, and a new one refers to it.

    The new entry has the old one's documents, state and whatever is not corrected, and the
    next number. Raises ActionRefused for an entry that is archived or obsolete already.
    """
    book = lock_journal(entry.authority)
    require(can_keep_archive(by, entry.authority))
    state = open_state(entry)
    parties = tuple(
        Party(
            kind=party.kind,
            name=sender_name if sender_name and party.kind == PartyKind.SENDER else party.name,
            contact_person=party.contact_person,
            email=party.email,
            is_person=party.is_person,
        )
        for party in entry.parties.all()
    )
    new = NewEntry(
        case_file=entry.case_file,
        source=f"{origin(entry.source)}+{uuid4().hex[:8]}",
        kind=entry.kind,
        title=title or entry.title,
        parties=parties,
        document_date=entry.document_date,
        keywords=tuple(entry.keywords),
        received_at=entry.received_at,
        sent_at=entry.sent_at,
        unit=state.unit,
    )
    documents = _copies(entry)
    journaled = {old: new for old, new in documents.items() if is_journaled(old)}
    correction = write_entry(book, new, list(journaled.values()), by=by, corrects=entry)
    added = {old: new for old, new in documents.items() if old not in journaled}
    for old, each in added.items():
        each.entry, each.converted_from = correction, documents.get(old.converted_from)
    ArchivedDocument.objects.bulk_create(added.values())
    carry_over(journaled)
    copy = correction.state
    for name in STATE_BESIDE:
        setattr(copy, name, getattr(state, name))
    kept = {name: getattr(state, name) for name in ELEMENTS if name != "unit"}
    kept["public_title"] = public_title_of_correction(
        correction.title, before=entry.title, public_before=state.public_title
    )
    change_state(copy, by=by, also=STATE_BESIDE, **kept)
    state.remark = legal(reason)
    change_state(state, by=by, status=EntryStatus.OBSOLETE, also=("remark",))
    return correction


def _copies(entry):
    """The entry's documents, each with the same file as a document of another entry, unsaved."""
    documents = entry.documents.select_related("converted_from").order_by("number", "pk")
    descriptions = defaultdict(uuid4)
    return {
        each: ArchivedDocument(
            description_id=descriptions[each.description_id],
            **{name: getattr(each, name) for name in (*FILE_FIELDS, *PLACE_FIELDS)},
        )
        for each in documents
    }


def is_journaled(document):
    """Whether it came with its entry, and is covered by its hash; the others came later."""
    return document.variant != Variant.REDACTED and document.converted_from_id is None


def origin(source):
    """What was journaled first, of an entry's source or its correction's."""
    return source.partition("+")[0]


def current_entry(entry):
    """The entry that stands now: the last of its corrections, or itself."""
    return current_entries([entry])[0]


def current_entries(entries):
    """`current_entry` of each, in their order."""
    corrections = {
        each.corrects_id: each for each in JournalEntry.objects.filter(corrects__in=entries)
    }
    if not corrections:
        return list(entries)
    return current_entries([corrections.get(entry.pk, entry) for entry in entries])


def open_state(entry, *, may_be_archived=False):
    """The locked state of an entry that may still change."""
    return open_states([entry], may_be_archived=may_be_archived)[0]


def open_states(entries, *, may_be_archived=False):
    """The states of entries that may still change, locked in the same order by all."""
    entries = {entry.pk: entry for entry in entries}
    final = {EntryStatus.OBSOLETE} | (set() if may_be_archived else {EntryStatus.ARCHIVED})
    states = list(EntryState.objects.select_for_update().filter(pk__in=entries).order_by("pk"))
    for state in states:
        state.entry = entries[state.pk]
        if state.status in final:
            raise ActionRefused(
                _("Entry %(entry)s is “%(status)s” and can not be changed.")
                % {"entry": state.entry.identifier, "status": state.status}
            )
    return states


def change_state(state, *, by, also=(), **values):
    """Write the new values and a row of the change log for each that differs."""
    Change.objects.bulk_create(changes_of(state, by, **values))
    state.save(update_fields=[*values, *also])
    return state


def changes_of(state, by, **values):
    """Set the new values, and yield an unsaved row of the change log for each that differs."""
    entry, metadata = state.entry, _screened_metadata(state)
    moved = []
    for name, new in values.items():
        old = getattr(state, name)
        if old != new:
            setattr(state, name, new)
            if name != "is_sender_screened":
                moved.append((name, _readable(name, old), _readable(name, new)))
    if metadata != _screened_metadata(state):
        moved.append(("is_sender_screened", metadata, _screened_metadata(state)))
    for name, old, new in moved:
        yield Change(
            case_file_id=entry.case_file_id,
            entry=entry,
            unit=entry.system_id,
            element=ELEMENTS[name],
            old_value=old,
            new_value=new,
            changed_by=signature(by),
        )


def _screened_metadata(state):
    """All that is screened of an entry's metadata: one element of the log, whatever it is."""
    words = [SCREENED_SENDER] if state.is_sender_screened else []
    words += [SCREENED_TITLE_WORDS] if state.public_title else []
    return "; ".join(words) or NOTHING


def _readable(name, value):
    if name == "case_handler":
        return value or UNASSIGNED
    if name == "answered_by" and value:
        return str(value.system_id)
    return str(value) if value else NOTHING
