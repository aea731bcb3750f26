"""arkivstruktur.xml: read once from its first unit to its last, and checked unit by unit."""

from collections import Counter

from lxml import etree

from archive.validation.registrations import parts_of, place_of, screening_of
from archive.validation.units import NAMES, Unit, forget, moment, name_of, stream
from archive.validation.values import MASK, OBSOLETE, VALUES, is_masked

NAME = "arkivstruktur.xml"
CONTAINERS = ("arkiv", "arkivdel", "klassifikasjonssystem", "klasse", "mappe")
KINDS = frozenset((*CONTAINERS, "registrering"))
COUNTED = {"skjerming", "kassasjon", "utfoertKassasjon"}
REFERENCES = {
    "referanseArkivdel",
    "referanseSekundaerKlassifikasjon",
    "referanseAvskrivesAvJournalpost",
    "referanseTilKlasse",
    "referanseTilMappe",
    "referanseTilRegistrering",
}


def read_structure(package):
    """Yield each unit, what is in it before itself: arkivdel, mappe, registrering, documents.

    What other parts of the package are held against is noted on the way.
    """
    above = []  # the containers that are open, with what was in them
    for event, element in stream(package, NAME, KINDS):
        kind = name_of(element)
        if event == "start":
            if above:
                above[-1][1][kind] += 1
            above.append((element, Counter(), []))
            continue
        _element, inside, _head = above.pop()
        unit = Unit(element, within=_head_of(above), inside=inside)
        yield from _looked_at(package, unit)
        unit.release()
        forget(element, KINDS)
    package.notebook.sort("unit", "id")
    package.notebook.sort("entry", "id")


def _head_of(above):
    """The container as far as it has been read: a case file's numbers come after its entries."""
    if not above:
        return Unit(etree.Element("none"))
    element, _inside, made = above[-1]
    if not made:
        made.append(Unit(element, within=_head_of(above[:-1])))
    return made[0]


def _looked_at(package, unit):
    package.counts[unit.kind] += 1
    place = place_of(unit)
    unit.own = own = []  # name, element and text of what is in it, but for the units
    for element in unit.element.iter("*"):
        name = NAMES[element.tag]
        if name in KINDS:
            continue
        text = element.text
        own.append((name, element, text))
        if name == "systemID":
            kind = name_of(element.getparent())
            package.notebook.note("unit", text, kind, place)
        elif name in REFERENCES:
            package.notebook.note("reference", name, text, place)
        elif name in COUNTED:
            package.counts[name] += 1
    if unit.kind == "mappe":
        package.notebook.note("number", "mappeID", unit.text("mappeID"), place)
    yield "unit", unit
    yield unit.kind, unit
    if unit.kind == "registrering":
        yield from parts_of(package, unit)


def open_period(series):
    if series.text("arkivdelstatus") != "Avsluttet periode":
        yield f"{place_of(series)}: arkivdelstatus is {series.text('arkivdelstatus')!r}."


def open_fonds(fonds):
    if fonds.text("arkivstatus") not in {"", "Avsluttet"}:
        yield f"{place_of(fonds)}: arkivstatus is {fonds.text('arkivstatus')!r}."


def open_case_file(case_file):
    if case_file.text("saksstatus") not in {"Avsluttet", OBSOLETE}:
        yield f"{place_of(case_file)}: saksstatus is {case_file.text('saksstatus')!r}."


def class_with_case_files(klass):
    if klass.inside["klasse"] and klass.inside["mappe"]:
        yield f"{place_of(klass)}: it holds both klasse and mappe."


def class_with_registrations(klass):
    if klass.inside["klasse"] and klass.inside["registrering"]:
        yield f"{place_of(klass)}: it holds both klasse and registrering."


def misplaced_case_file(case_file):
    """A case file has its class (2.5, 3.2.6)."""
    if case_file.within.kind not in {"klasse", "mappe"}:
        yield f"{place_of(case_file)}: it does not stand in a klasse."


def misnamed_case_file(case_file):
    wanted = f"{case_file.text('saksaar')}/{case_file.text('sakssekvensnummer')}"
    if case_file.text("saksaar") and case_file.text("mappeID") != wanted:
        yield f"{place_of(case_file)}: saksaar and sakssekvensnummer say {wanted}."


def blank_elements(unit):
    for name, element, text in unit.own:
        if (not text or text.isspace()) and len(element) == 0:
            yield f"{place_of(unit)}: {name} is blank."


def strange_values(unit):
    for name, _element, text in unit.own:
        if name in VALUES and text and text not in VALUES[name]:
            yield f"{place_of(unit)}: {name} may not be {text!r}."


def unreadable_creation(unit):
    if moment(unit.text("opprettetDato")) is None:
        yield f"{place_of(unit)}: opprettetDato is {unit.text('opprettetDato')!r}."


def masked_words_without_public_title(unit):
    """Where words of a title are screened, offentligTittel has ***** for them, and all others as
    they stand (M025); and what has the mark says that it is screened."""
    public, screened = unit.text("offentligTittel"), screening_of(unit)
    if f"Skjerming tittel {unit.kind} - utvalgte ord" in screened:
        if MASK not in public:
            yield f"{place_of(unit)}: words of its title are screened, but not in offentligTittel."
        elif not is_masked(public, unit.text("tittel")):
            yield f"{place_of(unit)}: its offentligTittel is not its title with words masked."
    elif MASK in public and not screened:
        yield f"{place_of(unit)}: words of its offentligTittel are masked, but nothing is screened."


def repeated_identifiers(package):
    """Upper and lower case are the same identifier, more strictly than Arkade's N5.47."""
    question = (
        "SELECT lower(id), count(*), min(place), max(place) FROM unit"
        " GROUP BY lower(id) HAVING count(*) > 1"
    )
    for identifier, count, first, last in package.notebook.ask(question):
        yield f"{first}: the systemID {identifier} occurs {count} times, also at {last}."


def repeated_numbers(name):
    """The check that a number of this name occurs once."""

    def check(package):
        question = (
            "SELECT value, count(*), min(place), max(place) FROM number WHERE name = ?"
            " GROUP BY value HAVING count(*) > 1"
        )
        for value, count, first, last in package.notebook.ask(question, name):
            yield f"{first}: {name} {value} occurs {count} times, also at {last}."

    return check


def dangling(name, *kinds):
    """The check that each reference of this name leads to a unit, of one of the kinds."""

    def check(package):
        if NAME not in package.read:
            return
        allowed = f" AND unit.kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        question = (
            "SELECT target, place FROM reference WHERE name = ? AND NOT EXISTS"  # noqa: S608
            f" (SELECT 1 FROM unit WHERE unit.id = reference.target{allowed})"
        )
        for target, place in package.notebook.ask(question, name, *kinds):
            yield f"{place}: {name} {target} leads nowhere in {NAME}."

    return check
