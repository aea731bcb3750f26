"""The public journal in the form that eInnsyn takes: docs/einnsyn.md says what stands where.

Where the form has a text twice, the one called Sensitiv may name private persons, for eInnsyn
finds it only in the first year; the other has ***** in their place. What is kept from the public
stands in neither.
"""

import json

from django.db.models import Exists, OuterRef, Prefetch

from archive.models import ArchivedDocument, JournalEntry
from archive.public_journal import AMONG, document_title, told
from archive.vocabulary import (
    MASK,
    RESTRICTED,
    UNASSIGNED,
    DocumentRole,
    EntryKind,
    PartyKind,
    Variant,
)

AT_A_TIME = 1000  # entries that are read together
KINDS = {  # journalposttype, as eInnsyn spells it
    EntryKind.INCOMING: "inngaaende_dokument",
    EntryKind.OUTGOING: "utgaaende_dokument",
    EntryKind.INTERNAL_FOR_FOLLOW_UP: "organinternt_dokument_for_oppfoelging",
    EntryKind.INTERNAL: "organinternt_dokument_uten_oppfoelging",
}
NOT_TOLD = "ukjent"
PARTIES = {  # korrespondanseparttype
    PartyKind.SENDER: "avsender",
    PartyKind.RECIPIENT: "mottaker",
    PartyKind.COPY_RECIPIENT: "kopimottaker",
    PartyKind.GROUP_RECIPIENT: "gruppemottaker",
    PartyKind.INTERNAL_SENDER: "intern_avsender",
    PartyKind.INTERNAL_RECIPIENT: "intern_mottaker",
}
ROLES = {DocumentRole.MAIN: "hoveddokument", DocumentRole.ATTACHMENT: "vedlegg"}


def json_of(authority, *, since=None, until=None):
    """The document, piece by piece: what was journaled from one day to another, by case file.

    Little of it is held at a time, however long it is.
    """
    entries = JournalEntry.objects.all()
    if since:
        entries = entries.filter(journaled_on__gte=since)
    if until:
        entries = entries.filter(journaled_on__lte=until)
    case_files = authority.case_files.filter(Exists(entries.filter(case_file=OuterRef("pk"))))
    yield f'{{"enhet": {_json(_authority(authority))},\n"saksmappe": ['
    for number, case_file in enumerate(case_files.order_by("year", "number").iterator()):
        yield f'{"," if number else ""}\n{_json(_case_file(case_file))[:-1]}, "journalpost": ['
        for place, entry in enumerate(_entries_of(case_file, entries)):
            yield f"{',' if place else ''}\n{_json(_entry(entry, case_file))}"
        yield "]}"
    yield "]}\n"


def _entries_of(case_file, entries):
    """The entries of a case file by their number in it, some at a time."""
    documents = ArchivedDocument.objects.filter(
        variant=Variant.ARCHIVE, converted_from=None
    ).order_by("entry_id", "number", "version")
    rows = (
        entries.filter(case_file=case_file)
        .select_related("state")
        .prefetch_related(*AMONG, Prefetch("documents", queryset=documents))
        .order_by("case_number")
    )
    after = 0
    while page := list(rows.filter(case_number__gt=after)[:AT_A_TIME]):
        yield from page
        after = page[-1].case_number


def _authority(authority):
    return {
        "navn": authority.name,
        "orgnummer": authority.organisation_number,
        "kontaktpunktEpost": authority.email,
        "innsynskravEpost": authority.email,
    }


def _case_file(case_file):
    return {
        "systemId": str(case_file.system_id),
        "saksaar": case_file.year,
        "sakssekvensnummer": case_file.number,
        "saksdato": case_file.opened_on.isoformat(),
        "offentligTittel": case_file.title,
        "offentligTittelSensitiv": case_file.title,
        "administrativEnhet": case_file.unit,
    }


def _entry(entry, case_file):
    line = told(entry)
    title = line.title or entry.state.status
    made = {
        "systemId": str(entry.system_id),
        "journalaar": entry.year,
        "journalsekvensnummer": entry.number,
        "journalpostnummer": entry.case_number,
        "journalposttype": KINDS.get(line.kind, NOT_TOLD),
        "journaldato": entry.journaled_on.isoformat(),
        "dokumentetsDato": entry.document_date.isoformat(),
        "offentligTittel": title,
        "offentligTittelSensitiv": title,
        "administrativEnhet": entry.state.unit or case_file.unit,
        "korrespondansepart": [] if line.is_obsolete else _parties(line, case_file),
        "dokumentbeskrivelse": [] if line.is_obsolete else _documents(entry),
    }
    if line.legal_basis:
        made["skjerming"] = {
            "tilgangsrestriksjon": RESTRICTED,
            "skjermingshjemmel": line.legal_basis,
        }
    return made


def _parties(line, case_file):
    """Those who wrote and were written to, and here who treats it, which eInnsyn asks for."""
    state = line.entry.state
    unit = state.unit or case_file.unit
    handler = case_file.responsible if state.case_handler == UNASSIGNED else state.case_handler
    desk = {
        "erBehandlingsansvarlig": True,
        "administrativEnhet": unit,
        "saksbehandler": handler,
    }
    parties = [
        {
            "korrespondanseparttype": PARTIES[party.kind],
            "korrespondansepartNavn": MASK if party.is_person else party.name,
            "korrespondansepartNavnSensitiv": party.name,
            **(desk if party.kind == PartyKind.INTERNAL_SENDER else NO_DESK),
        }
        for party in line.parties
    ]
    if line.kind == EntryKind.INCOMING:
        recipient = PARTIES[PartyKind.INTERNAL_RECIPIENT]
        names = {"korrespondansepartNavn": unit, "korrespondansepartNavnSensitiv": unit}
        parties.append({"korrespondanseparttype": recipient} | names | desk)
    return parties


NO_DESK = {"erBehandlingsansvarlig": False}


def _documents(entry):
    return [
        {
            "systemId": str(each.description_id),
            "dokumentnummer": each.number,
            "dokumenttype": each.document_type,
            "tilknyttetRegistreringSom": ROLES[each.role],
            "tittel": title,
            "tittelSensitiv": title,
        }
        for each in entry.documents.all()
        for title in [document_title(entry, each)]
    ]


def _json(value):
    return json.dumps(value, ensure_ascii=False)
