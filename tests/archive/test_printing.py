from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core.files.storage import default_storage

from archive import printing
from archive.actions import PartOfDocument, prepare, prepare_all
from archive.actions.documents import prepare_ahead
from archive.files import file_digest
from archive.models import PreparedDocument
from archive.pdf import DocumentNotRendered, Page
from archive.printing import print_ahead, printed
from tests.archive import records

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_begun(monkeypatch, media_root):
    """And nothing printed any more when the folder for the files is gone."""
    monkeypatch.setattr(printing, "_ahead", {})
    with ThreadPoolExecutor(2) as threads:
        monkeypatch.setattr(printing, "_threads", threads)
        yield


def page(title):
    return replace(records.page(), title=title, created_at=records.A_MOMENT)


def part(page):
    return PartOfDocument("Høringssvar", "Høringsuttalelse", page=page)


def test_what_was_begun_is_what_is_given_and_only_once():
    print_ahead([page("En")])
    begun = printing._ahead[page("En")].result()

    first, second = printed(page("En")).result(), printed(page("En")).result()

    assert first == begun
    assert second.path != first.path
    assert second.sha256 == first.sha256 == file_digest(first.path)


def test_what_nobody_asks_for_is_forgotten_but_for_the_newest(monkeypatch):
    monkeypatch.setattr(printing, "MOST_AHEAD", 2)

    print_ahead([page("En"), page("To"), page("Tre")])

    assert [each.title for each in printing._ahead] == ["To", "Tre"]


def test_prepare_ahead_begins_what_is_not_prepared_and_prepares_nothing():
    prepare("første", [part(page("En"))])

    prepare_ahead({"første": [part(page("En"))], "andre": [part(page("To"))]})

    assert list(printing._ahead) == [page("To")]
    assert PreparedDocument.objects.get().source == "første"


def test_prepare_prints_what_has_changed_since_it_was_begun():
    prepare_ahead({"svar": [part(page("Før"))]})
    before = printing._ahead[page("Før")].result()

    (after,) = prepare("svar", [part(page("Etter"))])

    assert after.sha256 != before.sha256
    assert default_storage.exists(after.path)


def test_what_could_not_be_printed_ahead_is_told_and_tried_again():
    broken = Page("Svar", "nb", records.A_MOMENT, body="tekst", footer="\ud800")
    prepare_ahead({"svar": [part(broken)], "godt svar": [part(page("Godt"))]})
    first = printing._ahead[broken]

    failed = prepare_all({"svar": [part(broken)], "godt svar": [part(page("Godt"))]})

    assert isinstance(failed.pop("svar"), DocumentNotRendered)
    assert not failed
    assert PreparedDocument.objects.get().source == "godt svar"
    assert printed(broken) is not first
