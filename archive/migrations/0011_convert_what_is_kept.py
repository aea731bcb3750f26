from django.db import migrations

# What was journaled before there were conversions, in case files that are still open.
ASK = """
INSERT INTO archive_conversion (document_id, status, due_at, attempts, error, settled_note)
SELECT document.id, 'waiting', now(), 0, '', ''
FROM archive_archiveddocument document
JOIN archive_journalentry entry ON entry.id = document.entry_id
JOIN archive_casefile case_file ON case_file.id = entry.case_file_id
WHERE case_file.status = 'Under behandling'
  AND document.format IN ('pdf', 'docx', 'odt')
  AND document.format_details NOT LIKE 'PDF/A-%'
  AND document.converted_from_id IS NULL
  AND document.erasure_id IS NULL
ON CONFLICT (document_id) DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [("archive", "0010_conversions")]

    operations = [migrations.RunSQL(ASK, migrations.RunSQL.noop)]
