"""arkivstruktur.xml: the closed periods with their filing plan, case files and entries.

An extended type begins with the fields of what it extends, so all `registrering` of a case
file stand before its own saksaar and saksstatus.
"""

from uuid import uuid5

from django.utils import timezone

from archive.noark5.markup import XmlFile, around, branch, leaf
from archive.noark5.registrations import created, registration
from archive.noark5.rows import entries_of_case_file
from archive.vocabulary import ELECTRONIC

NAMESPACE = "http://www.arkivverket.no/standarder/noark5/arkivstruktur"


def write_structure(path, work):
    """Write the file, and copy each document as its place comes. Returns what it holds."""
    bookmark, contents = work.bookmark, work.contents
    if whole := bookmark.whole(path.name):
        return whole
    kept = bookmark.kept(path.name)
    with XmlFile(path, "arkiv", NAMESPACE, "arkivstruktur.xsd", kept=kept) as file:
        file.write(_fonds(contents))
        pages = _Pages(work, file, bookmark.place(path.name))
        for series in contents.series:
            for piece in around("arkivdel", _series(series, pages)):
                file.write(piece)
    bookmark.finish(file, work.counted())
    return bookmark.whole(path.name)


class _Pages:
    """The case files in their order, gone on with where an earlier run stopped.

    `place` is the last entry that it wrote: pk of the case file and number in it.
    """

    def __init__(self, work, file, place):
        self.contents = work.contents
        self._work, self._file, self._place = work, file, place

    def entries_of(self, case_file):
        """Yield the markup of each entry that is not written yet."""
        after = 0
        if self._place:
            pk, after = self._place
            if case_file.pk != pk:
                return
            self._place = None
            self._file.go_on()
        copy = self._work.documents.copy
        for entry, parties, files, remarks in entries_of_case_file(
            case_file, after=after, with_remarks=self.contents.has_notes
        ):
            yield registration(entry, parties, files, case_file, copy, remarks=remarks)
            self._work.progress.advance()
            self._work.turn([self._file], (case_file.pk, entry.case_number))


def record_creator(authority):
    return branch(
        "arkivskaper",
        leaf("arkivskaperID", authority.organisation_number),
        leaf("arkivskaperNavn", authority.name),
    )


def _fonds(contents):
    fonds, last = contents.fonds, contents.series[-1]
    return (
        leaf("systemID", fonds.system_id)
        + leaf("tittel", fonds.title)
        + leaf("arkivstatus", "Avsluttet")
        + leaf("dokumentmedium", ELECTRONIC)
        + created(fonds)
        + _closed(last)
        + record_creator(contents.authority)
    )


def _series(series, pages):
    yield (
        leaf("systemID", series.system_id)
        + leaf("tittel", series.title)
        + leaf("arkivdelstatus", series.status)
        + leaf("dokumentmedium", ELECTRONIC)
        + created(series)
        + _closed(series)
        + leaf("arkivperiodeStartDato", timezone.localdate(series.created_at))
        + leaf("arkivperiodeSluttDato", timezone.localdate(series.closed_at))
    )
    yield from around("klassifikasjonssystem", _filing_plan(series, pages))


def _filing_plan(series, pages):
    plan = pages.contents.fonds.filing_plan
    yield (
        leaf("systemID", _within(series, plan))
        + leaf("klassifikasjonstype", "Funksjonsbasert, hierarkisk")
        + leaf("tittel", plan.title)
        + created(plan)
    )
    for klass in pages.contents.classes[None]:
        yield from around("klasse", _class(klass, series, pages))


def _within(series, unit):
    """The systemID of a unit of the filing plan as it stands in one series.

    One filing plan serves every series, and is written out in each. A systemID may occur
    only once (N5.47), and must be the same in every extraction (krav 6.4.26).
    """
    return uuid5(series.system_id, f"{unit._meta.model_name} {unit.pk}")


def _class(klass, series, pages):
    yield (
        leaf("systemID", _within(series, klass))
        + leaf("klasseID", klass.code)
        + leaf("tittel", klass.title)
        + created(klass)
    )
    for child in pages.contents.classes[klass.pk]:
        yield from around("klasse", _class(child, series, pages))
    case_files = pages.contents.case_files.filter(
        series=series, classification=klass
    ).select_related("series", "classification", "disposal")
    for case_file in case_files.order_by("year", "number").iterator():
        yield from around('mappe xsi:type="saksmappe"', _case_file(case_file, pages))


def _case_file(case_file, pages):
    yield (
        leaf("systemID", case_file.system_id)
        + leaf("mappeID", case_file.identifier)
        + leaf("tittel", case_file.title)
        + leaf("beskrivelse", case_file.description)
        + "".join(leaf("noekkelord", word) for word in case_file.keywords)
        + leaf("dokumentmedium", ELECTRONIC)
        + created(case_file)
        + _closed(case_file)
        + leaf("referanseArkivdel", case_file.series.system_id)
        + _retention(case_file)
    )
    yield from pages.entries_of(case_file)
    yield (
        leaf("saksaar", case_file.year)
        + leaf("sakssekvensnummer", case_file.number)
        + leaf("saksdato", case_file.opened_on)
        + leaf("administrativEnhet", case_file.unit)
        + leaf("saksansvarlig", case_file.responsible)
        + leaf("saksstatus", case_file.status)
    )


def _closed(unit):
    return leaf("avsluttetDato", unit.closed_at) + leaf("avsluttetAv", unit.closed_by)


def _retention(case_file):
    """The retention of its class stands with the case file, which alone has a date of disposal;
    and only where something is to be disposed of."""
    klass, due = case_file.classification, case_file.disposal_due_on
    if due is None:
        return ""
    return branch(
        "kassasjon",
        leaf("kassasjonsvedtak", klass.disposal),
        leaf("kassasjonshjemmel", klass.disposal_basis),
        leaf("bevaringstid", klass.retention_years),
        leaf("kassasjonsdato", due),
    )
