import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0002_the_archive_in_full")]

    operations = [
        migrations.CreateModel(
            name="InfectedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={"verbose_name": "infected file"},
        )
    ]
