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


def write_structure(path, contents, documents, progress):
    """Write the file, and copy each document as its place comes. Returns the XmlFile."""
    with XmlFile(path, "arkiv", NAMESPACE, "arkivstruktur.xsd") as file:
        file.write(_fonds(contents))
        for series in contents.series:
            for piece in around("arkivdel", _series(series, contents, documents, progress)):
                file.write(piece)
    return file


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


def _series(series, contents, documents, progress):
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
    yield from around("klassifikasjonssystem", _filing_plan(series, contents, documents, progress))


def _filing_plan(series, contents, documents, progress):
    plan = contents.fonds.filing_plan
    yield (
        leaf("systemID", _within(series, plan))
        + leaf("klassifikasjonstype", "Funksjonsbasert, hierarkisk")
        + leaf("tittel", plan.title)
        + created(plan)
    )
    for klass in contents.classes[None]:
        yield from around("klasse", _class(klass, series, contents, documents, progress))


def _within(series, unit):
    """The systemID of a unit of the filing plan as it stands in one series.

    One filing plan serves every series, and is written out in each. A systemID may occur
    only once (N5.47), and must be the same in every extraction (krav 6.4.26).
    """
    return uuid5(series.system_id, f"{unit._meta.model_name} {unit.pk}")


def _class(klass, series, contents, documents, progress):
    yield (
        leaf("systemID", _within(series, klass))
        + leaf("klasseID", klass.code)
        + leaf("tittel", klass.title)
        + created(klass)
    )
    for child in contents.classes[klass.pk]:
        yield from around("klasse", _class(child, series, contents, documents, progress))
    case_files = contents.case_files.filter(series=series, classification=klass).select_related(
        "series"
    )
    for case_file in case_files.order_by("year", "number").iterator():
        yield from around('mappe xsi:type="saksmappe"', _case_file(case_file, documents, progress))


def _case_file(case_file, documents, progress):
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
    )
    for entry, parties, files in entries_of_case_file(case_file):
        yield registration(entry, parties, files, case_file, documents.copy)
        progress.advance()
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
