"""What is wrong with a page that stands in a browser: by axe, and by how wide it is."""

from pathlib import Path

AXE = Path(__file__).resolve().parent.parent / "node_modules/axe-core/axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PIXELS_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
LOOKS = [("wide", WIDE, "light"), ("narrow", NARROW, "light"), ("narrow, dark", NARROW, "dark")]
VIOLATIONS = """async standards => {
  const told = await axe.run({runOnly: {type: "tag", values: standards}});
  return told.violations.flatMap(each => each.nodes.map(
    node => `${each.id}: ${node.target} ${node.failureSummary}`));
}"""


def prepare(page):
    """Have axe wait in every document that the page opens, whatever its security policy is."""
    page.context.add_init_script(path=AXE)
    page.emulate_media(reduced_motion="reduce")  # no colour on its way to another


def faults_of(page, looks=LOOKS):
    """A list of lines, for the document that stands in a page that was prepared.

    Wide and narrow, in light and dark, and with the text twice as large: 320 px is also what a
    window of 1280 px has room for at 400 per cent zoom.
    """
    found = []
    for name, viewport, scheme in looks:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        if page.evaluate(PIXELS_WIDER) > 0:
            found.append(f"{name}: wider than the window")
        found += [f"{name}: {violation}" for violation in page.evaluate(VIOLATIONS, STANDARDS)]
    page.set_viewport_size(WIDE)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if page.evaluate(PIXELS_WIDER) > 0:
        found.append("text twice as large: wider than the window")
    return found
