"""A post waits until it is shown, and one that is removed has a reason."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0007_withheld_by_ground"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="discussionpost",
            name="removed_reason",
            field=models.TextField(
                blank=True, help_text="Everyone can read it.", verbose_name="why it was removed"
            ),
        ),
        migrations.AlterField(
            model_name="discussionpost",
            name="status",
            field=models.CharField(
                choices=[
                    ("visible", "Visible"),
                    ("waiting", "Waiting for a moderator"),
                    ("removed", "Removed"),
                ],
                default="waiting",
                max_length=7,
            ),
        ),
        migrations.AddIndex(
            model_name="discussionpost",
            index=models.Index(
                condition=models.Q(("status", "waiting")),
                fields=["created_at", "id"],
                name="consultations_posts_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="discussionpost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "removed"), _negated=True),
                    models.Q(("removed_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="consultations_post_removed_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="discussionpost",
            constraint=models.CheckConstraint(
                condition=models.Q(("nickname", ""), ("is_of_authority", False), _connector="OR"),
                name="consultations_post_of_authority_has_no_nickname",
            ),
        ),
    ]
