"""Following by mail in a real browser: ask, confirm by the link, be told, end by one click."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from casework.actions import publish_assessment, write_assessment
from consultations.actions import edit_consultation, follow
from consultations.models import Publication, Subscription
from consultations.tasks import tell_outstanding
from tests import factories
from tests.e2e.test_pages import PHONE, problems

KARI = "kari@folger.example"


@pytest.fixture
def consultation():
    return factories.open_for_answers()


def link_in(mail, part):
    return re.search(rf"http://\S+/{part}/\S+", mail.body)[0]


def test_a_reader_follows_is_told_of_a_change_and_ends_it_by_one_click(
    page, base_url, consultation, mailoutbox
):
    page.goto(f"{base_url}/en/horinger/{consultation.slug}/")
    page.click("main a[href*='/folg/horing/']")
    page.fill("[name=email]", KARI)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/folg/sendt/")
    page.goto(link_in(mailoutbox[0], "bekreft"))
    assert not Subscription.objects.confirmed().exists()
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=You follow this now")

    edit_consultation(
        consultation, by=consultation.created_by, summary="Nytt.", note="Vi var uklare."
    )
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        tell_outstanding()

    mail = mailoutbox[1]
    assert mail.to == [KARI]
    assert "Vi var uklare." in mail.body
    one_click = mail.extra_headers["List-Unsubscribe"].strip("<>")
    assert one_click == link_in(mail, "avslutt")
    page.context.clear_cookies()
    answer = page.request.post(one_click, form={"List-Unsubscribe": "One-Click"})
    assert answer.status == 200
    assert not Subscription.objects.exists()
    page.goto(one_click)
    expect(page.get_by_role("heading", name="You do not follow this any more")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_who_follows_have_no_violations(  # noqa: PLR0917 — fixtures
    page, base_url, axe, consultation, log_in, scheme
):
    kari = factories.person(email=KARI)
    follow(KARI, consultation=consultation, language="nb", by=kari)
    mine = follow(KARI, language="nb", by=kari)
    waiting = follow("ola@folger.example", consultation=consultation, language="nb")
    log_in(kari)
    addresses = [
        f"/nb/folg/horing/{consultation.slug}/",
        "/nn/folg/",
        "/nb/folg/sendt/",
        f"/nb/folg/bekreft/{waiting.token}/",
        f"/nb/folg/avslutt/{mine.token}/",
        "/nb/min-side/abonnement/",
        "/nb/folg/avslutt/ukjent/",
    ]

    assert problems(page, axe, base_url, addresses, color_scheme=scheme, viewport=PHONE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_it_led_to_has_no_violations(page, base_url, axe, consultation, scheme):
    cited = factories.response_shown_as(Publication.PUBLISHED, consultation)
    withheld = factories.response_shown_as(Publication.WITHHELD, consultation)
    other = factories.open_for_answers()
    theme = consultation.themes.get(position=1)
    factories.closed_for_treatment(consultation)
    official = consultation.responsible
    write_assessment(theme, text="Vi er enige.", cited=[cited, withheld], by=official)
    publish_assessment(theme, by=official)
    addresses = [
        f"/nb/horinger/{consultation.slug}/hva-det-forte-til/",
        f"/nn/horinger/{other.slug}/hva-det-forte-til/",
    ]

    assert problems(page, axe, base_url, addresses, color_scheme=scheme, viewport=PHONE) == []
    assert page.context.cookies() == []
