"""The two journals: read side by side, for they hold the same entries in the same order.

The running one says all, and what of it is screened; the public one must say the rest.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from archive.validation.registrations import RECIPIENTS, SAME_FACTS, parties_of
from archive.validation.structure import NAME as STRUCTURE
from archive.validation.units import Unit, forget, name_of, stream
from archive.validation.values import MASK, is_masked

RUNNING, PUBLIC = "loependeJournal.xml", "offentligJournal.xml"
TEMPORARY = "Midlertidig skjerming"
HIDES_NAMES = {  # skjermingMetadata → the kinds of party whose names it masks
    "Skjerming navn avsender": {"Avsender"},
    "Skjerming navn mottaker": RECIPIENTS,
    TEMPORARY: {"Avsender", *RECIPIENTS},
}
HIDES_TITLE = {
    "Skjerming tittel registrering - unntatt første linje",
    "Skjerming tittel registrering - utvalgte ord",
    TEMPORARY,
}
HIDES_CASE_TITLE = {
    "Skjerming tittel mappe - unntatt første linje",
    "Skjerming tittel mappe - utvalgte ord",
}


class Entry:
    """A journalregistrering: its case file and its journalpost."""

    def __init__(self, file, unit, before):
        self.file = file
        self.before = before  # journalaar and journalsekvensnummer of the entry before it
        self.element = unit.element
        self.case_file, self.post = unit.unit("saksmappe"), unit.unit("journalpost")
        self.id = self.post.text("systemID")
        self.place = f"{file}, journalpost {self.number[0]}/{self.number[1]}"

    @cached_property
    def number(self):
        texts = (self.post.text(name) for name in ("journalaar", "journalsekvensnummer"))
        return tuple(int(text[:18]) if text.isdecimal() else 0 for text in texts)

    @cached_property
    def parties(self):
        return [
            (party.text("korrespondanseparttype"), party.text("korrespondansepartNavn"))
            for party in self.post.units("korrespondansepart")
        ]

    @property
    def screened(self):
        """What the running journal says is masked, of the entry, its parties or its case file."""
        units = (self.case_file, self.post, *self.post.units("korrespondansepart"))
        return {word for unit in units for word in unit.texts("skjermingMetadata")}


@dataclass(frozen=True)
class Pair:
    """The same entry in the running and in the public journal, and what of it is screened."""

    running: Entry
    public: Entry
    screened: frozenset


def read_journals(package):
    """Yield each entry, and both in a pair as long as the journals go together."""
    are_together = True
    journals = (_entries(package, name) for name in (RUNNING, PUBLIC))
    for running, public in zip_longest(*journals):
        yield from (("entry", entry) for entry in (running, public) if entry)
        if running and public and are_together:
            are_together = running.id == public.id
            known = package.notebook.entry(running.id) if are_together else None
            screened = running.screened | set(known[1] if known else ())
            yield "pair", Pair(running, public, frozenset(screened))
    package.notebook.sort("journaled", "id")
    yield from (("head", head) for head in package.heads.values())


def _entries(package, name):
    before = (0, 0)
    for event, element in stream(package, name, ("journalhode", "journalregistrering")):
        if event == "start":
            continue
        if name_of(element) == "journalhode":
            package.heads[name] = Unit(element)
            package.heads[name].place = f"{name}, journalhode"
        else:
            unit = Unit(element)
            entry = Entry(name, unit, before)
            package.counts[name] += 1
            package.notebook.note("journaled", name, entry.id)
            yield entry
            before = entry.number
            unit.release()
            forget(element, ("journalregistrering",))


# --- An entry -----------------------------------------------------------------------------


def unsorted_entry(entry):
    if entry.number <= entry.before:
        year, number = entry.before
        yield f"{entry.place}: it comes after {year}/{number}."


def strange_entry(entry, package):
    """An entry of a closed case file says the same in both places (6.4.29)."""
    known = package.notebook.entry(entry.id)
    if known is None:
        if package.is_sharp and STRUCTURE in package.read:
            yield f"{entry.place}: arkivstruktur.xml does not have it, but the periods are skarpt."
        return
    is_public = entry.file == PUBLIC
    in_structure, parties = known[0][: len(SAME_FACTS) + 1], known[0][len(SAME_FACTS) + 1 :]
    names = (*SAME_FACTS, "mappeID")
    values = [*(entry.post.text(name) for name in SAME_FACTS), entry.case_file.text("mappeID")]
    for name, found, said in zip(names, values, in_structure, strict=True):
        if (
            found != said
            and not (name == "tittel" and is_public)
            and (found or not _optional(name))
        ):
            yield f"{entry.place}: {name} is {found!r}, where arkivstruktur.xml says {said!r}."
    if not is_public and sorted(parties_of(entry.post)) != parties:
        yield f"{entry.place}: its parties are not those of arkivstruktur.xml."


def _optional(name):
    return name in {"registreringsID", "dokumentetsDato", "mappeID"}


# --- The same entry in both ---------------------------------------------------------------


def parted_journals(pair):
    if pair.running.id != pair.public.id:
        yield (
            f"{pair.public.place}: {RUNNING} has {pair.running.number[0]}/"
            f"{pair.running.number[1]} here; from here on the two were not compared."
        )


def unmasked_names(pair):
    """A screened name is masked, and any other is the one that the running journal has."""
    if pair.running.id != pair.public.id:
        return
    hidden = set().union(*(HIDES_NAMES.get(word, set()) for word in pair.screened))
    running, public = pair.running.parties, pair.public.parties
    if [kind for kind, _name in running] != [kind for kind, _name in public]:
        yield f"{pair.public.place}: its parties are not those of {RUNNING}."
        return
    for (kind, _whole), (_kind, shown) in zip(running, public, strict=True):
        if kind in hidden and shown != MASK:
            yield f"{pair.public.place}: the name of its {kind} is screened, but stands there."
    for (kind, whole), (_kind, shown) in zip(running, public, strict=True):
        if kind not in hidden and shown not in {whole, MASK}:
            yield f"{pair.public.place}: the name of its {kind} is another than in {RUNNING}."


def unmasked_titles(pair):
    if pair.running.id != pair.public.id:
        return
    for running, public, hides in (
        (pair.running.post, pair.public.post, HIDES_TITLE),
        (pair.running.case_file, pair.public.case_file, HIDES_CASE_TITLE),
    ):
        shown, whole = public.text("offentligTittel"), running.text("tittel")
        place = f"{pair.public.place}, {public.kind}"
        if not shown:
            yield f"{place}: it has no offentligTittel."
        elif pair.screened & hides:
            said = running.text("offentligTittel")
            if shown == whole or MASK not in shown or not (said or is_masked(shown, whole)):
                yield f"{place}: its title is screened, but stands there."
            elif said and shown != said:
                yield f"{place}: its offentligTittel is another than in {RUNNING}."
        elif shown != (running.text("offentligTittel") or whole):
            yield f"{place}: its title is another than in {RUNNING}."


def names_elsewhere(pair):
    """A screened name stands nowhere in the public entry: in no title, on no desk."""
    if pair.running.id != pair.public.id:
        return
    hidden = set().union(*(HIDES_NAMES.get(word, set()) for word in pair.screened))
    names = {name for kind, name in pair.running.parties if kind in hidden}
    names -= {name for kind, name in pair.public.parties}
    for element in pair.public.element.iter("*") if names else ():
        if any(name and name in (element.text or "") for name in names):
            yield f"{pair.public.place}: {name_of(element)} holds a name that is screened."


# --- The whole of them --------------------------------------------------------------------


def wrong_number_of_entries(package):
    """Arkade's N5.59: the heads of both, and where the periods are skarpt, the structure."""
    counts = {name: _said(package, name, "antallJournalposter") for name in (RUNNING, PUBLIC)}
    for name, said in counts.items():
        if said is None:
            yield f"{name}: its journalhode cannot be read."
    if None in counts.values():
        return
    if counts[RUNNING] != counts[PUBLIC]:
        yield f"{PUBLIC}: antallJournalposter is {counts[PUBLIC]}, {RUNNING} has {counts[RUNNING]}."
    is_comparable = package.is_sharp and STRUCTURE in package.read
    if is_comparable and counts[RUNNING] != str(package.counts["journalpost"]):
        yield (
            f"{RUNNING}: antallJournalposter is {counts[RUNNING]}, arkivstruktur.xml holds "
            f"{package.counts['journalpost']}, and the periods are skarpt."
        )


def wrong_days(package):
    """Arkade's N5.60: the days of both heads, and where the periods are skarpt, the structure."""
    if STRUCTURE in package.read and not package.first_day:
        yield f"{STRUCTURE}: no journalpost has a journaldato."
    for name, in_structure in (
        ("journalStartDato", package.first_day),
        ("journalSluttDato", package.last_day),
    ):
        running, public = (_said(package, file, name) for file in (RUNNING, PUBLIC))
        for file, said in ((RUNNING, running), (PUBLIC, public)):
            if said is None:
                yield f"{file}: {name} cannot be read."
        if running is None or public is None:
            continue
        if running != public:
            yield f"{PUBLIC}: {name} is {public}, {RUNNING} has {running}."
        if package.is_sharp and STRUCTURE in package.read and in_structure != running:
            yield (
                f"{RUNNING}: {name} is {running}, in arkivstruktur.xml it is {in_structure}, and "
                "the periods are skarpt."
            )


def miscounted_entries(package):
    """The entries themselves, against the head and against arkivuttrekk.xml."""
    for name in sorted(package.read & {RUNNING, PUBLIC}):
        found = str(package.counts[name])
        part = package.part(name.removesuffix(".xml"))
        in_manifest = part.occurrences.get("journalregistrering", "")
        said = _said(package, name, "antallJournalposter")
        if said is not None and said != found:
            yield f"{name}: it holds {found} entries, antallJournalposter says {said}."
        if said is not None and in_manifest != found:
            yield f"{name}: it holds {found} entries, where arkivuttrekk.xml says {in_manifest}."


def unjournaled_entries(package):
    """Each entry of the structure whose day is within the journal's stands in both (6.4.30)."""
    for name in sorted(package.read & {RUNNING, PUBLIC}):
        start = _said(package, name, "journalStartDato")
        end = _said(package, name, "journalSluttDato")
        if start is None or end is None:
            continue
        for (place,) in package.notebook.ask(
            "SELECT place FROM entry WHERE day BETWEEN ? AND ? AND NOT EXISTS"
            " (SELECT 1 FROM journaled WHERE file = ? AND journaled.id = entry.id)",
            start,
            end,
            name,
        ):
            yield f"{place}: {name} does not have it."


def _said(package, name, element):
    head = package.heads.get(name)
    return head.text(element) or None if head else None
