"""Keep a "lege" apart from what stands before it: "fastlege" is not "fast".

The stemmer of PostgreSQL takes "leg" for the ending of an adjective, such as nynorsk "dagleg".
So the e of such words is another letter where they are indexed, asked for and marked:
see `consultations.search.as_searched`, which does to a word what this does to a text.
"""

from django.db import migrations

FUNCTION = r"""
CREATE OR REPLACE FUNCTION consultations_as_searched(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
    regexp_replace($1, '([a-zæøåA-ZÆØÅ]{3})leg', '\1lǝg', 'g'),
    '([A-ZÆØÅ]{3})LEG', '\1LƎG', 'g'
);
"""

# As in 0004, but for the function.
VIEW = """
CREATE OR REPLACE VIEW consultations_searchable AS
SELECT consultation.id AS consultation_id, NULL::bigint AS theme_id, NULL::bigint AS response_id,
    setweight(to_tsvector('norwegian', consultations_as_searched(consultation.title)), 'A')
    || setweight(to_tsvector('norwegian', consultations_as_searched(left(consultation.summary, 200000))), 'B')
    || setweight(to_tsvector('norwegian', consultations_as_searched(left(consultation.purpose, 200000))), 'C')
    || array_to_tsvector(ARRAY['T', 'TK', 'A' || authority_id, 'K' || consultation.id]) AS words
FROM consultations_consultation consultation
WHERE consultation.status <> 'draft'
UNION ALL
SELECT consultation.id, theme.id, NULL,
    setweight(to_tsvector('norwegian', consultations_as_searched(theme.title)), 'A')
    || setweight(to_tsvector('norwegian', consultations_as_searched(left(theme.text, 200000))), 'C')
    || setweight(to_tsvector('norwegian', consultations_as_searched(left(theme.questions, 200000))), 'C')
    || array_to_tsvector(ARRAY['T', 'TT', 'A' || authority_id, 'K' || consultation.id])
FROM consultations_theme theme
JOIN consultations_consultation consultation ON consultation.id = theme.consultation_id
WHERE consultation.status <> 'draft'
UNION ALL
SELECT response.consultation_id, response.theme_id, response.id,
    setweight(to_tsvector('norwegian', consultations_as_searched(CASE
        WHEN response.is_name_hidden OR sender_kind = 'anonymous' THEN ''
        WHEN sender_kind = 'organisation' THEN organisation_name
        ELSE name END)), 'A')
    || to_tsvector('norwegian', consultations_as_searched(left(
        CASE publication WHEN 'published' THEN text ELSE redacted_text END, 200000)))
    || array_to_tsvector(ARRAY['R', 'A' || authority_id, 'K' || response.consultation_id,
        'S' || (response.id >> 14)])
FROM consultations_response response
JOIN consultations_submission submission ON submission.id = response.submission_id
JOIN consultations_consultation consultation ON consultation.id = response.consultation_id
WHERE publication IN ('published', 'redacted')
"""

REFRESH = """
DELETE FROM consultations_searchtext;
INSERT INTO consultations_searchtext (consultation_id, theme_id, response_id, words)
SELECT * FROM consultations_searchable;
"""

WITHOUT = VIEW.replace("consultations_as_searched", "")


class Migration(migrations.Migration):

    dependencies = [("consultations", "0008_posts_wait_until_they_are_shown")]

    operations = [
        migrations.RunSQL(
            FUNCTION + VIEW + ";" + REFRESH,
            WITHOUT + ";" + REFRESH + "DROP FUNCTION consultations_as_searched(text)",
        ),
    ]
