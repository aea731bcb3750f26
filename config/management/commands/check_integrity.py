"""`manage.py check_integrity`: the seven invariants on a live database."""

import logging

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from config.integrity import CHECKS


class Command(BaseCommand):
    help = "Verify the seven invariants; one line per breach, and a non-zero exit."

    def handle(self, **options):
        # The pages that must not be there are asked for; that they are not is no warning.
        logging.getLogger("django.request").setLevel(logging.ERROR)
        breaches = 0
        for number, check in enumerate(CHECKS, start=1):
            for breach in check():
                breaches += 1
                self.stdout.write(f"{number} {breach}")
        if breaches:
            raise CommandError(f"{breaches} breach{pluralize(breaches, 'es')} of the invariants.")
        self.stdout.write("All seven invariants hold.")
