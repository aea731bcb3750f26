import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_how_a_mail_is_ended'),
        ('archive', '0015_names_of_packages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Remnant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remedy', models.TextField(blank=True, help_text='What was done about it.')),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'package that holds what was erased',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='extraction',
            name='discarded_at',
            field=models.DateTimeField(help_text='When a package was given up that was never delivered.', null=True),
        ),
        migrations.AddField(
            model_name='extraction',
            name='discarded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extraction',
            name='package_deleted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='extraction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('discarded_at', None), ('discarded_by', None)), models.Q(('discarded_at__isnull', False), ('discarded_by__isnull', False)), _connector='OR'), name='archive_extraction_discarded_has_who_and_when'),
        ),
        migrations.AddField(
            model_name='remnant',
            name='erasure',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remnants', to='archive.erasure'),
        ),
        migrations.AddField(
            model_name='remnant',
            name='extraction',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remnants', to='archive.extraction'),
        ),
        migrations.AddField(
            model_name='remnant',
            name='settled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='remnant',
            constraint=models.UniqueConstraint(fields=('erasure', 'extraction'), name='archive_remnant_is_told_of_once'),
        ),
        migrations.AddConstraint(
            model_name='remnant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('remedy', ''), ('settled_at', None), ('settled_by', None)), models.Q(models.Q(('remedy', ''), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='archive_remnant_settled_has_who_when_and_how'),
        ),
    ]
