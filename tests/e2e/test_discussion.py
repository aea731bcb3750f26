"""The discussion in a real browser: read, write, reply, report, remove and close."""

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from consultations.actions import close_discussion, reply
from consultations.models import DiscussionPost, Publication
from moderation.actions import approve_post, remove_post, report_post
from moderation.models import Report
from tests import factories
from tests.e2e.test_pages import PHONE, problems

WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def consultation():
    consultation = factories.discussed(moderation="before")
    consultation.authority.rules_of_debate = "Skriv om saken, og vis respekt."
    consultation.authority.save()
    return consultation


@pytest.fixture
def talk(consultation):
    """A thread with replies of every kind, one under a response, and one that waits."""
    official = factories.confirmed(factories.official(consultation.authority, Role.CASE_HANDLER))
    thread = factories.post_as("visible", consultation, nickname="Veien")
    replies = [
        reply(thread, text="Enig.\nDen er mørk.", by=factories.participant("Per")),
        reply(thread, text="Vi ser på det.", by=official),
        reply(thread, text="Kjøp lamper.", by=factories.participant("Jon")),
    ]
    for post in replies:
        approve_post(post, by=None)
    remove_post(replies[-1], reason="Dette er reklame.", by=None)
    report_post(replies[0], text="Den er stygg.")
    response = factories.response_shown_as(Publication.PUBLISHED, consultation)
    factories.post_as("visible", consultation, response=response, title="Om dette svaret")
    factories.post_as("waiting", consultation, title="Venter")
    return thread


def home(consultation):
    theme = consultation.themes.get(position=1)
    return f"/horinger/{consultation.slug}/tema/{theme.slug}/"


@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", PHONE)])
def test_pages_that_everybody_reads_have_no_violations(  # noqa: PLR0917 — fixtures
    page, base_url, axe, consultation, talk, scheme, viewport
):
    response = DiscussionPost.objects.exclude(response=None).get().response
    addresses = [
        f"/nb{home(consultation)}",
        f"/nb{home(consultation)}diskusjon/",
        f"/nn{home(consultation)}diskusjon/{talk.pk}/",
        f"/nb{home(consultation)}diskusjon/?svar={response.reference}",
        f"/nb/horinger/{consultation.slug}/svar/{response.reference}/",
    ]
    assert problems(page, axe, base_url, addresses, color_scheme=scheme, viewport=viewport) == []

    close_discussion(consultation, reason="For mye hets.", by=consultation.created_by)

    closed = addresses[1:3]
    assert problems(page, axe, base_url, closed, color_scheme=scheme, viewport=viewport) == []
    assert page.context.cookies() == []


@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", PHONE)])
def test_forms_have_no_violations(  # noqa: PLR0917 — fixtures
    page, base_url, axe, consultation, talk, log_in, scheme, viewport
):
    log_in(talk.author)
    addresses = [
        f"/nb{home(consultation)}diskusjon/ny/",
        f"/en{home(consultation)}diskusjon/{talk.pk}/svar/",
        f"/nb/meld/innlegg/{talk.pk}/",
        "/nb/min-side/innlegg/",
    ]
    assert problems(page, axe, base_url, addresses, color_scheme=scheme, viewport=viewport) == []

    close_discussion(consultation, reason="For mye hets.", by=consultation.created_by)

    closed = addresses[:1]
    assert problems(page, axe, base_url, closed, color_scheme=scheme, viewport=viewport) == []


@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", PHONE)])
def test_pages_of_the_authority_have_no_violations(  # noqa: PLR0917 — fixtures
    page, base_url, axe, consultation, talk, log_in, scheme, viewport
):
    log_in(factories.official(consultation.authority, Role.MODERATOR, Role.EDITOR))
    removed = DiscussionPost.objects.get(status="removed")
    addresses = [
        "/nb/moderering/diskusjon/",
        "/nb/moderering/diskusjon/?vis=alle",
        f"/nb/moderering/diskusjon/{Report.objects.get().post_id}/",
        f"/nb/moderering/diskusjon/{removed.pk}/",
        f"/nb/redigering/{consultation.slug}/diskusjon/",
    ]

    assert problems(page, axe, base_url, addresses, color_scheme=scheme, viewport=viewport) == []


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_post_goes_from_writer_through_moderator_to_reader_and_is_reported(  # noqa: PLR0917 — fixtures
    browser, base_url, consultation, log_in, page, java_script_enabled
):
    pia = factories.participant("Pia Prat")
    moderator = factories.moderator_of(consultation)
    opened = browser.new_context(java_script_enabled=java_script_enabled)
    reader = opened.new_page()
    log_in(pia)
    opened.add_cookies(page.context.cookies())
    listed = f"{base_url}/en{home(consultation)}diskusjon/"

    reader.goto(listed)
    reader.click("main a[href$='/diskusjon/ny/']")
    reader.wait_for_url("**/diskusjon/ny/")
    assert "Skriv om saken, og vis respekt." in reader.inner_text("main")
    reader.fill("[name=title]", "Gangveien")
    reader.fill("[name=text]", "Ring meg på 58 00 00 01.")
    reader.fill("[name=nickname]", "Veien")
    reader.click("main form button[type=submit]")
    expect(reader.locator("mark")).to_have_text("58 00 00 01")
    reader.check("[name=is_sure]")
    reader.click("main form button[type=submit]")
    reader.wait_for_url("**/min-side/innlegg/")
    expect(reader.get_by_text("Waiting for a moderator")).to_be_visible()
    post = DiscussionPost.objects.get()

    log_in(moderator)
    page.goto(f"{base_url}/en/moderering/diskusjon/")
    page.click(f"a[href$='/moderering/diskusjon/{post.pk}/']")
    page.click("button[value=show]")
    page.wait_for_url("**/moderering/diskusjon/")

    opened.clear_cookies()
    reader.goto(listed)
    reader.click("text=Gangveien")
    expect(reader.get_by_text("Veien", exact=True)).to_be_visible()
    assert "Pia" not in reader.content()
    reader.click(f"a[href$='/meld/innlegg/{post.pk}/']")
    reader.fill("[name=text]", "Her står et telefonnummer.")
    reader.click("main form button[type=submit]")
    expect(reader.get_by_role("heading", name="Thank you")).to_be_visible()

    page.goto(f"{base_url}/en/moderering/diskusjon/{post.pk}/")
    expect(page.get_by_text("Her står et telefonnummer.")).to_be_visible()
    page.fill("[name=reason]", "Et telefonnummer.")
    page.click("button[value=remove]")
    page.wait_for_url("**/moderering/diskusjon/")
    reader.goto(f"{listed}{post.pk}/")
    assert "58 00 00 01" not in reader.content()
    expect(reader.get_by_text("Et telefonnummer.")).to_be_visible()
    opened.close()


def test_form_with_errors_has_no_violations(page, browser, base_url, consultation, log_in):
    log_in(factories.participant("Pia Prat"))
    state = page.context.storage_state()
    opened = browser.new_context(storage_state=state, bypass_csp=True, viewport=PHONE)
    form = opened.new_page()
    form.goto(f"{base_url}/nb{home(consultation)}diskusjon/ny/")
    form.fill("[name=text]", "Skriv til pia@prove.example.")

    form.click("main form button[type=submit]")

    expect(form.locator(".ds-error-summary")).to_be_visible()
    form.add_script_tag(path="node_modules/axe-core/axe.min.js")
    found = form.evaluate(
        "axe.run({runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}})"
    )
    opened.close()
    assert [each["id"] for each in found["violations"]] == []
