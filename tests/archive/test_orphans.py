"""What a rolled back transaction leaves in the storage is deleted, and nothing that is needed."""

import os
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from archive.files import store_file
from archive.models import ArchivedDocument, PreparedDocument
from archive.tasks import delete_orphans
from consultations.actions import add_document, attach_file
from consultations.models import Attachment, Document
from consultations.uploads import check_upload
from tests import factories
from tests.factories import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]


@pytest.fixture
def three_days_ago(media_root, time_machine):
    """What is stored inside lies there since three days ago."""

    @contextmanager
    def then():
        now = timezone.now()
        past = now - timedelta(days=3)
        time_machine.move_to(past)
        yield
        for file in [each for each in media_root.rglob("*") if each.is_file()]:
            os.utime(file, (past.timestamp(), past.timestamp()))
        time_machine.move_to(now)

    return then


def test_file_whose_row_was_rolled_back_is_deleted_after_a_day(three_days_ago):
    with three_days_ago():
        orphan = store_file(b"brev", "txt")

    delete_orphans()

    assert not default_storage.exists(orphan.path)


def test_file_that_is_being_written_is_left():
    fresh = store_file(b"brev", "txt")

    delete_orphans()

    assert default_storage.exists(fresh.path)


def test_file_that_a_row_names_is_kept(three_days_ago):
    with three_days_ago():
        laid_out = factories.drafted_consultation()
        upload = SimpleUploadedFile("notat.pdf", PDF)
        add_document(laid_out, check_upload(upload), upload, title="Notat", by=laid_out.created_by)
        written = factories.draft()
        attach_file(written, check_upload(upload), upload)
        factories.accepted_response(files=[("brev.pdf", PDF)])
        factories.screened_response()
    paths = {
        path
        for model in (ArchivedDocument, Attachment, Document, PreparedDocument)
        for path in model.objects.values_list("path", flat=True)
    }

    delete_orphans()

    assert len(paths) >= 5
    assert all(map(default_storage.exists, paths))
