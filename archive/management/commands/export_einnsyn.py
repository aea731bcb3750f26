"""`manage.py export_einnsyn`: the public journal in the form that eInnsyn takes."""

from contextlib import suppress
from datetime import date
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from accounts.models import Authority
from archive.einnsyn import json_of


class Command(BaseCommand):
    help = "Write the public journal of an authority as JSON for eInnsyn: see docs/einnsyn.md."

    def add_arguments(self, parser):
        parser.add_argument("--authority", required=True, metavar="SLUG")
        parser.add_argument("--from", dest="since", metavar="YYYY-MM-DD", type=_day)
        parser.add_argument("--to", dest="until", metavar="YYYY-MM-DD", type=_day)
        parser.add_argument("--out", required=True, metavar="FILE", type=Path, help="A new file.")

    def handle(self, *, authority, since, until, out, **options):
        keeper = Authority.objects.filter(slug=authority, journal__isnull=False).first()
        if keeper is None:
            raise CommandError(f"No authority with the slug {authority!r} has a journal.")
        if since and until and since > until:
            raise CommandError(f"{since} is after {until}: nothing is between them.")
        if out.exists():
            raise CommandError(f"{out} is there already. It is left as it is.")
        part = out.with_name(f"{out.name}.part")  # what is half written never looks whole
        try:
            with part.open("w", encoding="utf-8") as file:
                file.writelines(json_of(keeper, since=since, until=until))
            part.rename(out)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise CommandError(f"{out} could not be written: {error.strerror}.") from error
        self.stdout.write(f"{out}: {out.stat().st_size} bytes.")


def _day(written):
    return date.fromisoformat(written)
