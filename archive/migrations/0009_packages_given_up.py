from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("archive", "0008_journal_search"),
    ]

    operations = [
        migrations.AddField("delivery", "discarded_at", models.DateTimeField(help_text="When our copy was given up.", null=True)),
        migrations.AddField("delivery", "discarded_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
        migrations.AddField("delivery", "package_deleted_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(condition=models.Q(("discarded_at", None), ("approved_at__isnull", False), _connector="OR"), name="archive_delivery_discarded_is_approved"),
        ),
    ]
