"""Makes a Noark 5 extraction at once, without a worker; run again, it goes on where it stopped."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from accounts.models import Authority
from accounts.rules import ActionRefused
from archive.actions import start_extraction
from archive.models import Extraction, ExtractionStatus
from archive.noark5.extraction import Interrupted, make_package, take_over
from archive.noark5.progress import ClaimLost
from archive.noark5.tar import tar_of
from archive.omissions import left_out, words_for

UNFINISHED = {ExtractionStatus.RUNNING, ExtractionStatus.FAILED}


class Command(BaseCommand):
    help = (
        "Close the periods that can be closed, and write a Noark 5 extraction of them. An "
        "extraction that was interrupted goes on when the same command is run again. Exits with "
        "1 where none was made, and says why."
    )

    def add_arguments(self, parser):
        parser.add_argument("--authority", required=True, metavar="SLUG")
        parser.add_argument(
            "--out", required=True, metavar="DIR", type=Path, help="A new or an empty folder."
        )
        parser.add_argument(
            "--notes",
            action="store_true",
            help="Let the internal notes go along, where the receiver has asked for them.",
        )
        parser.add_argument(
            "--tar",
            action="store_true",
            help="Make DIR.tar and its SHA-256 too (in the bucket, where one is set).",
        )

    def handle(self, *, authority, out, notes, tar, **options):
        keeper = Authority.objects.filter(slug=authority).first()
        if keeper is None:
            raise CommandError(f"There is no authority with the slug {authority!r}.")
        folder = out.resolve()
        extraction = _unfinished(keeper, folder)
        if extraction is None:
            _refuse_what_is_there(folder, tar)
            extraction = self._start(keeper, folder, notes, tar)
        else:
            self.stderr.write(f"Going on with the extraction of {extraction.requested_at:%F %T}.")
            extraction.is_packed = tar
        try:
            make_package(extraction)
        except Interrupted as error:
            raise CommandError(
                "The database went away. What is made is kept: run the same command again."
            ) from error
        if extraction.status != ExtractionStatus.DONE:
            raise CommandError(extraction.error or "Another process is making this extraction.")
        self.stdout.write(
            f"{folder}: {extraction.case_files} case files, {extraction.entries_done} journal "
            f"entries, {extraction.documents} documents."
        )
        if extraction.archive_name:
            self.stdout.write(f"{extraction.archive_sha256}  {extraction.archive_name}")

    def _start(self, keeper, folder, notes, tar):
        """Say what is left out, and why; then begin."""
        for each in left_out(keeper):
            self.stderr.write(f"Left out: {each['case_file']} {each['title']}. {words_for(each)}")
        try:
            return start_extraction(
                keeper, by=None, has_notes=notes, folder=str(folder), is_packed=tar
            )
        except ActionRefused as refused:
            raise CommandError(str(refused)) from refused


def _unfinished(keeper, folder):
    """The extraction into this folder that was interrupted or failed; None where none was."""
    begun = Extraction.objects.filter(authority=keeper, folder=folder, status__in=UNFINISHED)
    found = begun.select_related("authority").order_by("pk").last()
    try:
        return found and take_over(found)
    except ClaimLost as error:
        raise CommandError("Another process is making this extraction now.") from error


def _refuse_what_is_there(folder, tar):
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError(f"{folder} exists and is not an empty folder.")
    beside = tar_of(Extraction(folder=str(folder)))
    if tar and beside.exists():
        raise CommandError(f"{beside} exists. Move it away, or choose another folder.")
