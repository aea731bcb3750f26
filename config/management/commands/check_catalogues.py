"""Whether everything that the interface says can be said in every language it promises."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import BaseCommand, CommandError

NOT_SEARCHED = [".*", "node_modules", "var", "tests", "*.mo"]
SOURCE_LANGUAGE = "en"


class Command(BaseCommand):
    help = "List each text that nb or nn lack, doubt, misformat or no longer need."
    requires_system_checks = []

    def handle(self, **options):
        languages = [code for code, _ in settings.LANGUAGES if code != SOURCE_LANGUAGE]
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "copy"
            shutil.copytree(settings.BASE_DIR, copy, ignore=shutil.ignore_patterns(*NOT_SEARCHED))
            collect_messages(copy, languages)
            faults = [
                fault
                for language in languages
                for fault in find_faults(
                    copy / f"locale/{language}/LC_MESSAGES/django.po", language
                )
            ]
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"The catalogues have {len(faults)} faults; run `make messages`.")
        self.stdout.write(f"The catalogues are complete: {', '.join(languages)}.")


def collect_messages(folder, languages):
    """Let Django gather the texts of the code in `folder` into its catalogues."""
    (folder / "locale").mkdir(exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "django", "makemessages", "--verbosity=0"]
        + [f"--locale={language}" for language in languages],
        cwd=folder,
        env=environment,
        check=True,
    )


def find_faults(path, language):
    """One line for each text, with where in the code it stands."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if not message.id:
            continue  # the header
        place = " ".join(f"{name}:{line}" for name, line in message.locations)
        text = repr(message.id[0] if message.pluralizable else message.id)
        strings = message.string if message.pluralizable else [message.string]
        if message.fuzzy:
            yield f"{language}: doubtful: {text} {place}"
        elif not all(strings):
            yield f"{language}: missing: {text} {place}"
        else:
            for error in message.check(catalogue):
                yield f"{language}: {error}: {text} {place}"
    for message in catalogue.obsolete.values():
        yield f"{language}: no longer in the code: {message.id!r}"
