"""Bring the database up to the code: its tables, and the cache's where there is no Redis."""

from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    help = "Migrate, and create the cache's table; safe to run again."

    def handle(self, **options):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
