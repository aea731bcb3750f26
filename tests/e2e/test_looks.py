"""How it looks, where that says something: headings in order, words whole, finds marked."""

import pytest

from consultations.actions import conclude_consultation
from tests import factories

SIZES = """() => [...document.querySelectorAll("main .ds-heading[data-size], .prose > h2")]
  .map(each => [each.dataset.size || "sm", parseFloat(getComputedStyle(each).fontSize)])"""


@pytest.mark.parametrize("width", [320, 390, 600, 1280])
def test_no_heading_outgrows_what_it_stands_under(page, base_url, width):
    consultation = factories.open_for_answers()
    theme = consultation.themes.filter(is_whole=False).first()
    theme.text = "<h2>Et avsnitt</h2><p>Tekst.</p>"
    theme.save()
    page.set_viewport_size({"width": width, "height": 800})
    sizes = {}
    for address in ("", f"horinger/{consultation.slug}/tema/{theme.slug}/"):
        page.goto(f"{base_url}/nb/{address}")
        sizes |= dict(page.evaluate(SIZES))

    by_rank = [sizes[size] for size in ("lg", "md", "sm", "xs") if size in sizes]

    assert len(set(by_rank)) == 4
    assert by_rank == sorted(by_rank, reverse=True)


LINES = """() => {
  const said = document.querySelector("main .ds-alert p").firstChild;
  const range = document.createRange();
  const at = said.data.indexOf("omsorgsdepartementet");
  range.setStart(said, at);
  range.setEnd(said, at + "omsorgsdepartementet".length);
  return range.getClientRects().length;
}"""


def test_the_longest_name_of_a_ministry_is_whole_in_a_note_on_the_narrowest_phone(page, base_url):
    authority = factories.authority(name="Helse- og omsorgsdepartementet")
    consultation = factories.open_for_answers(authority)
    conclude_consultation(factories.closed_for_treatment(consultation), by=consultation.created_by)
    page.set_viewport_size({"width": 320, "height": 640})

    page.goto(f"{base_url}/nb/horinger/{consultation.slug}/hva-det-forte-til/")

    assert page.evaluate(LINES) == 1


def test_what_looks_personal_in_a_post_is_marked_in_our_colours(page, base_url, log_in):
    theme = factories.discussed().themes.first()
    log_in(factories.participant("Ola Borger"))
    page.goto(f"{base_url}/nb/horinger/{theme.consultation.slug}/tema/{theme.slug}/diskusjon/ny/")
    page.fill("[name=title]", "Mørkt")
    page.fill("[name=text]", "Ring meg på 912 34 567.")

    page.click("main form button[type=submit]")
    page.wait_for_selector("main mark")

    marked = page.locator("main mark").evaluate("each => getComputedStyle(each).backgroundColor")
    assert marked != "rgb(255, 255, 0)"  # the browser's own
