import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """No delivery or disposal was ever recorded before this, so their new columns need no value for old rows."""

    dependencies = [
        ("accounts", "0003_how_a_mail_is_ended"),
        ("archive", "0006_the_extraction_in_full"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("entries", models.PositiveBigIntegerField(default=0)),
                ("breach_count", models.PositiveBigIntegerField(default=0)),
                ("breaches", models.JSONField(default=list)),
                ("authority", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="verifications", to="accounts.authority")),
                ("requested_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"verbose_name": "verification", "ordering": ["-pk"]},
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.UniqueConstraint(condition=models.Q(("finished_at", None)), fields=("authority",), name="archive_verification_waits_once"),
        ),
        migrations.AddField("delivery", "package", models.CharField(default="", max_length=255, help_text="The name of the package."), preserve_default=False),
        migrations.AddField("delivery", "manifest_sha256", models.CharField(default="", max_length=64, help_text="SHA-256 of arkivuttrekk.xml."), preserve_default=False),
        migrations.AddField("delivery", "case_files", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text="The pks of those in it.", size=None), preserve_default=False),
        migrations.AddField("delivery", "first_day", models.DateField(default=django.utils.timezone.now, help_text="The first day of the journal that it holds."), preserve_default=False),
        migrations.AddField("delivery", "last_day", models.DateField(default=django.utils.timezone.now), preserve_default=False),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(condition=models.Q(("manifest_sha256__regex", "^[0-9a-f]{64}$")), name="archive_delivery_has_the_digest_of_its_manifest"),
        ),
        migrations.RemoveField("disposal", "disposed_by"),
        migrations.AddField("disposal", "disposed_by", models.CharField(default="", max_length=150), preserve_default=False),
        migrations.AddField("disposal", "files_deleted_at", models.DateTimeField(null=True)),
        migrations.AddField("entrystate", "screening_years", models.PositiveSmallIntegerField(help_text="skjermingsvarighet, M504: from the date of the document.", null=True)),
        migrations.AddIndex("entrystate", models.Index(condition=models.Q(("assessed_on", None)), fields=["entry"], name="archive_entrystate_to_assess")),
        migrations.AddIndex("entrystate", models.Index(condition=models.Q(("screening_ends_on__isnull", False)), fields=["screening_ends_on"], name="archive_entrystate_ends")),
        migrations.AddConstraint(
            model_name="entrystate",
            constraint=models.CheckConstraint(
                condition=models.Q(("screening_ends_on", None), models.Q(models.Q(("legal_basis", ""), _negated=True), ("screening_years__isnull", False)), _connector="OR"),
                name="archive_entrystate_period_is_of_a_screening",
            ),
        ),
    ]
