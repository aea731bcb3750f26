"""The reports that nobody has settled, the oldest first."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0001_the_model"),
        ("consultations", "0008_posts_wait_until_they_are_shown"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("settled_at", None)),
                fields=["reported_at", "id"],
                name="moderation_report_outstanding",
            ),
        ),
    ]
