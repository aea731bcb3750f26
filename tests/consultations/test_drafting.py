"""Drafts: what is written and attached before it is sent."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from consultations.actions import (
    attach_file,
    delete_draft,
    detach_file,
    save_draft,
    submit,
    withdraw,
)
from consultations.models import Attachment, Response, ResponseStatus, Submission, WhoMayAnswer
from consultations.uploads import check_upload
from tests import factories
from tests.presses import denied, refused, undone

pytestmark = [pytest.mark.django_db, pytest.mark.one_consultation]


def theme_of(consultation):
    return consultation.themes.filter(is_whole=False).first()


def attached(submission, name="brev.pdf", content=factories.PDF, *, by=None):
    upload = SimpleUploadedFile(name, content)
    return attach_file(submission, check_upload(upload), upload, by=by)


# --- Writing a draft ---------------------------------


def test_save_draft_keeps_what_was_written_and_who_and_when():
    consultation = factories.some_consultation()
    ada = factories.person("Ada Prøve")
    theme = theme_of(consultation)
    before = timezone.now()

    submission = save_draft(consultation, texts={theme.pk: "Ja."}, by=ada, name="Ada Prøve")

    submission = Submission.objects.get(pk=submission.pk)
    response = submission.responses.get()
    assert submission.sender == ada
    assert submission.changed_at >= before
    assert submission.is_draft
    assert (response.theme, response.text, response.status) == (theme, "Ja.", "draft")
    assert response.reference.startswith(submission.reference)


def test_save_draft_again_keeps_the_themes_that_are_not_named():
    consultation = factories.some_consultation()
    first, second = consultation.themes.filter(is_whole=False)
    submission = save_draft(consultation, texts={first.pk: "Ja."})

    save_draft(consultation, submission, texts={second.pk: ""}, no_remarks=[second.pk])

    said = submission.responses.values_list("theme", "text", "has_no_remarks")
    assert set(said) == {(first.pk, "Ja.", False), (second.pk, "", True)}


def test_save_draft_with_an_emptied_text_deletes_the_response():
    submission = factories.draft(text="Ja.")
    theme = submission.responses.get().theme

    save_draft(submission.consultation, submission, texts={theme.pk: " \n"})

    assert not submission.responses.exists()


def test_save_draft_keeps_nothing_that_the_archive_cannot_keep():
    submission = factories.draft(text="Før\x00\x08\ufffe\r\nmellom\tetter\uffff 👍")

    assert submission.responses.get().text == "Før\nmellom\tetter 👍"


def test_save_draft_ignores_a_theme_of_another_consultation():
    consultation = factories.some_consultation()
    other = theme_of(factories.open_for_answers(consultation.authority))

    submission = save_draft(consultation, texts={other.pk: "Feil sted."})

    assert not submission.responses.exists()


def test_save_draft_needs_an_account_where_the_consultation_asks_for_one():
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.ACCOUNT)

    with denied():
        save_draft(consultation, texts={theme_of(consultation).pk: "Ja."})

    assert save_draft(consultation, texts={}, by=factories.person()).pk


def test_what_an_account_wrote_is_denied_to_everybody_else():
    ada = factories.person("Ada Prøve")
    consultation = factories.some_consultation()
    moderator = factories.moderator_of(consultation)
    submission = factories.draft(consultation, by=ada, name="Ada Prøve")
    attachment = attached(submission, by=ada)
    eva = factories.person("Eva Prøve")

    def is_hers_alone(press):
        for other in (eva, moderator, None):
            with denied():
                press(other)
        with undone():
            press(ada)

    is_hers_alone(lambda by: save_draft(consultation, submission, texts={}, by=by, name="Eva"))
    is_hers_alone(lambda by: attached(submission, by=by))
    is_hers_alone(lambda by: detach_file(attachment, by=by))
    is_hers_alone(lambda by: delete_draft(submission, by=by))
    is_hers_alone(lambda by: submit(submission, by=by))
    submit(submission, by=ada)
    is_hers_alone(lambda by: withdraw(submission, by=by))


@pytest.mark.parametrize(
    "status", [each for each in ResponseStatus if each != ResponseStatus.DRAFT]
)
def test_what_is_sent_can_not_be_written_sent_or_deleted_again(status):
    consultation = factories.some_consultation()
    response = factories.response_as(status, consultation, files=[("brev.pdf", factories.PDF)])
    submission = response.submission
    attachment = submission.attachments.get()
    upload = SimpleUploadedFile("nytt.pdf", factories.PDF)

    for press in (
        lambda: save_draft(consultation, submission, texts={response.theme_id: "Nei."}),
        lambda: attach_file(submission, check_upload(upload), upload),
        lambda: detach_file(attachment),
        lambda: submit(submission),
        lambda: delete_draft(submission),
    ):
        with refused():
            press()

    assert default_storage.exists(attachment.path)


# --- Files ---------------------------------


def test_attach_file_keeps_every_byte():
    submission = factories.draft()

    attachment = attached(submission, "Brev fra oss.pdf")

    assert attachment.name == "Brev fra oss.pdf"
    assert attachment.content_type == "application/pdf"
    with default_storage.open(attachment.path) as file:
        assert file.read() == factories.PDF


def test_detach_file_deletes_it_after_the_commit(django_capture_on_commit_callbacks):
    attachment = attached(factories.draft())

    with django_capture_on_commit_callbacks(execute=True):
        detach_file(attachment)
        assert default_storage.exists(attachment.path)

    assert not Attachment.objects.exists()
    assert not default_storage.exists(attachment.path)


def test_delete_draft_deletes_its_files_after_the_commit(django_capture_on_commit_callbacks):
    submission = factories.draft()
    attachment = attached(submission)

    with django_capture_on_commit_callbacks(execute=True):
        delete_draft(submission)
        assert default_storage.exists(attachment.path)

    assert not Submission.objects.exists()
    assert not Response.objects.exists()
    assert not default_storage.exists(attachment.path)
