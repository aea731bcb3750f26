"""What is held about one person: everything, of nobody else, as a zip that holds together."""

import io
import json
import re
import zipfile

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.models import Notice
from config.own_data.held import EXPORTED, NOT_EXPORTED
from consultations.models import Subscription
from moderation.models import Report
from tests import factories

pytestmark = pytest.mark.django_db
TEXT = "Jeg mener <noe> om dette & mer."


def downloaded(client):
    page = client.get(reverse("own-data"))
    assert page["Content-Type"] == "application/zip"
    assert "no-store" in page["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(page.streaming_content)))
    assert archive.testzip() is None
    return archive


def data_in(archive):
    return json.loads(archive.read("data.json"))


@pytest.fixture
def ada(client):
    user = factories.person("Ada Prøve")
    client.force_login(user)
    return user


def test_every_model_with_personal_fields_is_exported_or_named_with_a_reason():
    personal = {
        model
        for model in apps.get_models()
        if getattr(model, "PERSONAL_FIELDS", ()) and not model.__name__.startswith("Historical")
    }
    exported = {part.model for part in EXPORTED}

    assert len(personal) > 10
    assert personal - exported - set(NOT_EXPORTED) == set()
    assert exported & set(NOT_EXPORTED) == set()
    assert all(len(reason) > 20 for reason in NOT_EXPORTED.values())


def test_every_personal_field_of_what_is_exported_goes_along():
    internal = {"reason"}  # of a decision: what officials write to each other
    left_out = {
        f"{part.model.__name__}.{name}"
        for part in EXPORTED
        for name in set(getattr(part.model, "PERSONAL_FIELDS", ())) - set(part.columns) - internal
    }

    assert left_out == set()


def test_own_data_asks_who_it_is(client):
    assert client.get(reverse("own-data")).status_code == 302


def test_own_data_holds_text_files_mails_and_what_is_followed(client, consultation, ada):
    submission = factories.submission(
        consultation, by=ada, name="Ada Prøve", text=TEXT, files=[("brev.pdf", factories.PDF)]
    )
    draft = factories.draft(consultation, by=ada, text="Et utkast.")
    Subscription.objects.create(email=ada.email, consultation=consultation)
    assert Notice.objects.filter(recipient=ada).exists()

    archive = downloaded(client)

    data = data_in(archive)
    assert data["accounts.User"][0]["email"] == ada.email
    references = {each["reference"] for each in data["consultations.Submission"]}
    assert references == {submission.reference, draft.reference}
    assert {each["text"] for each in data["consultations.Response"]} == {TEXT, "Et utkast."}
    assert data["consultations.Subscription"][0]["consultation__title"] == consultation.title
    assert submission.reference in data["accounts.Notice"][0]["body"]
    [name] = [each for each in archive.namelist() if each.endswith("brev.pdf")]
    assert archive.read(name) == factories.PDF
    page = archive.read("les-meg.html").decode()
    assert "Jeg mener &lt;noe&gt; om dette &amp; mer." in page
    assert date_format(localtime(submission.submitted_at), "DATETIME_FORMAT") in page
    assert not re.search(r">\s*(True|False)\s*<|\+00:00", page)


def test_own_data_holds_the_name_in_the_journal_and_decisions_without_internal_reasons(
    client, consultation, ada
):
    response = factories.response_shown_as("withheld", consultation, sender=ada, name="Ada Prøve")

    data = data_in(downloaded(client))

    assert data["archive.Correspondent"][0]["name"] == "Ada Prøve"
    outcomes = {each["outcome"] for each in data["moderation.Decision"]}
    assert outcomes == {"accepted", "withheld"}
    assert data["consultations.Response"][0]["reference"] == response.reference
    assert all("reason" not in each for each in data["moderation.Decision"])


def test_own_data_holds_nothing_of_anybody_else(client, consultation, ada):
    other = factories.person("Beate Annen")
    response = factories.response_shown_as(
        "published", consultation, sender=other, name="Beate Annen"
    )
    factories.submission(consultation, text="Anonymt svar.")
    Report.objects.create(response=response, text="Feil", email=other.email)
    Subscription.objects.create(email=other.email)

    archive = downloaded(client)

    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert ada.email in everything
    for words in ("Beate", other.email, response.text, "Anonymt svar.", "Feil"):
        assert words not in everything


def test_own_data_holds_no_password_and_no_secret_of_an_address(client, consultation, ada):
    submission = factories.submission(consultation, by=ada, name="Ada Prøve")
    Notice.objects.all().delete()  # a mail holds the link, as it was sent

    archive = downloaded(client)

    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert submission.reference in everything
    assert submission.token not in everything
    assert ada.password not in everything


def test_own_data_is_sent_in_pieces(client, consultation, ada):
    big = b"%PDF-1.4\n" + b"0" * 400_000 + factories.PDF[9:]
    factories.submission(consultation, by=ada, name="Ada", files=[("stor.pdf", big)])

    pieces = list(client.get(reverse("own-data")).streaming_content)

    assert len(pieces) > 4
