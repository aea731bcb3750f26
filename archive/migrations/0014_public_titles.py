"""The public title of an entry, and that nobody finds it by a word that it masks.

No state has one yet, so every copy of the words is what the new view says: none is refreshed.
"""

from importlib import import_module

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# As in 0008, but for `screened`: the stems of the words that are masked in the public title, and
# the labels of the themes that hold one of them. The public search finds by none of them.
VIEW = """
CREATE OR REPLACE VIEW archive_searchablejournal AS
SELECT entry.id AS entry_id, entry.authority_id, entry.position, entry.journaled_on,
    CASE state.status WHEN 'Utgår' THEN place.labels ELSE
        CASE state.public_title WHEN '' THEN about.words || about.labels
            ELSE ts_delete(about.words || about.labels, screened.lexemes) END
        || setweight(to_tsvector('norwegian', named.organisations), 'C')
        || setweight(to_tsvector('norwegian', named.people), 'D')
        || place.labels
    END AS words,
    about.words
        || setweight(to_tsvector('norwegian', named.everything), 'C')
        || about.labels || place.labels AS inside
FROM archive_journalentry entry
JOIN archive_entrystate state ON state.entry_id = entry.id
JOIN archive_casefile case_file ON case_file.id = entry.case_file_id
CROSS JOIN LATERAL (
    SELECT
        coalesce(string_agg(name, ' ' ORDER BY party.position)
            FILTER (WHERE NOT is_hidden AND (NOT is_person OR name = 'Anonym')), '')
            AS organisations,
        coalesce(string_agg(name, ' ' ORDER BY party.position)
            FILTER (WHERE NOT is_hidden AND is_person AND name <> 'Anonym'), '') AS people,
        coalesce(string_agg(concat_ws(' ', name, contact_person, email), ' '
            ORDER BY party.position), '') AS everything
    FROM archive_correspondent party, LATERAL (
        SELECT state.is_sender_screened AND kind IN ('Avsender', 'Intern avsender') AS is_hidden
    ) hiding
    WHERE party.entry_id = entry.id AND name <> '[slettet]'
) named
CROSS JOIN LATERAL (
    SELECT
        setweight(to_tsvector('norwegian', entry.title), 'A')
        || setweight(to_tsvector('norwegian', case_file.title), 'B')
        || setweight(to_tsvector('norwegian', array_to_string(entry.keywords, ' ')), 'B') AS words,
        array_to_tsvector(ARRAY['K' || md5(entry.kind)] || ARRAY(
            SELECT 'T' || md5(keyword) FROM unnest(entry.keywords) keyword)) AS labels
) about
CROSS JOIN LATERAL (
    SELECT array_to_tsvector(ARRAY['A' || entry.authority_id, 'S' || (entry.position >> 12),
        'C' || entry.case_file_id]) AS labels
) place
CROSS JOIN LATERAL (
    SELECT stems || ARRAY(
        SELECT 'T' || md5(keyword) FROM unnest(entry.keywords) keyword
        WHERE tsvector_to_array(to_tsvector('norwegian', keyword)) && stems) AS lexemes
    FROM (
        SELECT tsvector_to_array(to_tsvector('norwegian',
            coalesce(string_agg(whole, ' ') FILTER (WHERE shown = '*****'), ''))) AS stems
        FROM unnest(string_to_array(entry.title, ' '), string_to_array(state.public_title, ' '))
            word (whole, shown)
        WHERE state.public_title <> ''
    ) masked
) screened
"""
TRIGGER = """
DROP TRIGGER words_of_state ON archive_entrystate;
CREATE TRIGGER words_of_state AFTER UPDATE ON archive_entrystate FOR EACH ROW
WHEN ((OLD.status = 'Utgår', OLD.is_sender_screened, OLD.screened_document, OLD.legal_basis, OLD.public_title)
    IS DISTINCT FROM
    (NEW.status = 'Utgår', NEW.is_sender_screened, NEW.screened_document, NEW.legal_basis, NEW.public_title))
EXECUTE FUNCTION archive_words_of_entry();
"""
BEFORE = import_module("archive.migrations.0008_journal_search")
OLD_VIEW = BEFORE.VIEW.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
OLD_TRIGGER = """
DROP TRIGGER words_of_state ON archive_entrystate;
CREATE TRIGGER words_of_state AFTER UPDATE ON archive_entrystate FOR EACH ROW
WHEN ((OLD.status = 'Utgår', OLD.is_sender_screened, OLD.screened_document, OLD.legal_basis)
    IS DISTINCT FROM
    (NEW.status = 'Utgår', NEW.is_sender_screened, NEW.screened_document, NEW.legal_basis))
EXECUTE FUNCTION archive_words_of_entry();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0013_log_of_each_row'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='entrystate',
            name='obsolete_is_final',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='entrystate',
            name='every_change_is_logged',
        ),
        migrations.RemoveConstraint(
            model_name='entrystate',
            name='archive_entrystate_screening_has_a_legal_basis',
        ),
        migrations.RemoveConstraint(
            model_name='entrystate',
            name='archive_entrystate_fits_in_xml',
        ),
        migrations.AddField(
            model_name='entrystate',
            name='public_title',
            field=models.CharField(blank=True, db_default='', help_text='offentligTittel, M025: the title with words masked; empty where none is.', max_length=750),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entrystate',
            trigger=pgtrigger.compiler.Trigger(name='obsolete_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN ((OLD.status = 'Utgår') AND (OLD.status, OLD.case_handler, OLD.unit, OLD.write_off, OLD.written_off_on, OLD.written_off_by, OLD.answered_by_id, OLD.archived_at, OLD.archived_by, OLD.remark, OLD.screening_ends_on, OLD.legal_basis, OLD.is_sender_screened, OLD.public_title, OLD.screened_document, OLD.assessed_on) IS DISTINCT FROM (NEW.status, NEW.case_handler, NEW.unit, NEW.write_off, NEW.written_off_on, NEW.written_off_by, NEW.answered_by_id, NEW.archived_at, NEW.archived_by, NEW.remark, NEW.screening_ends_on, NEW.legal_basis, NEW.is_sender_screened, NEW.public_title, NEW.screened_document, NEW.assessed_on))", func="IF EXISTS (SELECT) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'obsolete_is_final', MESSAGE = 'The rule obsolete_is_final of ' || TG_TABLE_NAME || ' is broken'; END IF; RETURN NULL;", hash='23d0ed8c18915afaa9b8009b4b9a74dc8e7fcf13', operation='UPDATE', pgid='pgtrigger_obsolete_is_final_9e54b', table='archive_entrystate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entrystate',
            trigger=pgtrigger.compiler.Trigger(name='public_title_is_the_title_with_words_masked', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.public_title <> '')", func="IF EXISTS (SELECT FROM archive_journalentry AS entry WHERE entry.id = NEW.entry_id AND (position('*****' IN NEW.public_title) = 0 OR EXISTS (SELECT FROM unnest(string_to_array(entry.title, ' '), string_to_array(NEW.public_title, ' ')) AS word (whole, shown) WHERE whole IS NULL OR (shown IS DISTINCT FROM whole AND shown IS DISTINCT FROM '*****')))) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'public_title_is_the_title_with_words_masked', MESSAGE = 'The rule public_title_is_the_title_with_words_masked of ' || TG_TABLE_NAME || ' is broken'; END IF; RETURN NULL;", hash='094fa3dec5a5e574d151093ee08d53e78f84a2f3', operation='INSERT OR UPDATE OF "public_title"', pgid='pgtrigger_public_title_is_the_title_with_words_masked_a992e', table='archive_entrystate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entrystate',
            trigger=pgtrigger.compiler.Trigger(name='every_change_is_logged', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="IF EXISTS (SELECT FROM (VALUES ('journalstatus', OLD.status, NEW.status), ('saksbehandler', coalesce(nullif(OLD.case_handler, ''), 'Ufordelt'), coalesce(nullif(NEW.case_handler, ''), 'Ufordelt')), ('administrativEnhet', OLD.unit, NEW.unit), ('skjermingshjemmel', OLD.legal_basis, NEW.legal_basis), ('skjermingMetadata', concat_ws('; ', CASE WHEN OLD.is_sender_screened THEN 'Skjerming navn avsender' END, CASE WHEN OLD.public_title <> '' THEN 'Skjerming tittel registrering - utvalgte ord' END), concat_ws('; ', CASE WHEN NEW.is_sender_screened THEN 'Skjerming navn avsender' END, CASE WHEN NEW.public_title <> '' THEN 'Skjerming tittel registrering - utvalgte ord' END)), ('offentligTittel', OLD.public_title, NEW.public_title), ('skjermingDokument', OLD.screened_document, NEW.screened_document), ('skjermingsvarighet', OLD.screening_years::text, NEW.screening_years::text), ('skjermingOpphoererDato', to_char(OLD.screening_ends_on, 'YYYY-MM-DD'), to_char(NEW.screening_ends_on, 'YYYY-MM-DD')), ('referanseAvskrivesAvJournalpost', (SELECT system_id::text FROM archive_journalentry WHERE id = OLD.answered_by_id), (SELECT system_id::text FROM archive_journalentry WHERE id = NEW.answered_by_id)), ('avskrivningsmaate', OLD.write_off, NEW.write_off), ('offentlighetsvurdertDato', to_char(OLD.assessed_on, 'YYYY-MM-DD'), to_char(NEW.assessed_on, 'YYYY-MM-DD'))) AS moved (element, before, after) LEFT JOIN LATERAL (SELECT new_value FROM archive_change AS change WHERE change.entry_id = NEW.entry_id AND change.element = moved.element ORDER BY change.id DESC LIMIT 1) AS log ON true WHERE moved.before IS DISTINCT FROM moved.after AND log.new_value IS DISTINCT FROM coalesce(nullif(moved.after, ''), '(ingen)')) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'every_change_is_logged', MESSAGE = 'The rule every_change_is_logged of ' || TG_TABLE_NAME || ' is broken'; END IF; RETURN NULL;", hash='60b5d9901887227d382b842bdebb99fa0e62b0dc', operation='UPDATE', pgid='pgtrigger_every_change_is_logged_b57e0', table='archive_entrystate', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='entrystate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_sender_screened', False), ('legal_basis', ''), ('public_title', ''), ('screened_document', '')), models.Q(('legal_basis', ''), _negated=True), _connector='OR'), name='archive_entrystate_screening_has_a_legal_basis'),
        ),
        migrations.AddConstraint(
            model_name='entrystate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case_handler__regex', '[\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]')), models.Q(('unit__regex', '[\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]')), models.Q(('public_title__regex', '[\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]')), models.Q(('written_off_by__regex', '[\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]')), models.Q(('archived_by__regex', '[\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]')), models.Q(('remark__regex', '[\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]')), _connector='OR', _negated=True), name='archive_entrystate_fits_in_xml'),
        ),
        migrations.RunSQL(VIEW + ";" + TRIGGER, OLD_VIEW + ";" + OLD_TRIGGER),
    ]
