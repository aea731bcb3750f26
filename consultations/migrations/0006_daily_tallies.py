from django.db import migrations

# The kind of sender of what was sent before it was kept; then the days of what was accepted.
FILL = """
UPDATE consultations_response response SET sender_group = told.sender_group
FROM (
    SELECT submission.id, CASE
        WHEN sender_kind <> 'organisation' THEN sender_kind
        ELSE coalesce(organisation.kind, nullif(organisation_kind, ''), 'other')
        END AS sender_group
    FROM consultations_submission submission
    LEFT JOIN accounts_organisation organisation ON organisation.id = organisation_id
    WHERE submitted_at IS NOT NULL
) told
WHERE told.id = response.submission_id AND response.status <> 'draft'
    AND response.sender_group = 'person' AND told.sender_group <> 'person';

DELETE FROM consultations_dailytally;
INSERT INTO consultations_dailytally (theme_id, day, sender_group, accepted)
SELECT theme_id, (received_at AT TIME ZONE 'Europe/Oslo')::date, sender_group, count(*)
FROM consultations_response
WHERE status = 'accepted'
GROUP BY 1, 2, 3;
"""


class Migration(migrations.Migration):
    """Count by day what was accepted before it was counted. Can run twice."""

    dependencies = [("consultations", "0005_anonymous_has_no_number")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
