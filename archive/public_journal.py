"""What everybody may know of an entry: the one place that decides it, for the pages of the
public journal, its feed, its files and what is handed to eInnsyn.

The words by which an entry is found follow the same rule: see the view in the migration
`journal_search`. Who changes the one changes the other.
"""

from dataclasses import dataclass

from archive.models import Correspondent, JournalEntry
from archive.public_title import masked
from archive.vocabulary import (
    ANONYMOUS,
    ERASED,
    MASK,
    DocumentRole,
    EntryKind,
    EntryStatus,
    PartyKind,
    Variant,
)

SENDERS = {PartyKind.SENDER, PartyKind.INTERNAL_SENDER}
BESIDE = ("state", "case_file")  # what must be fetched with an entry
AMONG = ("parties", "corrections")


@dataclass(frozen=True)
class ToldParty:
    """A party as the public journal names it. Never the contact person or the address."""

    kind: str
    name: str
    is_person: bool = False  # a private person, by a name that is not masked
    is_masked: bool = False


@dataclass(frozen=True)
class Line:
    """What the public journal tells of an entry.

    Of one that is obsolete, only that it is, and where it stands: what was wrong with it may
    be what it told. `legal_basis` is that of keeping the document itself back; that of a
    masked name would read as if the document were judged (before krav 5.2.14).
    """

    entry: JournalEntry
    is_obsolete: bool
    title: str
    kind: str
    parties: tuple[ToldParty, ...]
    themes: tuple[str, ...]
    legal_basis: str
    corrections: tuple[JournalEntry, ...]


def told(entry):
    """The line of an entry, with what stands in `BESIDE` and `AMONG` fetched."""
    is_obsolete = entry.state.status == EntryStatus.OBSOLETE
    return Line(
        entry=entry,
        is_obsolete=is_obsolete,
        title="" if is_obsolete else entry.public_title,
        kind="" if is_obsolete else entry.kind,
        parties=() if is_obsolete else tuple(_party(entry, each) for each in entry.parties.all()),
        themes=() if is_obsolete else told_themes(entry),
        legal_basis=entry.state.legal_basis
        if entry.state.screened_document and not is_obsolete
        else "",
        corrections=tuple(entry.corrections.all()),
    )


def told_themes(entry):
    """The themes of an entry, but those whose names hold a word that is screened of its title."""
    words = entry.screened_words
    return tuple(each for each in entry.keywords if masked(each, words) == each)


@dataclass(frozen=True)
class ToldDocument:
    """A document of an entry: its number and what it may be called in public."""

    number: int
    title: str
    role: str
    is_erased: bool


def told_documents(entry):
    """The documents of an entry, each once; none of an obsolete one.

    What a sender attached bears the name that the sender gave the file, perhaps their own: it
    is only told that it is an attachment.
    """
    if entry.state.status == EntryStatus.OBSOLETE:
        return []
    documents = entry.documents.filter(variant=Variant.ARCHIVE, converted_from=None)
    return [
        ToldDocument(
            each.number,
            document_title(entry, each),
            each.role,
            each.erasure_id is not None,
        )
        for each in documents
    ]


def document_title(entry, document):
    is_attached = document.role == DocumentRole.ATTACHMENT
    if is_attached and entry.kind == EntryKind.INCOMING:
        return DocumentRole.ATTACHMENT.value
    return masked(document.title, entry.screened_words)


def _party(entry, party):
    return told_party(party, is_screened=entry.state.is_sender_screened)


def told_party(party: Correspondent, *, is_screened):
    """A party, or a row of it with its kind, name and is_person, of an entry that stands."""
    if is_screened and party.kind in SENDERS:
        return ToldParty(party.kind, MASK, is_masked=True)
    is_named = party.name not in (ANONYMOUS, ERASED)
    return ToldParty(party.kind, party.name, is_person=party.is_person and is_named)


def names_are_found_after(today):
    """The journal date after which private persons are found by their names, as in eInnsyn:
    one year back (offentlegforskrifta § 7). Nothing need be rewritten when a day passes."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:  # the 29th of February
        return today.replace(year=today.year - 1, day=28)
