"""One's own page, and signing up, logging in and out by allauth in our pages."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Notice, User
from accounts.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "en-lang-prove-1"


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def account(email="ada@prove.example"):
    user = factories.person("Ada Prøve", email=email, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def link_in(notice):
    [link] = re.findall(r"http://testserver(/\S+)", notice.body)
    return link


def sign_up(client, **fields):
    typed = {
        "name": "Ada Prøve",
        "email": "ada@prove.example",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    return client.post(reverse("account_signup"), typed | fields)


def test_desk_asks_who_it_is(client):
    page = client.get(reverse("accounts:desk-show"))

    assert page["Location"].startswith(reverse("account_login"))


def test_desk_of_a_citizen_has_no_tasks(client):
    client.force_login(account())

    page = client.get(reverse("accounts:desk-show"))

    shown = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert reverse("consultations:submission-list") in shown
    assert reverse("moderation:queue-show") not in shown
    assert "Your tasks" not in shown


def test_desk_of_an_official_has_the_tasks_of_the_roles_held(client):
    authority = factories.authority()
    client.force_login(factories.official(authority, Role.MODERATOR))

    shown = client.get(reverse("accounts:desk-show")).content.decode()

    assert reverse("moderation:queue-show") in shown
    assert reverse("casework:inbox-show") not in shown
    assert reverse("archive:running-journal") not in shown


def test_desk_counts_what_waits_in_a_fixed_number_of_queries(client, django_assert_num_queries):
    consultation = factories.open_for_answers()
    other = factories.open_for_answers(factories.authority())
    official = factories.official(consultation.authority, *Role)
    client.force_login(official)
    with django_assert_num_queries(8):
        client.get(reverse("accounts:desk-show"))
    for _each in range(3):
        factories.submission(consultation)
    factories.submission(other)

    with django_assert_num_queries(8):
        shown = client.get(reverse("accounts:desk-show")).content.decode()

    assert "3 wait" in shown


def test_log_in_leads_to_the_desk_and_log_out_away(client):
    account()

    page = client.post(
        reverse("account_login"), {"login": "ada@prove.example", "password": PASSWORD}
    )
    assert page["Location"] == reverse("accounts:desk-show")
    assert "Ada Prøve" in client.get(page["Location"]).content.decode()

    client.post(reverse("account_logout"))

    assert client.get(reverse("accounts:desk-show")).status_code == 302


def test_log_in_with_a_wrong_password_keeps_the_address(client):
    account()

    page = client.post(reverse("account_login"), {"login": "ada@prove.example", "password": "feil"})

    shown = page.content.decode()
    assert "ds-error-summary" in shown
    assert 'value="ada@prove.example"' in shown
    assert "feil" not in shown


def test_log_in_goes_back_to_where_one_came_from(client):
    account()
    address = reverse("consultations:submission-list")

    page = client.post(
        reverse("account_login"),
        {"login": "ada@prove.example", "password": PASSWORD, "next": address},
    )

    assert page["Location"] == address


def test_sign_up_is_finished_by_the_link_in_the_mail(client):
    page = sign_up(client)
    assert page["Location"] == reverse("account_email_verification_sent")
    assert client.get(page["Location"]).status_code == 200
    log_in = {"login": "ada@prove.example", "password": PASSWORD}
    assert client.post(reverse("account_login"), log_in)["Location"] != reverse(
        "accounts:desk-show"
    )

    link = link_in(Notice.objects.order_by("pk").first())
    assert not EmailAddress.objects.get().verified
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified
    client.post(link)

    assert User.objects.get().name == "Ada Prøve"
    assert EmailAddress.objects.get().verified
    assert client.post(reverse("account_login"), log_in)["Location"] == reverse(
        "accounts:desk-show"
    )


def test_sign_up_names_the_site_of_the_settings_and_not_of_the_request(client, settings):
    settings.SITE_NAME = "Statens høringer"
    settings.ALLOWED_HOSTS = ["*"]

    client.post(
        reverse("account_signup"),
        {
            "name": "Ada",
            "email": "ada@prove.example",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
        headers={"host": "ond.example"},
    )

    notice = Notice.objects.get()
    assert notice.email == "ada@prove.example"
    assert notice.subject.startswith("Statens høringer: ")
    assert "\n" not in notice.subject
    assert "Statens høringer" in notice.body


def test_sign_up_shows_what_is_wrong_and_keeps_what_was_typed(client):
    page = sign_up(client, email="ada@", password1="123", password2="123")

    shown = page.content.decode()
    assert set(page.context["form"].errors) == {"email", "password1"}
    assert 'value="Ada Prøve"' in shown
    assert 'value="ada@"' in shown
    assert 'href="#id_email"' in shown
    assert User.objects.count() == 0


def test_sign_up_of_a_known_address_tells_only_its_owner(client):
    account()

    page = sign_up(client)

    assert page["Location"] == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    assert "already exists" in Notice.objects.get().body


def test_password_is_reset_by_the_link_in_the_mail(client):
    account()
    client.post(reverse("account_reset_password"), {"email": "ada@prove.example"})
    new = "noe-helt-annet-2"

    page = client.get(link_in(Notice.objects.get()), follow=True)
    [(form, _status)] = page.redirect_chain
    client.post(form, {"password1": new, "password2": new})

    assert User.objects.get().check_password(new)


def test_password_reset_of_an_unknown_address_says_the_same(client):
    known = account()

    for email in (known.email, "ingen@prove.example"):
        page = client.post(reverse("account_reset_password"), {"email": email})
        assert page["Location"] == reverse("account_reset_password_done")

    assert Notice.objects.count() == 2
    assert "do not have any record" in Notice.objects.get(email="ingen@prove.example").body


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_change_password",
        "account_logout",
        "mfa_index",
        "account_reauthenticate",
    ],
)
def test_pages_of_the_account_stand_in_our_base(client, name):
    client.force_login(account())

    page = client.get(reverse(name))

    shown = page.content.decode()
    assert page.status_code == 200
    assert 'id="innhold"' in shown
    assert "<script" not in shown
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_pages_before_log_in_stand_in_our_base(client, name):
    page = client.get(reverse(name))

    shown = page.content.decode()
    assert page.status_code == 200
    assert 'id="innhold"' in shown
    assert "<script" not in shown
    assert 'style="' not in shown


def test_new_address_is_confirmed_by_a_mail_of_its_own(client):
    client.force_login(account())

    client.post(reverse("account_email"), {"action_add": "", "email": "ny@prove.example"})

    notice = Notice.objects.get()
    assert notice.email == "ny@prove.example"
    client.post(link_in(notice))
    assert EmailAddress.objects.get(email="ny@prove.example").verified


@pytest.mark.parametrize(("name", "stored"), [("Ada\u202e evørP", "Ada evørP"), ("\u200b", None)])
def test_name_at_sign_up_is_stored_as_it_is_seen(client, db, name, stored):
    client.post(
        "/en/konto/signup/",
        {
            "name": name,
            "email": "ada@prove.example",
            "password1": "Blåbær-2026!",
            "password2": "Blåbær-2026!",
        },
    )

    assert User.objects.values_list("name", flat=True).first() == stored


def test_language_of_mails_is_chosen_on_the_desk_and_used(client):
    user = account()
    client.force_login(user)

    client.post(reverse("accounts:language-choose"), {"language": "nn"})
    client.post(reverse("account_email"), {"action_add": "", "email": "ny@prove.example"})

    assert User.objects.get().language == "nn"
    assert "Stadfest" in Notice.objects.get().subject


def test_language_that_is_not_offered_is_refused(client):
    client.force_login(account())

    page = client.post(reverse("accounts:language-choose"), {"language": "de"})

    assert page.status_code == 422
    assert User.objects.get().language == "nb"


def test_language_of_an_account_is_that_of_the_page_where_it_is_made(client):
    with override("nn"):
        sign_up(client)

    assert User.objects.get().language == "nn"
