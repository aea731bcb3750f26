"""By which words an entry is found: the view that says it, its copy, and the triggers that keep
the copy.

A new view, its triggers or another text search configuration is a new migration that ends
with `REFRESH`, which can run twice.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# Labels: A the authority, S the shelf, which is 4096 entries by their position, so that a
# search can begin at the newest, C the case file; and of what must not be told of an obsolete
# entry, K its kind and T each theme, as digests.
VIEW = """
CREATE VIEW archive_searchablejournal AS
SELECT entry.id AS entry_id, entry.authority_id, entry.position, entry.journaled_on,
    CASE state.status WHEN 'Utgår' THEN place.labels ELSE
        about.words
        || setweight(to_tsvector('norwegian', named.organisations), 'C')
        || setweight(to_tsvector('norwegian', named.people), 'D')
        || about.labels || place.labels
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
"""

# An entry's state is written last of all its rows. Of a state, what the public journal shows
# of it writes the copy anew, so that its `xmin` tells when the entry became what it is.
TRIGGERS = """
CREATE FUNCTION archive_words_of_new_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO archive_journalwords
        (entry_id, authority_id, position, journaled_on, words, inside)
    SELECT found.* FROM new_states CROSS JOIN LATERAL (
        SELECT entry_id, authority_id, position, journaled_on, words, inside
        FROM archive_searchablejournal WHERE entry_id = new_states.entry_id OFFSET 0
    ) found;
    RETURN NULL;
END $$;

CREATE FUNCTION archive_words_of_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE archive_journalwords copy SET words = found.words, inside = found.inside
    FROM archive_searchablejournal found
    WHERE copy.entry_id = NEW.entry_id AND found.entry_id = NEW.entry_id;
    RETURN NULL;
END $$;

CREATE FUNCTION archive_words_of_case_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE archive_journalwords copy SET words = found.words, inside = found.inside
    FROM archive_searchablejournal found
    JOIN archive_journalentry entry ON entry.id = found.entry_id
    WHERE entry.case_file_id = NEW.id AND copy.entry_id = found.entry_id;
    RETURN NULL;
END $$;

CREATE TRIGGER words_of_new_entries AFTER INSERT ON archive_entrystate
REFERENCING NEW TABLE AS new_states
FOR EACH STATEMENT EXECUTE FUNCTION archive_words_of_new_entries();

CREATE TRIGGER words_of_state AFTER UPDATE ON archive_entrystate FOR EACH ROW
WHEN ((OLD.status = 'Utgår', OLD.is_sender_screened, OLD.screened_document, OLD.legal_basis)
    IS DISTINCT FROM
    (NEW.status = 'Utgår', NEW.is_sender_screened, NEW.screened_document, NEW.legal_basis))
EXECUTE FUNCTION archive_words_of_entry();

CREATE TRIGGER words_of_correspondent AFTER UPDATE ON archive_correspondent FOR EACH ROW
WHEN ((OLD.name, OLD.contact_person, OLD.email) IS DISTINCT FROM
    (NEW.name, NEW.contact_person, NEW.email))
EXECUTE FUNCTION archive_words_of_entry();

CREATE TRIGGER words_of_case_file AFTER UPDATE ON archive_casefile FOR EACH ROW
WHEN (OLD.title IS DISTINCT FROM NEW.title)
EXECUTE FUNCTION archive_words_of_case_file();
"""

REMOVE = """
DROP FUNCTION archive_words_of_new_entries CASCADE;
DROP FUNCTION archive_words_of_entry CASCADE;
DROP FUNCTION archive_words_of_case_file CASCADE;
DROP VIEW archive_searchablejournal;
"""

REFRESH = """
DELETE FROM archive_journalwords;
INSERT INTO archive_journalwords (entry_id, authority_id, position, journaled_on, words, inside)
SELECT entry_id, authority_id, position, journaled_on, words, inside
FROM archive_searchablejournal;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_how_a_mail_is_ended"),
        ("archive", "0007_the_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="JournalWords",
            fields=[
                ("entry", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="search_words", serialize=False, to="archive.journalentry")),
                ("position", models.PositiveBigIntegerField()),
                ("journaled_on", models.DateField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                ("inside", django.contrib.postgres.search.SearchVectorField()),
                ("authority", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.authority")),
            ],
            options={
                "verbose_name": "words of a journal entry",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="archive_journal_words"),
                    django.contrib.postgres.indexes.GinIndex(fields=["inside"], name="archive_journal_words_inside"),
                    models.Index(fields=["authority", "journaled_on", "position"], name="archive_journal_words_days"),
                ],
                "constraints": [models.UniqueConstraint(fields=("authority", "position"), name="archive_journalwords_position_is_one")],
            },
        ),
        migrations.RunSQL(VIEW + ";" + TRIGGERS, REMOVE),
        migrations.RunSQL(REFRESH, migrations.RunSQL.noop),
    ]
