import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0014_public_titles'),
    ]

    operations = [
        migrations.AddField(
            model_name='extraction',
            name='system_id',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True),
        ),
    ]
