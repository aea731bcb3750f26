"""How the XML is read: one unit at a time, and forgotten when it has been looked at."""

from datetime import UTC, datetime
from functools import cache

from lxml import etree


class _Names(dict):
    """Tag → the name without its namespace; empty for what is no element."""

    def __missing__(self, tag):
        self[tag] = name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        return name


NAMES = _Names()
_absent = cache(etree.Element)


def name_of(element):
    return NAMES[element.tag]


class Unit:
    """An element, and by name what stands directly in it."""

    def __init__(self, element, within=None, inside=None):
        self.element = element
        self.kind = NAMES[element.tag]
        self.within = within
        self.inside = inside  # kind → how many units were in it; None but for what is read whole
        self._children = children = {}
        self._units = {}
        for child in element:
            name = NAMES[child.tag]
            if name in children:
                children[name].append(child)
            else:
                children[name] = [child]

    def text(self, name):
        """The text of the first element of this name; empty where there is none."""
        found = self._children.get(name)
        return (found[0].text or "").strip() if found else ""

    def texts(self, name):
        return [(each.text or "").strip() for each in self._children.get(name, ())]

    def units(self, name):
        units = self._units.get(name)
        if units is None:
            found = self._children.get(name, ())
            units = self._units[name] = [Unit(each, self) for each in found]
        return units

    def unit(self, name):
        """The first unit of this name; an empty one where there is none."""
        units = self.units(name)
        return units[0] if units else Unit(_absent(name), self)

    def release(self):
        """Part from the units in it, which know what they are in: else each of them would wait
        for the collector of circles, which then takes a fourth of the time."""
        for units in self._units.values():
            for each in units:
                each.release()
        self._units.clear()


def stream(package, name, kinds):
    """Yield "start" or "end" and the element, for each element of these kinds in a file.

    The file is validated as it is read. What the schema or the parser has to say of it is
    then in `package.invalid`; what lies after a fault of the markup itself is not read.
    """
    path = package.path(name)
    if path is None or package.forbids(name):
        return
    with path.open("rb") as source:
        events = etree.iterparse(
            source,
            events=("start", "end"),
            tag=[f"{{*}}{kind}" for kind in (*kinds, name.removesuffix(".xml"))],
            schema=package.schema_of(name),
            no_network=True,
            load_dtd=False,
            resolve_entities=False,
        )
        try:
            for event, element in events:
                if event == "end" and element.getparent() is None:
                    package.read.add(name)
                if name_of(element) in kinds:
                    yield event, element
        except etree.XMLSyntaxError as error:
            faults = [each.message for each in events.error_log] or [str(error)]
            package.invalid[name] += list(dict.fromkeys(faults))
    if name not in package.read:  # of a file that just ends, the parser says nothing
        package.invalid[name].append("it could not be read to its end.")


def blank_elements(unit):
    """What holds nothing, in a journal or the change log (krav 6.4.5)."""
    for each in unit.element.iter("*"):
        text = each.text
        if (not text or text.isspace()) and len(each) == 0:
            yield f"{unit.place}: {name_of(each)} is blank."


def forget(element, kinds):
    """Free an element that has been looked at, and take the one before it out of the tree.

    The element itself must stay until its parent is done with it: the parser still holds it.
    """
    element.clear()
    before = element.getprevious()
    if before is not None and name_of(before) in kinds:
        element.getparent().remove(before)


def moment(text):
    """The moment that an xs:dateTime tells, or None: that it is none, the schema says."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
