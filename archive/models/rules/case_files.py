"""What the database refuses of case files, and of the series and classes they stand in."""

# ruff: noqa: S608 - the statements are made of our own constants alone

import pgtrigger

from archive.models.rules.refusals import IS_KEPT, fixed, refuse, refuse_insert
from archive.vocabulary import CaseStatus, EntryKind, EntryStatus, SeriesStatus

IDENTITY_IS_FIXED = fixed("identity_is_fixed", ["system_id", "created_at", "created_by"])
CASE_FILE = [
    IS_KEPT,
    fixed(
        "identity_is_fixed",
        ["system_id", "authority_id", "source", "year", "number", "opened_on", "created_at"],
    ),
    fixed(
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
    refuse_insert(
        "numbers_have_no_gap",
        "SELECT FROM written LEFT JOIN LATERAL (SELECT id FROM archive_casefile AS before"
        " WHERE before.authority_id = written.authority_id AND before.year = written.year"
        " AND before.number = written.number - 1 LIMIT 1) AS before ON true"
        " WHERE written.number < 1 OR (written.number > 1 AND before.id IS NULL)",
    ),
    refuse(
        "stands_in_an_active_series_of_its_authority",
        "SELECT WHERE NOT EXISTS (SELECT FROM archive_series AS series"
        " JOIN archive_fonds AS fonds ON fonds.id = series.fonds_id"
        " WHERE series.id = NEW.series_id AND fonds.authority_id = NEW.authority_id"
        f" AND series.status = '{SeriesStatus.ACTIVE}')",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("series_id"),
    ),
    refuse(
        "stands_in_a_lowest_class",
        "SELECT FROM archive_classification AS child WHERE child.parent_id = NEW.classification_id",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("classification_id"),
    ),
    refuse(
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
    refuse(
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
    fixed("identity_is_fixed", ["system_id", "fonds_id", "year", "created_at", "created_by"]),
    fixed(
        "closed_is_final",
        ["status", "closed_at", "closed_by", "title"],
        condition=f"OLD.status = '{SeriesStatus.CLOSED}'",
    ),
    refuse(
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
    refuse(
        "holds_classes_or_case_files",
        "SELECT FROM archive_casefile AS case_file WHERE case_file.classification_id"
        " = NEW.parent_id",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
    ),
]
