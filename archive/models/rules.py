"""What the database itself refuses, so that no export has to mend it (docs/archive-rules.md).

A rule about one row is a CHECK; one that looks further is a trigger of these, most of which
run once for a statement. Each is named for what is true. `LATERAL … LIMIT 1` is one look-up in
an index for each row, however the planner guesses.
"""

# ruff: noqa: S608 - the statements are made of our own constants alone

import pgtrigger
from django.db import models
from django.db.models import Q

from archive.vocabulary import (
    MASK,
    SCREENED_PARTS,
    SCREENED_SENDER,
    SCREENED_TITLE_WORDS,
    SCREENED_WHOLE,
    UNASSIGNED,
    CaseStatus,
    EntryKind,
    EntryStatus,
    PartyKind,
    SeriesStatus,
    Variant,
    WriteOff,
)

NOTHING = "(ingen)"  # what stands in the change log where there was no value: it may not be empty
NOT_XML = r"[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]"  # for what XML 1.0 has no room
SAYS_SOMETHING = r"\S"
WRITTEN = pgtrigger.Referencing(new="written")

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
IS_KEPT = pgtrigger.Protect(name="is_kept", operation=pgtrigger.Delete)


def can_be_written(model, *names, optional=()):
    """CHECKs that these texts say something, the optional ones where there are any, and that
    XML has room for all of them (krav 6.4.3–6.4.5, N5.63)."""
    says = Q(*(Q(**{f"{name}__regex": SAYS_SOMETHING}) for name in names))
    fits = ~Q(*(Q(**{f"{name}__regex": NOT_XML}) for name in (*names, *optional)), _connector=Q.OR)
    checks = {"says_something": says} if names else {}
    return [
        models.CheckConstraint(condition=condition, name=f"archive_{model}_{name}")
        for name, condition in {**checks, "fits_in_xml": fits}.items()
    ]


def _refuse(name, where, **how):
    """A trigger that raises an integrity error, with its name, where the query finds a row."""
    refusal = (
        f"RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{name}',"
        f" MESSAGE = 'The rule {name} of ' || TG_TABLE_NAME || ' is broken';"
    )
    func = f"IF EXISTS ({where}) THEN {refusal} END IF; RETURN NULL;"
    return pgtrigger.Trigger(name=name, when=pgtrigger.After, func=func, **how)


def _refuse_insert(name, where):
    """Once for a statement, whose rows are `written`."""
    return _refuse(
        name,
        where,
        level=pgtrigger.Statement,
        operation=pgtrigger.Insert,
        referencing=WRITTEN,
    )


def _fixed(name, columns, *, condition="true"):
    """A trigger that refuses other values of these columns, where the condition holds."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return _refuse(
        name,
        "SELECT",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"(({condition}) AND ({old}) IS DISTINCT FROM ({new}))"),
    )


# --- Case files and where they stand ----------------------------------------------------

IDENTITY_IS_FIXED = _fixed("identity_is_fixed", ["system_id", "created_at", "created_by"])
CASE_FILE = [
    IS_KEPT,
    _fixed(
        "identity_is_fixed",
        ["system_id", "authority_id", "source", "year", "number", "opened_on", "created_at"],
    ),
    _fixed(
        "closed_is_final",
        [
            "status",
            "closed_at",
            "closed_by",
            "title",
            "description",
            "keywords",
            "responsible",
            "unit",
            "series_id",
            "classification_id",
        ],
        condition=f"OLD.status = '{CaseStatus.CLOSED}'",
    ),
    _refuse_insert(
        "numbers_have_no_gap",
        "SELECT FROM written LEFT JOIN LATERAL (SELECT id FROM archive_casefile AS before"
        " WHERE before.authority_id = written.authority_id AND before.year = written.year"
        " AND before.number = written.number - 1 LIMIT 1) AS before ON true"
        " WHERE written.number < 1 OR (written.number > 1 AND before.id IS NULL)",
    ),
    _refuse(
        "stands_in_an_active_series_of_its_authority",
        "SELECT WHERE NOT EXISTS (SELECT FROM archive_series AS series"
        " JOIN archive_fonds AS fonds ON fonds.id = series.fonds_id"
        " WHERE series.id = NEW.series_id AND fonds.authority_id = NEW.authority_id"
        f" AND series.status = '{SeriesStatus.ACTIVE}')",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("series_id"),
    ),
    _refuse(
        "stands_in_a_lowest_class",
        "SELECT FROM archive_classification AS child WHERE child.parent_id = NEW.classification_id",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("classification_id"),
    ),
    _refuse(
        "closes_when_all_is_done",
        "SELECT FROM archive_journalentry AS entry"
        " JOIN archive_entrystate AS state ON state.entry_id = entry.id"
        " WHERE entry.case_file_id = NEW.id AND (state.status NOT IN"
        f" ('{EntryStatus.ARCHIVED}', '{EntryStatus.OBSOLETE}')"
        f" OR (state.status = '{EntryStatus.ARCHIVED}' AND ("
        f"(entry.kind = '{EntryKind.INCOMING}' AND state.written_off_on IS NULL)"
        " OR state.archived_at < entry.created_at OR state.archived_at > NEW.closed_at"
        " OR state.written_off_on > (NEW.closed_at AT TIME ZONE 'Europe/Oslo')::date"
        " OR EXISTS (SELECT FROM archive_conversion AS conversion"
        " JOIN archive_archiveddocument AS document ON document.id = conversion.document_id"
        " WHERE document.entry_id = entry.id AND conversion.status IN ('waiting', 'failed')))))",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            f"(OLD.status <> '{CaseStatus.CLOSED}' AND NEW.status = '{CaseStatus.CLOSED}')"
        ),
    ),
    _refuse(
        "every_change_is_logged",
        "SELECT FROM (VALUES ('saksstatus', OLD.status, NEW.status), ('referanseArkivdel',"
        " (SELECT system_id::text FROM archive_series WHERE id = OLD.series_id),"
        " (SELECT system_id::text FROM archive_series WHERE id = NEW.series_id)))"
        " AS moved (element, before, after) LEFT JOIN LATERAL (SELECT new_value"
        " FROM archive_change AS change WHERE change.case_file_id = NEW.id"
        " AND change.entry_id IS NULL AND change.element = moved.element"
        " ORDER BY change.id DESC LIMIT 1) AS log ON true"
        " WHERE moved.before <> moved.after AND log.new_value IS DISTINCT FROM moved.after",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "((OLD.status, OLD.series_id) IS DISTINCT FROM (NEW.status, NEW.series_id))"
        ),
    ),
]
SERIES = [
    IS_KEPT,
    _fixed("identity_is_fixed", ["system_id", "fonds_id", "year", "created_at", "created_by"]),
    _fixed(
        "closed_is_final",
        ["status", "closed_at", "closed_by", "title"],
        condition=f"OLD.status = '{SeriesStatus.CLOSED}'",
    ),
    _refuse(
        "closed_holds_no_open_case_file",
        "SELECT FROM archive_casefile AS case_file WHERE case_file.series_id = NEW.id"
        f" AND case_file.status <> '{CaseStatus.CLOSED}'",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"(NEW.status = '{SeriesStatus.CLOSED}')"),
        timing=pgtrigger.Deferred,
    ),
]
CLASSIFICATION = [
    IDENTITY_IS_FIXED,
    _refuse(
        "holds_classes_or_case_files",
        "SELECT FROM archive_casefile AS case_file WHERE case_file.classification_id"
        " = NEW.parent_id",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
    ),
]

# --- Entries, and what they are written with ----------------------------------------------

_PARTIES = (
    f"(entry.kind = '{EntryKind.INCOMING}' AND party.kind = '{PartyKind.SENDER}')"
    f" OR (entry.kind = '{EntryKind.OUTGOING}' AND party.kind IN ('{PartyKind.RECIPIENT}',"
    f" '{PartyKind.COPY_RECIPIENT}', '{PartyKind.GROUP_RECIPIENT}'))"
    f" OR entry.kind NOT IN ('{EntryKind.INCOMING}', '{EntryKind.OUTGOING}')"
)
ENTRY = [
    APPEND_ONLY,
    _refuse_insert(
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
    _refuse_insert(
        "is_chained",
        "SELECT FROM written LEFT JOIN LATERAL (SELECT hash FROM archive_journalentry AS before"
        " WHERE before.authority_id = written.authority_id"
        " AND before.position = written.position - 1 LIMIT 1) AS before ON true"
        " WHERE written.previous_hash IS DISTINCT FROM CASE written.position"
        r" WHEN 1 THEN decode(repeat('00', 32), 'hex') ELSE before.hash END",
    ),
    _refuse_insert(
        "case_file_is_open_and_its_authority_s",
        "SELECT FROM written LEFT JOIN LATERAL (SELECT status, authority_id"
        " FROM archive_casefile WHERE id = written.case_file_id LIMIT 1) AS case_file ON true"
        f" WHERE case_file.status <> '{CaseStatus.OPEN}'"
        " OR case_file.authority_id <> written.authority_id",
    ),
    _refuse(
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
    _refuse_insert("came_with_its_entry", f"SELECT FROM written{_FINISHED}"),
]
DOCUMENT = [
    APPEND_ONLY,
    _refuse_insert(
        "came_with_its_entry_or_is_of_one_that_did",
        f"SELECT FROM written{_FINISHED} LEFT JOIN LATERAL (SELECT description_id"
        " FROM archive_archiveddocument AS original WHERE original.entry_id = written.entry_id"
        " AND original.number = written.number AND original.converted_from_id IS NULL"
        f" AND original.variant <> '{Variant.REDACTED}' LIMIT 1) AS original ON true"
        f" WHERE (written.variant <> '{Variant.REDACTED}' AND written.converted_from_id IS NULL)"
        " OR original.description_id IS DISTINCT FROM written.description_id",
    ),
]

# --- The state of an entry, and the log of how it changed ------------------------------------


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
    _fixed("archived_is_final", _ROUTED, condition=f"OLD.status = '{EntryStatus.ARCHIVED}'"),
    _fixed(
        "obsolete_is_final",
        [*_ROUTED, "remark", "screening_ends_on", *_SCREENED],
        condition=f"OLD.status = '{EntryStatus.OBSOLETE}'",
    ),
    _fixed(
        "dispatched_is_not_taken_back",
        ["status"],
        condition=f"OLD.status = '{EntryStatus.DISPATCHED}'"
        f" AND NEW.status = '{EntryStatus.JOURNALED}'",
    ),
    _refuse(
        "written_off_came_in_and_its_answer_went_out",
        "SELECT FROM archive_journalentry AS entry LEFT JOIN archive_journalentry AS answer"
        " ON answer.id = NEW.answered_by_id WHERE entry.id = NEW.entry_id"
        f" AND (entry.kind <> '{EntryKind.INCOMING}' OR answer.kind <> '{EntryKind.OUTGOING}'"
        " OR answer.authority_id <> entry.authority_id)",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("write_off", "answered_by_id"),
        condition=pgtrigger.Condition("(NEW.write_off <> '')"),
    ),
    _refuse(
        "public_title_is_the_title_with_words_masked",
        "SELECT FROM archive_journalentry AS entry WHERE entry.id = NEW.entry_id AND"
        f" (position('{MASK}' IN NEW.public_title) = 0 OR EXISTS (SELECT FROM unnest("
        "string_to_array(entry.title, ' '), string_to_array(NEW.public_title, ' '))"
        " AS word (whole, shown) WHERE whole IS NULL"
        f" OR (shown IS DISTINCT FROM whole AND shown IS DISTINCT FROM '{MASK}')))",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("public_title"),
        condition=pgtrigger.Condition("(NEW.public_title <> '')"),
    ),
    _refuse(
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
    _refuse_insert(
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

ANSWERS = [WriteOff.ANSWERED_BY_LETTER, WriteOff.ANSWERED_BY_EMAIL]  # by an entry of their own
SCREENED_DOCUMENTS = ["", SCREENED_WHOLE, SCREENED_PARTS]
