"""The sizes of the headings: the order of the page is seen as well as read aloud."""

import pytest

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
