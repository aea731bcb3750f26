"""`make screenshots`: the eight main pages, on a phone and on a desk, as they look in the demo.

Plays the demo's scenarios if they are not there, serves the site as `make demo` does, answers
the consultation that is open, as a citizen would, and withdraws the answer again.
"""

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings

# Playwright drives the browser from an event loop in the thread where Django's ORM is used too.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from config.management.commands.demo import alone, refuse_taken_port, running, wait_for_site  # noqa: E402
from scenarios.register import SCENARIOS  # noqa: E402

FOLDER = Path(settings.BASE_DIR, "docs/screenshots")
READ = "/nb/horinger/fremtidens-helsetjeneste/"
OPEN = "/nb/horinger/trygg-og-aktiv-skolevei/"
WIDTHS = {"phone": 390, "desktop": 1280}
TALLEST = 4800  # pixels: of a long list the beginning is enough
SWITCHES = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
ANSWER = (
    "Veien forbi idrettsplassen er mørk fra oktober. Barna våre går der hver morgen, og bilene "
    "ser dem sent.\n\nSett opp lys som tennes når noen kommer, og brøyt fortauet før skolen "
    "begynner."
)


def main(port, schemes):
    address = f"127.0.0.1:{port}"
    refuse_taken_port(port)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with alone():
        for scenario in SCENARIOS:
            call_command("load_scenario", scenario)
        with running(address) as processes:
            wait_for_site(address, processes)
            with a_browser() as browser:
                for scheme in schemes:
                    for name, width in WIDTHS.items():
                        suffix = f"{name}-dark" if scheme == "dark" else name
                        take_all(browser, f"http://{address}", width, scheme, suffix)


@contextmanager
def a_browser():
    """The machine's Chromium, as in the browser tests."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


def take_all(browser, site, width, scheme, suffix):
    context = browser.new_context(
        base_url=site,
        locale="nb-NO",
        color_scheme=scheme,
        viewport={"width": width, "height": 844 if width < 600 else 900},
    )
    page = context.new_page()

    def take(name, address=None):
        if address:
            page.goto(address)
        page.wait_for_load_state("networkidle")
        height = page.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
        page.screenshot(path=FOLDER / f"{name}-{suffix}.png", full_page=True, clip=clip)

    take("list", "/nb/")
    take("consultation", OPEN)
    take("theme", READ + "tema/fastlege-og-legevakt/")
    page.locator("article.response h3 a").first.click()
    take("response")
    take("figures", READ + "tall/")
    take("answer", OPEN + "svar-pa-horingen/")
    answer(page)
    take("check")
    page.click("form[action$='/send/'] button")
    take("receipt")
    page.click("a[href$='/trekk/']")
    page.locator("main form button").first.click()
    context.close()


def answer(page):
    """Write an answer as a citizen would, as far as the page on which it is looked over."""
    page.check("input[name=sender_kind][value=person]")
    page.fill("input[name=name]", "Nora Eksempel")
    page.fill("input[name=email]", "nora@demo.example")
    page.locator("details.theme textarea").first.fill(ANSWER)
    page.wait_for_timeout(1000 * (settings.FORM_MINIMUM_SECONDS + 1))  # as long as a person takes
    page.click("button[name=check]")
    page.wait_for_url("**/kontroll/")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:] or ["light"])
