"""endringslogg.xml: that it is there, and speaks only of what is in arkivstruktur.xml."""

from archive.validation.units import Unit, forget, stream

NAME = "endringslogg.xml"
REFERENCE = "referanseArkivenhet"


def read_change_log(package):
    """Yield each change; whether what it refers to is there, is asked when all is read."""
    for event, element in stream(package, NAME, ("endring",)):
        if event == "end":
            package.counts["endring"] += 1
            change = Unit(element)
            change.place = f"{NAME}, endring {package.counts['endring']}"
            package.notebook.note("reference", REFERENCE, change.text(REFERENCE), change.place)
            yield "endring", change
            forget(element, ("endring",))


def missing_log(package):
    if package.path(NAME) is None:
        yield f"{NAME}: the file is missing."
