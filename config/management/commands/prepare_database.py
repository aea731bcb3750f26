"""Bring the database up to the code."""

from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    help = "Migrate; safe to run again."

    def handle(self, **options):
        call_command("migrate", interactive=False, verbosity=0)
