"""The public pages count what is withheld by its ground, however many responses there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0006_daily_tallies")]

    operations = [
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                fields=["theme", "legal_ground"],
                condition=models.Q(("publication", "withheld")),
                name="response_withheld_by_ground",
            ),
        ),
    ]
