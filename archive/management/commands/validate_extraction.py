"""`manage.py validate_extraction DIR`: one line for each breach of Noark 5 in an extraction."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from archive.validation.checks import CHECKS, validate
from archive.validation.package import Package

SUMMED_UP = ("mappe", "registrering", "dokumentbeskrivelse", "dokumentobjekt", "file", "endring")


class Command(BaseCommand):
    help = (
        "Validate a Noark 5 extraction as its receiver does; exits with 1 where there is a breach."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path, help="the extraction")
        parser.add_argument(
            "--schemas",
            metavar="DIR",
            type=Path,
            help="the official schemas; else NOARK5_SCHEMAS, else those in the extraction",
        )

    def handle(self, *, folder, schemas, **options):
        if schemas is None and settings.NOARK5_SCHEMAS:
            schemas = Path(settings.NOARK5_SCHEMAS)
        for each in filter(None, (folder, schemas)):
            if not each.is_dir():
                raise CommandError(f"There is no folder {each}.")
        package, breaches = Package(folder, schemas), 0
        for breach in validate(package):
            self.stdout.write(breach)
            breaches += 1
        read = ", ".join(f"{package.counts[kind]} {kind}" for kind in SUMMED_UP)
        tests = len({check.number for check in CHECKS})
        found = f"{breaches} breach{pluralize(breaches, 'es')} found."
        self.stderr.write(f"{read}: {tests} tests made, {found}")
        if breaches:
            sys.exit(1)
