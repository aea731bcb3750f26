"""`manage.py verify_journal`: one line for each breach of the journal's chain and checkpoints."""

import sys

from django.core.management import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from accounts.models import Authority
from archive.models import Journal
from archive.verify import verify_chain, verify_documents


class Command(BaseCommand):
    help = "Verify the chain and checkpoints of every journal, or of one; exits with 1 at a breach."

    def add_arguments(self, parser):
        parser.add_argument("--authority", metavar="SLUG", help="only the journal of this one")
        parser.add_argument(
            "--documents", action="store_true", help="read every archived file as well"
        )

    def handle(self, *, authority, documents, **options):
        authorities = Authority.objects.filter(journal__isnull=False).order_by("slug")
        if authority:
            authorities = authorities.filter(slug=authority)
            if not authorities:
                raise CommandError(f"No authority with the slug {authority!r} has a journal.")
        breaches = 0
        for each in authorities:
            for check in [verify_chain, verify_documents] if documents else [verify_chain]:
                for breach in check(each):
                    self.stdout.write(breach)
                    breaches += 1
        entries = sum(
            Journal.objects.filter(authority__in=authorities).values_list("count", flat=True)
        )
        self.stderr.write(
            f"{entries} journal entr{pluralize(entries, 'y,ies')} verified, "
            f"{breaches} breach{pluralize(breaches, 'es')} found."
        )
        if breaches:
            sys.exit(1)
