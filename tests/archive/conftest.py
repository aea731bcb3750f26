"""A small extraction by the real exporter, for what reads extractions; a part for LibreOffice."""

import shutil

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import override_settings

from accounts.roles import Role
from archive import converting
from archive.actions import (
    PartOfDocument,
    Party,
    add_redacted_variant,
    assess_entry,
    close_case_file,
    correct_entry,
    screen_entry,
    start_extraction,
    write_off_entry,
)
from archive.converting import Copy
from archive.files import store_file
from archive.models import Extraction
from archive.noark5.extraction import folder_of
from archive.vocabulary import SCREENED_PARTS, EntryKind, LegalBasis, PartyKind, WriteOff
from tests import factories
from tests.archive import breaking, offices, records


def small_world():
    """Two closed case files: a letter out, a screened sender, an attachment, a correction."""
    letter = records.case_file()
    records.entry(
        letter,
        kind=EntryKind.OUTGOING,
        parties=(Party(PartyKind.RECIPIENT, "Fjellaget"),),
        received_at=None,
        sent_at=records.A_MOMENT,
    )
    answers = records.case_file(letter.authority)
    records.written_off(answers)
    screened = records.entry(answers, parties=(Party(PartyKind.SENDER, "Hilde Hemmelig"),))
    add_redacted_variant(screened, records.page(body="Sladdet."))
    basis = LegalBasis.OFFL_13
    screen_entry(screened, legal_basis=basis, sender=True, document=SCREENED_PARTS, by=None)
    note = store_file("Æ, ø og å.\n".encode(), "txt")
    parts = [
        PartOfDocument("Høringssvar", "Høringsuttalelse", page=records.page()),
        PartOfDocument("notat", "Vedlegg", stored=note, format="txt"),
    ]
    letter_file = store_file(offices.WORD, "docx")
    parts.append(PartOfDocument("brev", "Vedlegg", stored=letter_file, format="docx"))
    wrong = records.entry(answers, parts=parts)
    right = correct_entry(wrong, sender_name="Rett Navn", reason="Galt navn.", by=None)
    archivist = factories.official(letter.authority, Role.ARCHIVIST, name="Arne Arkivar")
    words = {"legal_basis": basis, "title_words": ["prøve"]}
    assess_entry(right, **words, by=archivist)
    records.settled(answers, by=archivist)
    for entry in (screened, right):
        write_off_entry(entry, WriteOff.TAKEN_INTO_ACCOUNT, by=None)
    for case_file in (letter, answers):
        close_case_file(case_file, by=None)
    return letter.authority


@pytest.fixture(scope="module")
def good(django_db_setup, django_db_blocker, tmp_path_factory, noark5_schemas):
    """The folder of an extraction that the real exporter has made."""
    folder = tmp_path_factory.mktemp("good")
    places = {
        "MEDIA_ROOT": folder / "media",
        "EXTRACTIONS_DIR": folder,
        "NOARK5_SCHEMAS": str(noark5_schemas),
    }
    with django_db_blocker.unblock(), override_settings(**places):
        try:
            start_extraction(small_world(), by=None)
            made = Extraction.objects.get()
            assert made.error == ""
        finally:
            call_command("flush", verbosity=0, interactive=False)
        return folder_of(made)


@pytest.fixture
def extraction(good, tmp_path):
    """A copy of it, to be broken."""
    return breaking.Extraction(shutil.copytree(good, tmp_path / "uttrekk"))


@pytest.fixture
def program(monkeypatch):
    """LibreOffice's part played: makes a PDF/A, or raises what it is told to."""

    class Program:
        raises = None
        made = 0

        def __call__(self, file, extension):
            self.made += 1
            if self.raises:
                raise self.raises
            return self

        def __enter__(self):
            self.file = default_storage.open(records.copy_by_hand().stored.path)
            return Copy(self.file, "pdf", "PDF/A-2b (PRONOM fmt/477)", "Office 1", "Satt på nytt.")

        def __exit__(self, *_):
            self.file.close()

    played = Program()
    monkeypatch.setattr(converting, "converted", played)
    return played
