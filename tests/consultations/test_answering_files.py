"""Attachments to an answer, and bodies too large: what is refused loses nothing else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consultations.models import Attachment, Response, Submission
from consultations.uploads import MAX_ATTACHMENT_BYTES
from tests.consultations.answering import address, start, typed
from tests.factories import PDF, PNG

pytestmark = pytest.mark.django_db


@pytest.fixture
def temporary_files(settings, tmp_path):
    """The folder where what is uploaded lies while it is read."""
    settings.FILE_UPLOAD_TEMP_DIR = folder = tmp_path / "uploads"
    folder.mkdir()
    return folder


def test_refused_attachment_loses_neither_the_text_nor_the_good_ones(client, consultation):
    files = [
        SimpleUploadedFile("brev.pdf", PDF),
        SimpleUploadedFile("virus.exe", b"MZ"),
        SimpleUploadedFile("bilde.pdf", PNG),
    ]

    page = client.post(start(consultation), typed(consultation, attachments=files), follow=True)

    shown = page.content.decode()
    draft = Submission.objects.get()
    assert "virus.exe" in shown
    assert "bilde.pdf" in shown
    assert [each.name for each in draft.attachments.all()] == ["brev.pdf"]
    assert f'id="remove-{draft.attachments.get().pk}"' in shown
    assert draft.responses.get().text == "Jeg mener noe."
    assert f'action="{address("draft-edit", draft)}"' in shown


def test_same_attachment_posted_again_is_attached_once(client, consultation):
    client.post(
        start(consultation),
        typed(consultation, press="save", attachments=SimpleUploadedFile("brev.pdf", PDF)),
    )
    draft = Submission.objects.get()

    client.post(
        address("draft-edit", draft),
        typed(consultation, attachments=SimpleUploadedFile("brev.pdf", PDF)),
    )

    assert draft.attachments.count() == 1


def test_eleventh_attachment_is_refused_and_ten_are_kept(client, consultation):
    files = [SimpleUploadedFile(f"{number}.txt", b"%d" % number) for number in range(11)]

    page = client.post(start(consultation), typed(consultation, attachments=files), follow=True)

    assert Attachment.objects.count() == 10
    assert "attachments" in page.context["form"].errors


def test_attachments_over_the_sum_are_refused_one_by_one(client, consultation, monkeypatch):
    monkeypatch.setattr("consultations.views.saving.MAX_TOTAL_BYTES", 10)
    files = [SimpleUploadedFile(f"{number}.txt", b"1234567%d" % number) for number in range(2)]

    page = client.post(start(consultation), typed(consultation, attachments=files), follow=True)

    assert [each.name for each in Attachment.objects.all()] == ["0.txt"]
    assert "1.txt" in str(page.context["form"].errors["attachments"])


def test_attachment_is_removed_by_its_tick(
    client, consultation, django_capture_on_commit_callbacks
):
    client.post(
        start(consultation),
        typed(consultation, press="save", attachments=SimpleUploadedFile("brev.pdf", PDF)),
    )
    draft = Submission.objects.get()

    client.post(
        address("draft-edit", draft),
        typed(consultation, remove=str(draft.attachments.get().pk)),
    )

    assert draft.attachments.count() == 0


def test_letter_alone_is_a_response_to_the_whole(client, consultation):
    client.post(
        start(consultation),
        typed(consultation, "", attachments=SimpleUploadedFile("brev.pdf", PDF)),
    )
    draft = Submission.objects.get()

    client.post(address("draft-send", draft))

    response = Response.objects.get()
    assert response.theme.is_whole
    assert response.text == "Se vedlegg."
    assert response.received_at


def test_theme_that_was_emptied_is_not_sent_with_the_attachment(client, consultation):
    _first, second = consultation.themes.filter(is_whole=False)
    client.post(start(consultation), typed(consultation, press="save"))
    draft = Submission.objects.get()
    client.post(
        address("draft-edit", draft),
        typed(consultation, "", attachments=SimpleUploadedFile("brev.pdf", PDF))
        | {f"text-{second.pk}": "Heller dette."},
    )

    client.post(address("draft-send", draft))

    assert [each.theme for each in Response.objects.all()] == [second]


def test_file_over_the_limit_is_told_at_its_field_and_the_rest_is_kept(
    client, consultation, temporary_files
):
    files = [
        SimpleUploadedFile("film.pdf", b"%PDF-1.7" + bytes(3 * MAX_ATTACHMENT_BYTES)),
        SimpleUploadedFile("brev.pdf", PDF),
    ]

    page = client.post(start(consultation), typed(consultation, attachments=files), follow=True)

    draft = Submission.objects.get()
    assert "film.pdf" in str(page.context["form"].errors["attachments"])
    assert "10 MB" in str(page.context["form"].errors["attachments"])
    assert [each.name for each in draft.attachments.all()] == ["brev.pdf"]
    assert draft.responses.get().text == "Jeg mener noe."
    assert list(temporary_files.iterdir()) == []


def test_files_over_the_sum_and_the_number_are_told_and_the_others_kept(client, consultation):
    large = [SimpleUploadedFile(f"{each}.txt", b"%d" % each * 9_000_000) for each in range(3)]
    small = [SimpleUploadedFile(f"{each}.txt", b"%d" % each) for each in range(3, 20)]

    page = client.post(
        start(consultation), typed(consultation, attachments=[*large, *small]), follow=True
    )

    refused = str(page.context["form"].errors["attachments"])
    kept = ["0.txt", "1.txt", *(f"{each}.txt" for each in range(3, 10))]
    assert [each.name for each in Attachment.objects.all()] == kept
    assert "2.txt" in refused
    assert "19.txt" in refused
    assert Response.objects.get().text == "Jeg mener noe."


def test_text_of_many_megabytes_is_given_back(client, consultation):
    long = "å" * 4_000_000

    page = client.post(start(consultation), typed(consultation, long), follow=True)

    [name] = page.context["form"].errors
    assert name.startswith("text-")
    assert long in page.content.decode()


def test_absurd_body_is_told(client, consultation, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    page = client.post(start(consultation), typed(consultation, "x" * 2000))

    assert page.status_code == 413
    assert "<h1" in page.content.decode()
    assert Submission.objects.count() == 0


def test_too_many_fields_are_told(client, consultation, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5

    page = client.post(start(consultation), typed(consultation))

    assert page.status_code == 413
