"""`manage.py figures SLUG [--json]`: what the database holds of a consultation."""

import json

from django.core.management.base import BaseCommand, CommandError

from config.figures import figures
from consultations.models import Consultation


class Command(BaseCommand):
    help = "Print what the database holds of a consultation."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *, slug, **options):
        try:
            consultation = Consultation.objects.get(slug=slug)
        except Consultation.DoesNotExist as error:
            raise CommandError(f"There is no consultation with the address “{slug}”.") from error
        numbers = figures(consultation)
        if options["json"]:
            self.stdout.write(json.dumps(numbers, ensure_ascii=False, indent=2))
            return
        for line in lines(numbers):
            self.stdout.write(line)


def lines(numbers, indent=""):
    """The figures as text, one number a line."""
    for name, value in numbers.items():
        label = f"{indent}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            yield label
            yield from lines(value, indent + "  ")
        else:
            yield f"{label:<50} {value:>6}"
