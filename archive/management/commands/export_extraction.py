"""Makes a Noark 5 extraction at once, without a worker."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from accounts.models import Authority
from accounts.rules import ActionRefused
from archive.actions import start_extraction
from archive.models import ExtractionStatus
from archive.noark5.extraction import make_package


class Command(BaseCommand):
    help = "Close the periods that can be closed, and write a Noark 5 extraction of them."

    def add_arguments(self, parser):
        parser.add_argument("--authority", required=True, metavar="SLUG")
        parser.add_argument(
            "--out", required=True, metavar="DIR", type=Path, help="A new or an empty folder."
        )

    def handle(self, *, authority, out, **options):
        keeper = Authority.objects.filter(slug=authority).first()
        if keeper is None:
            raise CommandError(f"There is no authority with the slug {authority!r}.")
        folder = out.resolve()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"{folder} exists and is not an empty folder.")
        try:
            extraction = start_extraction(keeper, by=None, folder=folder)
        except ActionRefused as refused:
            raise CommandError(str(refused)) from refused
        make_package(extraction)
        if extraction.status != ExtractionStatus.DONE:
            raise CommandError(extraction.error)
        self.stdout.write(
            f"{folder}: {extraction.case_files} case files, {extraction.entries_done} journal "
            f"entries, {extraction.documents} documents."
        )
        if extraction.error:
            self.stderr.write(self.style.WARNING(extraction.error))
