from django.db import migrations, models
from django.db.models import Q

NAME = "consultations_submission_anonymous_is_nobody"
NOBODY = {
    "name": "",
    "email": "",
    "sender": None,
    "organisation": None,
    "organisation_name": "",
    "organisation_number": "",
}


class Migration(migrations.Migration):
    """An organisation's number tells who it is as well as its name does."""

    dependencies = [("consultations", "0004_search")]

    operations = [
        migrations.RemoveConstraint("submission", NAME),
        migrations.AddConstraint(
            "submission",
            models.CheckConstraint(
                condition=~Q(sender_kind="anonymous") | Q(**NOBODY), name=NAME
            ),
        ),
    ]
