"""What the database refuses of the state of an entry, and of the log of how it changed."""

# ruff: noqa: S608 - the statements are made of our own constants alone

import pgtrigger

from archive.models.rules.refusals import APPEND_ONLY, IS_KEPT, fixed, refuse, refuse_insert
from archive.vocabulary import (
    MASK,
    SCREENED_PARTS,
    SCREENED_SENDER,
    SCREENED_TITLE_WORDS,
    SCREENED_WHOLE,
    UNASSIGNED,
    EntryKind,
    EntryStatus,
    WriteOff,
)

NOTHING = "(ingen)"  # what stands in the change log where there was no value: it may not be empty
ANSWERS = [WriteOff.ANSWERED_BY_LETTER, WriteOff.ANSWERED_BY_EMAIL]  # by an entry of their own
SCREENED_DOCUMENTS = ["", SCREENED_WHOLE, SCREENED_PARTS]


def _metadata(row):
    """What of the metadata of an entry is screened, as the change log has it."""
    return (
        f"concat_ws('; ', CASE WHEN {row}.is_sender_screened THEN '{SCREENED_SENDER}' END,"
        f" CASE WHEN {row}.public_title <> '' THEN '{SCREENED_TITLE_WORDS}' END)"
    )


_MOVED = (
    f"('journalstatus', OLD.status, NEW.status),"
    f" ('saksbehandler', coalesce(nullif(OLD.case_handler, ''), '{UNASSIGNED}'),"
    f" coalesce(nullif(NEW.case_handler, ''), '{UNASSIGNED}')),"
    " ('administrativEnhet', OLD.unit, NEW.unit),"
    " ('skjermingshjemmel', OLD.legal_basis, NEW.legal_basis),"
    f" ('skjermingMetadata', {_metadata('OLD')}, {_metadata('NEW')}),"
    " ('offentligTittel', OLD.public_title, NEW.public_title),"
    " ('skjermingDokument', OLD.screened_document, NEW.screened_document),"
    " ('skjermingsvarighet', OLD.screening_years::text, NEW.screening_years::text),"
    " ('skjermingOpphoererDato', to_char(OLD.screening_ends_on, 'YYYY-MM-DD'),"
    " to_char(NEW.screening_ends_on, 'YYYY-MM-DD')),"
    " ('referanseAvskrivesAvJournalpost',"
    " (SELECT system_id::text FROM archive_journalentry WHERE id = OLD.answered_by_id),"
    " (SELECT system_id::text FROM archive_journalentry WHERE id = NEW.answered_by_id)),"
    " ('avskrivningsmaate', OLD.write_off, NEW.write_off),"
    " ('offentlighetsvurdertDato', to_char(OLD.assessed_on, 'YYYY-MM-DD'),"
    " to_char(NEW.assessed_on, 'YYYY-MM-DD'))"
)
_ROUTED = [
    "status",
    "case_handler",
    "unit",
    "write_off",
    "written_off_on",
    "written_off_by",
    "answered_by_id",
    "archived_at",
    "archived_by",
]
_SCREENED = [
    "legal_basis",
    "is_sender_screened",
    "public_title",
    "screened_document",
    "assessed_on",
]
STATE = [
    IS_KEPT,
    fixed("archived_is_final", _ROUTED, condition=f"OLD.status = '{EntryStatus.ARCHIVED}'"),
    fixed(
        "obsolete_is_final",
        [*_ROUTED, "remark", "screening_ends_on", *_SCREENED],
        condition=f"OLD.status = '{EntryStatus.OBSOLETE}'",
    ),
    fixed(
        "dispatched_is_not_taken_back",
        ["status"],
        condition=f"OLD.status = '{EntryStatus.DISPATCHED}'"
        f" AND NEW.status = '{EntryStatus.JOURNALED}'",
    ),
    refuse(
        "written_off_came_in_and_its_answer_went_out",
        "SELECT FROM archive_journalentry AS entry LEFT JOIN archive_journalentry AS answer"
        " ON answer.id = NEW.answered_by_id WHERE entry.id = NEW.entry_id"
        f" AND (entry.kind <> '{EntryKind.INCOMING}' OR answer.kind <> '{EntryKind.OUTGOING}'"
        " OR answer.authority_id <> entry.authority_id)",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("write_off", "answered_by_id"),
        condition=pgtrigger.Condition("(NEW.write_off <> '')"),
    ),
    refuse(
        "public_title_is_the_title_with_words_masked",
        "SELECT FROM archive_journalentry AS entry WHERE entry.id = NEW.entry_id AND"
        f" (position('{MASK}' IN NEW.public_title) = 0 OR EXISTS (SELECT FROM unnest("
        "string_to_array(entry.title, ' '), string_to_array(NEW.public_title, ' '))"
        " AS word (whole, shown) WHERE whole IS NULL"
        f" OR (shown IS DISTINCT FROM whole AND shown IS DISTINCT FROM '{MASK}')))",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("public_title"),
        condition=pgtrigger.Condition("(NEW.public_title <> '')"),
    ),
    refuse(
        "every_change_is_logged",
        f"SELECT FROM (VALUES {_MOVED}) AS moved (element, before, after) LEFT JOIN LATERAL"
        " (SELECT new_value FROM archive_change AS change"
        " WHERE change.entry_id = NEW.entry_id AND change.element = moved.element"
        " ORDER BY change.id DESC LIMIT 1) AS log ON true"
        " WHERE moved.before IS DISTINCT FROM moved.after"
        f" AND log.new_value IS DISTINCT FROM coalesce(nullif(moved.after, ''), '{NOTHING}')",
        # For each row: the rows before and after, joined, are joined as they were the first time.
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(),
    ),
]
CHANGE = [
    APPEND_ONLY,
    refuse_insert(
        "is_about_a_unit_of_its_case_file",
        "SELECT FROM written LEFT JOIN LATERAL (SELECT case_file_id, system_id"
        " FROM archive_journalentry WHERE id = written.entry_id LIMIT 1) AS entry ON true"
        " LEFT JOIN LATERAL (SELECT system_id FROM archive_casefile"
        " WHERE id = written.case_file_id AND written.entry_id IS NULL LIMIT 1) AS case_file"
        " ON true WHERE entry.case_file_id <> written.case_file_id"
        " OR (written.unit IS DISTINCT FROM coalesce(entry.system_id, case_file.system_id)"
        " AND NOT EXISTS (SELECT FROM archive_archiveddocument AS document"
        " WHERE document.entry_id = written.entry_id"
        " AND written.unit IN (document.system_id, document.description_id)))",
    ),
]
