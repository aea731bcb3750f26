"""What can be found: the view that says it, its copy, and the triggers that keep the copy.

A new view, its triggers or another text search configuration is a new migration that ends
with `REFRESH`, which can run twice.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# Labels: T a consultation or a theme, R a response; A its authority, K its consultation,
# S the shelf of a response: 16 384 of them by number, so that a search can begin at the newest.
VIEW = """
CREATE VIEW consultations_searchable AS
SELECT consultation.id AS consultation_id, NULL::bigint AS theme_id, NULL::bigint AS response_id,
    setweight(to_tsvector('norwegian', consultation.title), 'A')
    || setweight(to_tsvector('norwegian', left(consultation.summary, 200000)), 'B')
    || setweight(to_tsvector('norwegian', left(consultation.purpose, 200000)), 'C')
    || array_to_tsvector(ARRAY['T', 'TK', 'A' || authority_id, 'K' || consultation.id]) AS words
FROM consultations_consultation consultation
WHERE consultation.status <> 'draft'
UNION ALL
SELECT consultation.id, theme.id, NULL,
    setweight(to_tsvector('norwegian', theme.title), 'A')
    || setweight(to_tsvector('norwegian', left(theme.text, 200000)), 'C')
    || setweight(to_tsvector('norwegian', left(theme.questions, 200000)), 'C')
    || array_to_tsvector(ARRAY['T', 'TT', 'A' || authority_id, 'K' || consultation.id])
FROM consultations_theme theme
JOIN consultations_consultation consultation ON consultation.id = theme.consultation_id
WHERE consultation.status <> 'draft'
UNION ALL
SELECT response.consultation_id, response.theme_id, response.id,
    setweight(to_tsvector('norwegian', CASE
        WHEN response.is_name_hidden OR sender_kind = 'anonymous' THEN ''
        WHEN sender_kind = 'organisation' THEN organisation_name
        ELSE name END), 'A')
    || to_tsvector('norwegian', left(
        CASE publication WHEN 'published' THEN text ELSE redacted_text END, 200000))
    || array_to_tsvector(ARRAY['R', 'A' || authority_id, 'K' || response.consultation_id,
        'S' || (response.id >> 14)])
FROM consultations_response response
JOIN consultations_submission submission ON submission.id = response.submission_id
JOIN consultations_consultation consultation ON consultation.id = response.consultation_id
WHERE publication IN ('published', 'redacted')
"""

TRIGGERS = """
CREATE FUNCTION consultations_search_text_of_response() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM consultations_searchtext WHERE response_id = NEW.id;
    INSERT INTO consultations_searchtext (consultation_id, theme_id, response_id, words)
    SELECT * FROM consultations_searchable WHERE response_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION consultations_search_text_of_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE consultations_searchtext found SET words = searchable.words
    FROM consultations_searchable searchable
    WHERE searchable.response_id = found.response_id AND found.response_id IN
        (SELECT id FROM consultations_response WHERE submission_id = NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION consultations_search_text_of_consultation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint := CASE TG_TABLE_NAME
        WHEN 'consultations_theme' THEN to_jsonb(NEW)->>'consultation_id'
        ELSE to_jsonb(NEW)->>'id' END;
BEGIN
    DELETE FROM consultations_searchtext WHERE consultation_id = changed AND response_id IS NULL;
    INSERT INTO consultations_searchtext (consultation_id, theme_id, response_id, words)
    SELECT * FROM consultations_searchable
    WHERE consultation_id = changed AND response_id IS NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER search_text_of_new_response AFTER INSERT ON consultations_response
FOR EACH ROW WHEN (NEW.publication IN ('published', 'redacted'))
EXECUTE FUNCTION consultations_search_text_of_response();

CREATE TRIGGER search_text_of_response AFTER UPDATE ON consultations_response FOR EACH ROW
WHEN ((OLD.publication IN ('published', 'redacted') OR NEW.publication IN ('published', 'redacted'))
    AND (OLD.publication, OLD.text, OLD.redacted_text, OLD.is_name_hidden, OLD.theme_id)
    IS DISTINCT FROM
    (NEW.publication, NEW.text, NEW.redacted_text, NEW.is_name_hidden, NEW.theme_id))
EXECUTE FUNCTION consultations_search_text_of_response();

CREATE TRIGGER search_text_of_submission AFTER UPDATE ON consultations_submission FOR EACH ROW
WHEN ((OLD.sender_kind, OLD.name, OLD.organisation_name)
    IS DISTINCT FROM (NEW.sender_kind, NEW.name, NEW.organisation_name))
EXECUTE FUNCTION consultations_search_text_of_submission();

CREATE TRIGGER search_text_of_consultation AFTER INSERT OR UPDATE ON consultations_consultation
FOR EACH ROW EXECUTE FUNCTION consultations_search_text_of_consultation();

CREATE TRIGGER search_text_of_theme AFTER INSERT OR UPDATE ON consultations_theme
FOR EACH ROW EXECUTE FUNCTION consultations_search_text_of_consultation();
"""

REMOVE = """
DROP FUNCTION consultations_search_text_of_response CASCADE;
DROP FUNCTION consultations_search_text_of_submission CASCADE;
DROP FUNCTION consultations_search_text_of_consultation CASCADE;
DROP VIEW consultations_searchable;
"""

REFRESH = """
DELETE FROM consultations_searchtext;
INSERT INTO consultations_searchtext (consultation_id, theme_id, response_id, words)
SELECT * FROM consultations_searchable;
"""


class Migration(migrations.Migration):

    dependencies = [("consultations", "0003_news_for_followers")]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                ("consultation", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="search_texts", to="consultations.consultation")),
                ("response", models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="search_text", to="consultations.response")),
                ("theme", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="search_texts", to="consultations.theme")),
            ],
            options={
                "verbose_name": "search text",
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["words"], name="consultations_searched_words")],
                "constraints": [models.UniqueConstraint(condition=Q(response=None), fields=("consultation", "theme"), name="consultations_search_text_is_one", nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(VIEW + ";" + TRIGGERS, REMOVE),
        migrations.RunSQL(REFRESH, migrations.RunSQL.noop),
    ]
