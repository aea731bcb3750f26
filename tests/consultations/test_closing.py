"""Closing an account: what goes, what stays, and who can not."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.actions import choose_language, revoke_role
from accounts.models import Affiliation, Notice, User
from accounts.roles import Role
from archive.models import Correspondent
from consultations.actions import attach_file, close_account
from consultations.models import Attachment, Submission, Subscription
from consultations.uploads import check_upload
from moderation.actions import publish_response
from tests import factories
from tests.presses import denied, refused

pytestmark = pytest.mark.django_db
PASSWORD = "en-lang-prove-1"
ADDRESS = "ada@prove.example"
TYPED = {"password": PASSWORD, "is_sure": "on"}


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def consultation():
    return factories.open_for_answers()


@pytest.fixture
def ada():
    user = factories.person("Ada Prøve", email=ADDRESS, password=PASSWORD)
    choose_language(user, "en", by=user)
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    return User.objects.get(pk=user.pk)


def page_address():
    return reverse("consultations:account-close")


def test_the_page_counts_only_what_there_is(client, consultation, ada):
    client.force_login(ada)
    before = client.get(page_address()).content.decode()
    factories.draft(consultation, by=ada, name="Ada")
    factories.submission(consultation, by=ada, name="Ada")

    page = client.get(page_address()).content.decode()

    assert "Your 1 draft" in page
    assert "You have sent 1 response" in page
    assert not re.search(r"\b0 (draft|response)", before)
    assert "what you have sent" not in before


def test_close_account_deletes_what_is_the_persons_own(consultation, ada):
    draft = factories.draft(consultation, by=ada, name="Ada")
    upload = factories.SimpleUploadedFile("brev.pdf", factories.PDF)
    path = attach_file(draft, check_upload(upload), upload, by=ada).path
    Subscription.objects.create(email=ADDRESS.upper(), consultation=consultation)
    kept = Subscription.objects.create(email="annen@prove.example", consultation=consultation)
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={})
    Affiliation.objects.create(user=ada, organisation=factories.organisation())
    assert default_storage.exists(path)

    closed = close_account(ada, by=ada)

    assert closed.closed_at
    assert not closed.is_active
    assert not closed.has_usable_password()
    assert "Ada" not in closed.name
    assert ADDRESS not in closed.email
    assert not Submission.objects.drafts().exists()
    assert not Attachment.objects.exists()
    assert list(Subscription.objects.all()) == [kept]
    for model in (EmailAddress, Authenticator, Affiliation):
        assert not model.objects.exists()


def test_close_account_deletes_the_files_of_drafts_after_the_commit(
    consultation, ada, django_capture_on_commit_callbacks
):
    draft = factories.draft(consultation, by=ada, name="Ada")
    upload = factories.SimpleUploadedFile("brev.pdf", factories.PDF)
    path = attach_file(draft, check_upload(upload), upload, by=ada).path

    with django_capture_on_commit_callbacks(execute=True):
        close_account(ada, by=ada)

    assert not default_storage.exists(path)


def test_close_account_leaves_what_is_journaled_with_its_name(client, consultation, ada):
    response = factories.accepted_response(consultation, sender=ada, name="Ada Prøve")
    publish_response(response, by=None)

    close_account(ada, by=ada)

    submission = Submission.objects.get(pk=response.submission_id)
    assert submission.name == "Ada Prøve"
    assert Correspondent.objects.filter(name="Ada Prøve").exists()
    public = reverse("consultations:response-show", args=[consultation.slug, response.reference])
    assert "Ada Prøve" in client.get(public).content.decode()


def test_close_account_owes_one_mail_and_no_more(consultation, ada):
    response = factories.accepted_response(consultation, sender=ada, name="Ada Prøve")
    assert Notice.objects.filter(recipient=ada).exists()

    close_account(ada, by=ada)
    publish_response(response, by=None)

    notice = Notice.objects.get()
    assert notice.email == ADDRESS
    assert "closed" in notice.subject


def test_close_account_is_refused_while_a_role_is_held(consultation, ada):
    authority = consultation.authority
    membership = ada.memberships.create(authority=authority, role=Role.MODERATOR)

    with refused("roles"):
        close_account(ada, by=ada)

    revoke_role(membership, by=factories.official(authority, Role.ADMINISTRATOR))
    closed = close_account(User.objects.get(pk=ada.pk), by=ada)
    assert closed.name == "Ada Prøve", "what an official has decided keeps its name"


def test_close_account_is_denied_to_everybody_else(consultation, ada):
    for other in (*factories.everyone_but(consultation.authority, Role.EDITOR), None):
        with denied():
            close_account(ada, by=other)


def test_page_says_what_goes_and_what_stays(client, consultation, ada):
    factories.draft(consultation, by=ada)
    factories.submission(consultation, by=ada, name="Ada")
    client.force_login(ada)

    page = client.get(page_address()).content.decode()

    assert "Your 1 draft" in page
    assert "1 response" in page
    assert reverse("own-data") in page


@pytest.mark.parametrize("typed", [{"password": "feil"}, {"is_sure": ""}, {"password": ""}])
def test_page_asks_for_the_password_and_that_one_is_sure(client, ada, typed):
    client.force_login(ada)

    page = client.post(page_address(), TYPED | typed)

    assert page.status_code == 422
    assert "ds-error-summary" in page.content.decode()
    assert User.objects.get().closed_at is None


def test_page_closes_every_session_and_lets_nobody_in_again(client, ada, django_user_model):
    elsewhere = type(client)()
    for each in (client, elsewhere):
        each.force_login(ada)

    page = client.post(page_address(), TYPED)

    assert "Your account is closed" in page.content.decode()
    desk = reverse("accounts:desk-show")
    for each in (client, elsewhere):
        assert each.get(desk).status_code == 302
    client.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    assert client.get(desk).status_code == 302


def test_page_tells_an_official_why_not(client, ada):
    ada.memberships.create(authority=factories.authority(), role=Role.EDITOR)
    client.force_login(ada)

    page = client.post(page_address(), TYPED)

    assert page.status_code == 422
    assert "administrator" in page.content.decode()


def test_account_without_a_password_must_have_logged_in_lately(client, ada):
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada)
    User.objects.update(last_login=timezone.now() - timedelta(hours=1))

    stale = client.post(page_address(), {"is_sure": "on"})
    assert "log in again" in stale.content.decode()
    assert User.objects.get().closed_at is None
    User.objects.update(last_login=timezone.now())
    client.post(page_address(), {"is_sure": "on"})

    assert User.objects.get().closed_at


def test_same_address_may_sign_up_again(client, ada):
    close_account(ada, by=ada)
    typed = {
        "name": "Ada på nytt",
        "email": ADDRESS,
        "password1": PASSWORD,
        "password2": PASSWORD,
    }

    client.post(reverse("account_signup"), typed)

    [link] = re.findall(r"http://testserver(/\S+)", Notice.objects.latest("pk").body)
    client.post(link)
    client.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
    assert "Ada på nytt" in client.get(reverse("accounts:desk-show")).content.decode()


def test_account_can_be_closed_twice_under_the_same_address(ada):
    close_account(ada, by=ada)
    again = factories.person("Ada igjen", email=ADDRESS)

    close_account(again, by=again)

    assert User.objects.filter(closed_at__isnull=False).count() == 2
