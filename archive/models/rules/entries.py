"""What the database refuses of entries and what they are written with: parties, documents."""

# ruff: noqa: S608 - the statements are made of our own constants alone

import pgtrigger

from archive.models.rules.refusals import APPEND_ONLY, refuse, refuse_insert
from archive.vocabulary import CaseStatus, EntryKind, PartyKind, Variant

_PARTIES = (
    f"(entry.kind = '{EntryKind.INCOMING}' AND party.kind = '{PartyKind.SENDER}')"
    f" OR (entry.kind = '{EntryKind.OUTGOING}' AND party.kind IN ('{PartyKind.RECIPIENT}',"
    f" '{PartyKind.COPY_RECIPIENT}', '{PartyKind.GROUP_RECIPIENT}'))"
    f" OR entry.kind NOT IN ('{EntryKind.INCOMING}', '{EntryKind.OUTGOING}')"
)
ENTRY = [
    APPEND_ONLY,
    refuse_insert(
        "numbers_have_no_gap",
        "SELECT FROM written LEFT JOIN LATERAL (SELECT id FROM archive_journalentry AS before"
        " WHERE before.authority_id = written.authority_id AND before.year = written.year"
        " AND before.number = written.number - 1 LIMIT 1) AS of_year ON true"
        " LEFT JOIN LATERAL (SELECT id FROM archive_journalentry AS before"
        " WHERE before.case_file_id = written.case_file_id"
        " AND before.case_number = written.case_number - 1 LIMIT 1) AS of_case ON true"
        " WHERE written.number < 1 OR (written.number > 1 AND of_year.id IS NULL)"
        " OR written.case_number < 1 OR (written.case_number > 1 AND of_case.id IS NULL)",
    ),
    refuse_insert(
        "is_chained",
        "SELECT FROM written LEFT JOIN LATERAL (SELECT hash FROM archive_journalentry AS before"
        " WHERE before.authority_id = written.authority_id"
        " AND before.position = written.position - 1 LIMIT 1) AS before ON true"
        " WHERE written.previous_hash IS DISTINCT FROM CASE written.position"
        r" WHEN 1 THEN decode(repeat('00', 32), 'hex') ELSE before.hash END",
    ),
    refuse_insert(
        "case_file_is_open_and_its_authority_s",
        "SELECT FROM written LEFT JOIN LATERAL (SELECT status, authority_id"
        " FROM archive_casefile WHERE id = written.case_file_id LIMIT 1) AS case_file ON true"
        f" WHERE case_file.status <> '{CaseStatus.OPEN}'"
        " OR case_file.authority_id <> written.authority_id",
    ),
    refuse(
        "is_complete",  # a main document, numbered documents, a right party, and a state
        "SELECT FROM archive_journalentry AS entry WHERE entry.id = NEW.id AND ("
        "NOT EXISTS (SELECT FROM archive_entrystate AS state WHERE state.entry_id = NEW.id)"
        " OR NOT EXISTS (SELECT FROM archive_correspondent AS party"
        f" WHERE party.entry_id = NEW.id AND ({_PARTIES}))"
        " OR (SELECT count(*) = 0 OR count(DISTINCT number) <> max(number)"
        " OR count(DISTINCT (number, description_id)) <> max(number)"
        " FROM archive_archiveddocument AS document WHERE document.entry_id = NEW.id))",
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
    ),
]
_FINISHED = (
    " JOIN LATERAL (SELECT FROM archive_entrystate WHERE entry_id = written.entry_id LIMIT 1)"
    " AS state ON true"
)
PARTY = [
    APPEND_ONLY,
    # The state of an entry is written last: what comes after it comes too late.
    refuse_insert("came_with_its_entry", f"SELECT FROM written{_FINISHED}"),
]
DOCUMENT = [
    APPEND_ONLY,
    refuse_insert(
        "came_with_its_entry_or_is_of_one_that_did",
        f"SELECT FROM written{_FINISHED} LEFT JOIN LATERAL (SELECT description_id"
        " FROM archive_archiveddocument AS original WHERE original.entry_id = written.entry_id"
        " AND original.number = written.number AND original.converted_from_id IS NULL"
        f" AND original.variant <> '{Variant.REDACTED}' LIMIT 1) AS original ON true"
        f" WHERE (written.variant <> '{Variant.REDACTED}' AND written.converted_from_id IS NULL)"
        " OR original.description_id IS DISTINCT FROM written.description_id",
    ),
]
