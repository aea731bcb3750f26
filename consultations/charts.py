"""Draws a figure as SVG: shapes and names of classes, which `static/css/figures.css` colours.

pygal's own styles and scripts are left out: the pages allow none that are inline, and must be
readable in light and dark. What the chart says stands in a table beside it, so it is one
image to a screen reader.
"""

import sys
from textwrap import wrap

import pygal
from django.utils.formats import number_format
from django.utils.safestring import mark_safe
from lxml import etree
from pygal.style import Style

# What pygal hangs into the imports finds its maps, which we do not use, and is out of date.
sys.meta_path[:] = [
    finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)
]

WIDTH = 400  # of the drawing's own units; it is scaled to its place
TEXT = 14  # as high in the style sheet
LABEL = 24  # characters on a line of a label
LINE = 17  # from one line to the next
DATES = 4  # labels along the line of time
LOOK = Style(label_font_size=TEXT, major_label_font_size=TEXT, value_font_size=TEXT)
NOT_DRAWN = {"defs", "title", "desc"}
HOW = {
    "width": WIDTH,
    "style": LOOK,
    "js": [],
    "css": [],
    "classes": ["chart"],
    "margin": 4,
    "margin_right": 44,
    "spacing": 8,
    "show_legend": False,
    "truncate_label": -1,
    "order_min": 0,  # nobody answers by halves
    "max_scale": 6,
    "value_formatter": lambda number: number_format(number, 0, force_grouping=True),
}


def chart(figure, *, described_by):
    """The figure as an <svg>, called what the figure is called; safe to put in a page."""
    root = (_columns if figure.is_time else _bars)(figure)
    _leave_out(root)
    root.attrib.pop("id")  # drawn by chance, but the page is the same for everybody
    for drawn in root if figure.language else ():
        drawn.set("lang", figure.language)
    root.set("role", "img")
    root.set("aria-label", figure.heading)
    root.set("aria-describedby", described_by)
    etree.cleanup_namespaces(root)
    return mark_safe(etree.tostring(root, encoding="unicode"))  # noqa: S308 — escaped by lxml


def _columns(figure):
    drawing = pygal.Bar(height=220, x_labels_major_count=DATES, show_minor_x_labels=False, **HOW)
    drawing.x_labels = [row.short for row in figure.rows]
    drawing.add("", [row.number for row in figure.rows])
    return drawing.render_tree()


def _bars(figure):
    rows = figure.rows[::-1]  # drawn from below
    labels = [wrap(row.label, LABEL) or [""] for row in rows]
    drawing = pygal.HorizontalBar(
        height=(LINE * max(map(len, labels)) + 11) * len(rows) + 8,
        print_values=True,
        print_values_position="top",
        show_x_labels=False,
        show_y_guides=False,
        **HOW,
    )
    drawing.x_labels = [max(lines, key=len) for lines in labels]  # room for the longest line
    drawing.add("", [row.number for row in rows])
    root = drawing.render_tree()
    places = root.xpath("//g[contains(@class, 'axis y')]//text")
    for place, lines in zip(places, labels, strict=True):
        _write_lines(place, lines)
    return root


def _write_lines(place, lines):
    """A whole label where pygal has room for one line: the lines above and below its middle."""
    top = float(place.get("y")) - LINE * (len(lines) - 1) / 2
    place.text = None
    for number, line in enumerate(lines):
        written = etree.SubElement(place, "tspan")
        written.set("x", place.get("x"))
        written.set("y", f"{top + LINE * number:g}")
        written.text = line


def _leave_out(root):
    """All that is no shape or text: styles, scripts, comments, what a mouse would show."""
    for node in list(root.iter()):
        is_drawn = isinstance(node.tag, str) and node.tag not in NOT_DRAWN
        if node.getparent() is None:
            continue
        if not is_drawn or node.get("class") == "tooltip":
            node.getparent().remove(node)
        else:
            node.attrib.pop("style", None)
