"""Answering in the browser: nothing typed is lost, and what is sent is sent once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.abuse import LIMITS
from accounts.models import Affiliation
from consultations.actions import close_consultation, save_draft
from consultations.forms.answering import MAX_TEXT_LENGTH
from consultations.models import Attachment, Response, Submission, WhoMayAnswer
from consultations.uploads import MAX_ATTACHMENT_BYTES
from tests import factories
from tests.factories import PDF, PNG

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation():
    return factories.open_for_answers()


@pytest.fixture
def temporary_files(settings, tmp_path):
    """The folder where what is uploaded lies while it is read."""
    settings.FILE_UPLOAD_TEMP_DIR = folder = tmp_path / "uploads"
    folder.mkdir()
    return folder


def start(consultation):
    return reverse("consultations:draft-start", args=[consultation.slug])


def address(name, submission):
    return reverse(f"consultations:{name}", args=[submission.token])


def typed(consultation, text="Jeg mener noe.", *, press="check", **fields):
    """What a browser posts, the first theme answered."""
    theme = consultation.themes.filter(is_whole=False).first()
    of_person = {
        "sender_kind": "person",
        "name": "Nora Prøve",
        "email": "nora@prove.example",
        "language": "nb",
        f"text-{theme.pk}": text,
        press: "",
    }
    return of_person | fields


def test_answer_from_form_to_receipt(client, consultation):
    page = client.get(start(consultation))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]

    page = client.post(start(consultation), typed(consultation))
    draft = Submission.objects.get()
    assert page["Location"] == address("draft-check", draft)
    assert "Jeg mener noe." in client.get(page["Location"]).content.decode()

    page = client.post(address("draft-send", draft))
    assert page["Location"] == address("receipt-show", draft)
    receipt = client.get(page["Location"])

    draft.refresh_from_db()
    assert not draft.is_draft
    assert draft.reference in receipt.content.decode()
    assert receipt["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in receipt["Cache-Control"]


def test_how_long_a_draft_is_kept_is_told_to_who_has_no_account(client, consultation):
    there = f"/en{start(consultation).removeprefix('/nb')}"
    assert "90 days" in client.get(there).content.decode()

    client.force_login(factories.person())

    assert "90 days" not in client.get(there).content.decode()


def test_form_is_shown_with_a_fixed_number_of_queries(client, django_assert_num_queries):
    small = factories.open_for_answers(themes=("Fastlege",))
    large = factories.open_for_answers(small.authority, themes=("Fastlege", "Sykehjem", "Rus"))

    for consultation in (small, large):
        with django_assert_num_queries(2):
            client.get(start(consultation))


def test_draft_and_check_are_shown_with_a_fixed_number_of_queries(
    client, consultation, django_assert_num_queries
):
    themes = list(consultation.themes.all())
    small = factories.draft(consultation, themes=themes[:1])
    large = factories.draft(consultation, themes=themes)

    for draft in (small, large):
        with django_assert_num_queries(5):
            client.get(address("draft-edit", draft))
        with django_assert_num_queries(6):
            client.get(address("draft-check", draft))


def test_errors_stand_at_the_field_and_in_the_summary_and_keep_what_was_typed(client, consultation):
    fields = typed(
        consultation,
        "Lang tekst.\n\nMed <b>tegn</b> & mer.",
        name="",
        email="nora@",
        hide_name="on",
        hide_name_reason="",
    )

    page = client.post(start(consultation), fields, follow=True)

    shown = page.content.decode()
    assert set(page.context["form"].errors) == {"name", "email", "hide_name_reason"}
    assert 'href="#id_name"' in shown
    assert 'id="id_name_error"' in shown
    assert 'value="nora@"' in shown
    assert "Lang tekst.\n\nMed &lt;b&gt;tegn&lt;/b&gt; &amp; mer." in shown
    assert Response.objects.get().text == fields[list(fields)[4]]
    assert Submission.objects.get().email == "nora@"


@pytest.mark.parametrize("press", ["save", "check"])
def test_form_with_nothing_in_it_saves_nothing_and_says_so(client, consultation, press):
    first = consultation.themes.filter(is_whole=False).first()
    untouched = {
        "sender_kind": "anonymous",
        "language": "nn",
        f"text-{first.pk}": " \r\n ",
        press: "",
    }

    page = client.post(start(consultation), untouched)

    assert Submission.objects.count() == 0
    assert set(page.context["form"].errors) == {f"text-{first.pk}"}


def test_form_with_only_the_name_that_the_account_has_is_empty(client, consultation):
    client.force_login(factories.person("Ada Prøve"))

    page = client.post(
        start(consultation), {"sender_kind": "person", "name": "Ada Prøve", "language": "nb"}
    )

    assert page.status_code == 422
    assert Submission.objects.count() == 0


@pytest.mark.parametrize("press", ["save", "check"])
def test_first_press_with_an_error_leads_to_the_drafts_own_address(client, consultation, press):
    page = client.post(start(consultation), typed(consultation, email="nora@", press=press))

    draft = Submission.objects.get()
    there = address("draft-edit", draft) + ("?check" if press == "check" else "")
    assert page["Location"] == there
    assert set(client.get(there).context["form"].errors) == {"email"}
    assert set(client.get(there).context["form"].errors) == {"email"}


def test_nothing_answered_is_told_before_it_is_sent(client, consultation):
    page = client.post(start(consultation), typed(consultation, "  \n "), follow=True)

    theme = consultation.themes.filter(is_whole=False).first()
    assert set(page.context["form"].errors) == {f"text-{theme.pk}"}


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


def test_no_remarks_is_one_tick(client, consultation):
    client.post(start(consultation), typed(consultation, "", no_remarks="on"))
    draft = Submission.objects.get()

    client.post(address("draft-send", draft))

    response = Response.objects.get()
    assert response.theme.is_whole
    assert response.has_no_remarks
    assert response.received_at


def test_no_remarks_beside_an_answer_is_a_contradiction(client, consultation):
    page = client.post(start(consultation), typed(consultation, no_remarks="on"), follow=True)

    assert set(page.context["form"].errors) == {"no_remarks"}


@pytest.mark.parametrize(
    ("number", "is_right"),
    [("974 760 673", True), ("123456789", False), ("9747606733", False)],  # cut, the last is right
)
def test_organisation_number_is_checked(client, consultation, number, is_right):
    fields = typed(
        consultation,
        sender_kind="organisation",
        organisation_name="Prøveforbundet",
        organisation_number=number,
    )

    page = client.post(start(consultation), fields, follow=True)

    draft = Submission.objects.get()
    place = "draft-check" if is_right else "draft-edit"
    assert page.redirect_chain[0][0].startswith(address(place, draft))
    if is_right:
        assert draft.organisation_number == "974760673"
    else:
        assert set(page.context["form"].errors) == {"organisation_number"}
        assert f'value="{number}"' in page.content.decode()


def test_person_is_not_asked_for_the_number_of_an_organisation(client, consultation):
    page = client.post(start(consultation), typed(consultation, organisation_number="123"))

    assert page.status_code == 302
    assert Submission.objects.get().organisation_number == ""


def test_text_over_the_limit_is_refused_and_given_back(client, consultation):
    long = "å" * (MAX_TEXT_LENGTH + 1)

    page = client.post(start(consultation), typed(consultation, long), follow=True)

    [name] = page.context["form"].errors
    assert name.startswith("text-")
    assert long in page.content.decode()
    assert client.post(address("draft-send", Submission.objects.get()))["Location"].endswith(
        "?check"
    )
    assert Submission.objects.get().is_draft


def test_text_at_the_limit_and_hostile_signs_are_taken(client, consultation):
    hostile = "\x00\r\n<script>alert(1)</script>{{ 7 }}\u202e" + "x" * 1000

    page = client.post(start(consultation), typed(consultation, hostile, name="Ola\r\nBcc: x\x00"))

    draft = Submission.objects.get()
    shown = client.get(page["Location"]).content.decode()
    assert draft.name == "Ola Bcc: x"
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 }}" in shown


def test_name_is_stored_without_what_turns_the_text(client, consultation):
    client.post(start(consultation), typed(consultation, name="Nora\u202e evørP\u200b"))

    assert Submission.objects.get().name == "Nora evørP"


def test_names_longer_than_their_column_are_refused_in_words(client, consultation):
    page = client.post(start(consultation), typed(consultation, name="N" * 151), follow=True)

    assert set(page.context["form"].errors) == {"name"}
    assert "N" * 151 in page.content.decode()


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
    assert "“2.txt”" in refused
    assert "“19.txt”" in refused
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


def test_anonymous_is_stored_as_nobody_whatever_was_typed(client, consultation):
    fields = typed(
        consultation,
        sender_kind="anonymous",
        organisation_name="Prøveforbundet",
        hide_name="on",
        hide_name_reason="Fordi.",
    )

    client.post(start(consultation), fields)
    draft = Submission.objects.get()
    client.post(address("draft-send", draft))

    draft.refresh_from_db()
    assert draft.submitted_at
    assert (draft.name, draft.email, draft.organisation_name) == ("", "", "")
    assert draft.hide_name_reason == ""


def test_anonymous_of_an_account_is_stored_as_nobody(client, consultation):
    user = factories.person()
    client.force_login(user)
    client.post(start(consultation), typed(consultation, sender_kind="anonymous"))
    draft = Submission.objects.get()
    client.post(address("draft-send", draft))

    client.post(address("submission-withdraw", draft))

    draft.refresh_from_db()
    assert draft.sender is None
    response = draft.responses.get()
    assert response.status == "withdrawn"
    assert response.withdrawn_by is None


def test_anonymous_is_not_offered_where_the_consultation_asks_for_a_name(client):
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.NAMED)

    page = client.post(
        start(consultation), typed(consultation, sender_kind="anonymous"), follow=True
    )

    assert set(page.context["form"].errors) == {"sender_kind"}
    assert Response.objects.get().text == "Jeg mener noe."


def test_account_is_known_by_name_and_speaks_for_its_organisation(client, consultation):
    user = factories.person("Ada Prøve")
    body = factories.organisation("Prøveforbundet", organisation_number="974760673")
    Affiliation.objects.create(user=user, organisation=body)
    client.force_login(user)
    page = client.get(start(consultation))
    assert 'value="Ada Prøve"' in page.content.decode()
    assert "email" not in page.context["form"].fields

    fields = typed(consultation, sender_kind="organisation", organisation=str(body.pk))
    client.post(start(consultation), fields)
    draft = Submission.objects.get()
    client.post(address("draft-send", draft))

    draft.refresh_from_db()
    assert draft.submitted_at
    assert draft.sender == user
    assert draft.organisation == body
    assert (draft.organisation_name, draft.organisation_number) == ("Prøveforbundet", "974760673")


def test_account_may_not_speak_for_an_organisation_of_others(client, consultation):
    user = factories.person()
    own, other = factories.organisation("Egen"), factories.organisation("Annen")
    Affiliation.objects.create(user=user, organisation=own)
    client.force_login(user)

    page = client.post(
        start(consultation),
        typed(consultation, sender_kind="organisation", organisation=str(other.pk)),
        follow=True,
    )

    assert "organisation" in page.context["form"].errors
    assert Submission.objects.get().organisation is None


@pytest.mark.parametrize("name", ["draft-edit", "draft-check", "draft-send", "receipt-show"])
def test_addresses_of_an_account_are_closed_to_others(client, consultation, name):
    owner = factories.person()
    draft = factories.draft(consultation, by=owner, name="Ada", sender_kind="person")
    press = client.post if name == "draft-send" else client.get

    logged_out = press(address(name, draft))
    client.force_login(factories.person())
    other = press(address(name, draft))

    assert logged_out.status_code == 302
    assert logged_out["Location"].startswith(reverse("account_login"))
    assert other.status_code == 404
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize(
    "name", ["draft-edit", "draft-check", "receipt-show", "draft-send", "submission-withdraw"]
)
def test_bad_token_is_not_found(client, name):
    press = client.post if name in ("draft-send", "submission-withdraw") else client.get

    page = press(reverse(f"consultations:{name}", args=["A" * 43]))

    assert page.status_code == 404


def test_check_points_out_personal_data_and_lets_the_sender_go_on(client, consultation):
    client.post(start(consultation), typed(consultation, "Ring meg på tlf. 22 33 44 55 da."))
    draft = Submission.objects.get()

    page = client.get(address("draft-check", draft))

    assert page.context["has_personal_data"]
    assert "<mark>22 33 44 55</mark> da." in page.content.decode()
    client.post(address("draft-send", draft))
    assert not Submission.objects.get().is_draft


def test_check_of_what_lacks_nothing_personal_says_nothing_of_it(client, consultation):
    draft = factories.draft(consultation)

    page = client.get(address("draft-check", draft))

    assert not page.context["has_personal_data"]
    assert "<mark>" not in page.content.decode()


def test_check_of_an_unfinished_draft_goes_back_to_the_form(client, consultation):
    draft = factories.draft(consultation, sender_kind="person", name="")

    page = client.get(address("draft-check", draft), follow=True)

    assert page.redirect_chain == [(address("draft-edit", draft) + "?check", 302)]
    assert set(page.context["form"].errors) == {"name", "email"}


def test_send_pressed_twice_shows_the_receipt(client, consultation):
    draft = factories.draft(consultation)

    first = client.post(address("draft-send", draft))
    second = client.post(address("draft-send", draft))

    assert first["Location"] == second["Location"] == address("receipt-show", draft)
    assert Response.objects.exclude(received_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_send_pressed_twice_at_once_shows_the_receipt_twice(consultation):
    draft = factories.draft(consultation)

    def press(_each):
        try:
            return Client().post(address("draft-send", draft))["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        places = list(people.map(press, range(4)))

    assert places == [address("receipt-show", draft)] * 4
    assert Response.objects.exclude(received_at=None).count() == 1


def test_what_is_sent_can_not_be_edited_or_checked(client, consultation):
    sent = factories.submission(consultation)

    for name in ("draft-edit", "draft-check"):
        assert client.get(address(name, sent))["Location"] == address("receipt-show", sent)
    client.post(address("draft-edit", sent), typed(consultation, "Noe helt annet."))
    assert sent.responses.get().text == "Jeg mener noe om dette."


def test_late_answer_is_told_and_marked(client, consultation):
    draft = factories.draft(consultation)
    type(consultation).objects.filter(pk=consultation.pk).update(
        opens_at=timezone.now() - timedelta(days=2),
        deadline_at=timezone.now() - timedelta(hours=1),
    )
    consultation.refresh_from_db()
    close_consultation(consultation)
    deadline = 'data-color="warning"'
    assert deadline in client.get(start(consultation)).content.decode()
    assert deadline in client.get(address("draft-check", draft)).content.decode()

    client.post(address("draft-send", draft))

    draft.refresh_from_db()
    assert draft.is_late
    assert "ds-tag" in client.get(address("receipt-show", draft)).content.decode()


def test_consultation_that_is_not_open_yet_says_so(client):
    consultation = factories.published_consultation(
        opens_at=timezone.now() + timedelta(days=1), deadline_at=timezone.now() + timedelta(days=50)
    )

    page = client.post(start(consultation), typed(consultation))

    assert page.status_code == 409
    assert Submission.objects.count() == 0


def test_draft_consultation_is_not_found(client):
    consultation = factories.drafted_consultation()

    assert client.get(start(consultation)).status_code == 404


def test_refusal_at_sending_is_told_on_the_check_page(client):
    consultation = factories.open_for_answers(access="invited")
    draft = factories.draft(consultation, **factories.named())

    page = client.post(address("draft-send", draft), follow=True)

    assert page.redirect_chain == [(address("draft-check", draft), 302)]
    assert 'role="alert"' in page.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft


def test_lost_session_gives_back_what_was_typed_after_log_in(client):
    consultation = factories.open_for_answers(who_may_answer=WhoMayAnswer.ACCOUNT)
    user = factories.person()
    page = client.post(start(consultation), typed(consultation, "Alt jeg skrev."))
    assert page["Location"] == f"{reverse('account_login')}?next={start(consultation)}"
    assert Submission.objects.count() == 0

    client.force_login(user)
    page = client.get(start(consultation))

    assert "Alt jeg skrev." in page.content.decode()
    assert "Alt jeg skrev." not in client.get(start(consultation)).content.decode()


def test_lost_session_gives_back_the_draft_of_an_account(client, consultation):
    user = factories.person()
    draft = factories.draft(consultation, by=user, text="Kladd", name="Ada", sender_kind="person")

    page = client.post(address("draft-edit", draft), typed(consultation, "Nytt."))
    assert page["Location"].endswith(f"?next={address('draft-edit', draft)}")
    client.force_login(user)
    page = client.get(address("draft-edit", draft))

    assert "Nytt." in page.content.decode()
    assert draft.responses.get().text == "Kladd"


def test_stale_form_hands_back_what_was_typed(consultation):
    client = Client(enforce_csrf_checks=True)

    page = client.post(
        start(consultation),
        typed(consultation, "Alt jeg <skrev>.", password="hemmelig") | {"csrfmiddlewaretoken": "x"},
    )

    shown = page.content.decode()
    assert page.status_code == 403
    assert "Alt jeg &lt;skrev&gt;." in shown
    assert "hemmelig" not in shown
    assert Submission.objects.count() == 0


def test_form_works_with_its_own_token(consultation):
    client = Client(enforce_csrf_checks=True)
    token = client.get(start(consultation)).context["csrf_token"]

    page = client.post(
        start(consultation), typed(consultation) | {"csrfmiddlewaretoken": str(token)}
    )

    assert page.status_code == 302


def test_draft_may_be_shared_and_written_on_by_whoever_has_its_address(client, consultation):
    draft = factories.draft(consultation, **factories.named())
    colleague = factories.person()
    client.force_login(colleague)

    client.post(address("draft-edit", draft), typed(consultation, "Vi to.", press="save"))

    draft.refresh_from_db()
    assert draft.sender is None
    assert draft.responses.get().text == "Vi to."


def test_saved_draft_is_shown_as_it_was_saved(client, consultation):
    theme = consultation.themes.first()
    draft = save_draft(
        consultation,
        texts={theme.pk: "Første linje\nandre"},
        sender_kind="person",
        name="Nora Prøve",
        email="nora@",
        language="nn",
    )

    shown = client.get(address("draft-edit", draft)).content.decode()

    assert "Første linje\nandre" in shown
    assert 'value="nora@"' in shown
    assert '<option value="nn" selected>' in shown


def test_wrong_name_and_refused_file_are_told_once_at_the_drafts_address(client, consultation):
    files = [SimpleUploadedFile("virus.exe", b"MZ")]

    page = client.post(
        start(consultation), typed(consultation, name="N" * 151, attachments=files), follow=True
    )

    again = client.get(page.redirect_chain[0][0])
    assert set(page.context["form"].errors) == {"name", "attachments"}
    assert 'id="id_attachments_error"' in page.content.decode()
    assert set(again.context["form"].errors) == {"name"}  # for nothing is stored of what was cut


def test_a_machine_is_stopped_with_its_draft_kept_and_a_person_gets_through(client, consultation):
    filled = typed(consultation, homepage="https://spam.example")

    stopped = client.post(start(consultation), filled, follow=True)
    draft = Submission.objects.get()
    let_through = client.post(address("draft-edit", draft), typed(consultation, homepage=""))

    assert draft.responses.get().text == "Jeg mener noe."
    assert stopped.request["PATH_INFO"] == address("draft-edit", draft)
    assert next(iter(stopped.context["messages"])).level_tag == "error"
    assert let_through["Location"] == address("draft-check", draft)


def test_a_flood_of_answers_is_stopped_with_the_draft_kept(client, consultation, monkeypatch):
    monkeypatch.setitem(LIMITS, "answer", 2)
    drafts = [factories.draft(consultation) for _each in range(3)]

    places = [client.post(address("draft-send", draft))["Location"] for draft in drafts]

    sent = [address("receipt-show", draft) for draft in drafts[:2]]
    assert places == [*sent, address("draft-check", drafts[2])]
    assert Submission.objects.drafts().get() == drafts[2]


def test_who_has_logged_in_is_not_counted(client, monkeypatch):
    monkeypatch.setitem(LIMITS, "answer", 0)
    ada = factories.person("Ada")
    client.force_login(ada)
    draft = factories.draft(by=ada, **factories.named())

    client.post(address("draft-send", draft))

    assert not Submission.objects.drafts().exists()
