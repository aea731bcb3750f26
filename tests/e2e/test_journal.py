"""Choosing in the public journal, in a real browser."""

from playwright.sync_api import expect

from archive.models import AccessRequest
from archive.views import public
from tests.archive import records

SHORT = 2  # entries on a page


def test_what_is_chosen_is_kept_from_page_to_page_until_it_is_asked_for(
    page, base_url, monkeypatch
):
    monkeypatch.setattr(public, "PAGE_SIZE", SHORT)
    case_file = records.case_file()
    third, second, first = [records.entry(case_file) for _ in range(3)]
    line = page.locator("#chosen-line")

    page.goto(f"{base_url}/nb/journal/{case_file.authority.slug}/")
    for each in (first, second):
        page.check(f"#post-{each.pk}")
    expect(line).to_have_text("Valgt: 2")
    page.uncheck(f"#post-{second.pk}")
    page.click("a[rel=next]")
    page.check(f"#post-{third.pk}")

    expect(line).to_have_text("Valgt: 2, av dem på andre sider: 1")
    page.click("button:has-text('Be om innsyn i det du har valgt')")
    asked_for = page.locator("fieldset input[name=post]:checked")
    expect(asked_for).to_have_count(2)
    page.go_back()
    expect(line).to_have_text("Valgt: 2, av dem på andre sider: 1")
    page.go_forward()
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_url("**/nb/innsyn/**")
    assert {each.entry for each in AccessRequest.objects.get().entries.all()} == {first, third}
    page.goto(f"{base_url}/nb/journal/{case_file.authority.slug}/")
    expect(line).to_have_text("Valgt: 0")


def test_all_that_is_chosen_is_let_go_at_once(page, base_url, monkeypatch):
    monkeypatch.setattr(public, "PAGE_SIZE", SHORT)
    case_file = records.case_file()
    entries = [records.entry(case_file) for _ in range(3)]
    page.goto(f"{base_url}/nb/journal/{case_file.authority.slug}/")
    page.check(f"#post-{entries[-1].pk}")
    page.click("a[rel=next]")

    page.click("button:has-text('Velg ingen')")

    expect(page.locator("#chosen-line")).to_have_text("Valgt: 0")
    page.go_back()
    expect(page.locator(f"#post-{entries[-1].pk}")).not_to_be_checked()
