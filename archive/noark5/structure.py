"""arkivstruktur.xml: the closed periods with their filing plan, case files and entries.

An extended type begins with the fields of what it extends, so all `registrering` of a case
file stand before its own saksaar and saksstatus (spec of arkivstruktur.xsd).
"""

from uuid import uuid5

from django.db.models import F, Prefetch
from django.utils import timezone

from archive.models import ArchivedDocument, JournalEntry
from archive.noark5.markup import XmlFile, around, branch, leaf
from archive.vocabulary import (
    ELECTRONIC,
    FINISHED,
    RESTRICTED,
    SCREENED_DOCUMENT_TITLE,
    SCREENED_PARTS,
    SCREENED_SENDER,
    UNASSIGNED,
    EntryKind,
    EntryStatus,
    PartyKind,
    Variant,
)

NAMESPACE = "http://www.arkivverket.no/standarder/noark5/arkivstruktur"
CHUNK = 1000  # entries fetched at a time


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


def desk_of(state, case_file):
    """administrativEnhet and saksbehandler of an entry; the case file's where it has none."""
    handler = case_file.responsible if state.case_handler == UNASSIGNED else state.case_handler
    return leaf("administrativEnhet", unit_of(state, case_file)) + leaf("saksbehandler", handler)


def unit_of(state, case_file):
    return state.unit or case_file.unit


def _fonds(contents):
    fonds, last = contents.fonds, contents.series[-1]
    return (
        leaf("systemID", fonds.system_id)
        + leaf("tittel", fonds.title)
        + leaf("arkivstatus", "Avsluttet")
        + leaf("dokumentmedium", ELECTRONIC)
        + _created(fonds)
        + _closed(last)
        + record_creator(contents.authority)
    )


def _series(series, contents, documents, progress):
    yield (
        leaf("systemID", series.system_id)
        + leaf("tittel", series.title)
        + leaf("arkivdelstatus", series.status)
        + leaf("dokumentmedium", ELECTRONIC)
        + _created(series)
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
        + _created(plan)
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
        + _created(klass)
    )
    for child in contents.classes[klass.pk]:
        yield from around("klasse", _class(child, series, contents, documents, progress))
    case_files = contents.case_files.filter(series=series, classification=klass)
    for case_file in case_files.order_by("year", "number").iterator():
        yield from around(
            'mappe xsi:type="saksmappe"', _case_file(case_file, series, documents, progress)
        )


def _case_file(case_file, series, documents, progress):
    yield (
        leaf("systemID", case_file.system_id)
        + leaf("mappeID", case_file.identifier)
        + leaf("tittel", case_file.title)
        + leaf("beskrivelse", case_file.description)
        + "".join(leaf("noekkelord", word) for word in case_file.keywords)
        + leaf("dokumentmedium", ELECTRONIC)
        + _created(case_file)
        + _closed(case_file)
        + leaf("referanseArkivdel", series.system_id)
    )
    for entry in _entries(case_file):
        yield _entry(entry, case_file, series, documents)
        progress.advance()
    yield (
        leaf("saksaar", case_file.year)
        + leaf("sakssekvensnummer", case_file.number)
        + leaf("saksdato", case_file.opened_on)
        + leaf("administrativEnhet", case_file.unit)
        + leaf("saksansvarlig", case_file.responsible)
        + leaf("saksstatus", case_file.status)
    )


def _entries(case_file):
    in_order = ArchivedDocument.objects.order_by("number", "variant", "version")
    return (
        JournalEntry.objects.filter(case_file=case_file)
        .order_by("case_number")
        .select_related("state")
        .annotate(corrected=F("corrects__system_id"), answer=F("state__answered_by__system_id"))
        .prefetch_related("parties", Prefetch("documents", in_order))
        .iterator(chunk_size=CHUNK)
    )


def _entry(entry, case_file, series, documents):
    state = entry.state
    descriptions = {}
    for document in entry.documents.all():
        descriptions.setdefault(document.description_id, []).append(document)
    attachments = len(descriptions) - 1
    return branch(
        'registrering xsi:type="journalpost"',
        leaf("systemID", entry.system_id),
        _created(entry),
        leaf("arkivertDato", state.archived_at or case_file.closed_at),
        leaf("arkivertAv", state.archived_by or case_file.closed_by),
        leaf("referanseArkivdel", series.system_id),
        _screening(state, SCREENED_SENDER) if state.is_sender_screened else "",
        *(_description(variants, entry, state, documents) for variants in descriptions.values()),
        leaf("registreringsID", f"{case_file.identifier}-{entry.case_number}"),
        leaf("tittel", entry.title),
        *(leaf("noekkelord", word) for word in entry.keywords),
        leaf("dokumentmedium", ELECTRONIC),
        _remark(entry, state) if state.remark else "",
        branch("kryssreferanse", leaf("referanseTilRegistrering", entry.corrected)),
        *(_party(party, state, case_file) for party in entry.parties.all()),
        _internal_recipient(state, case_file) if entry.kind == EntryKind.INCOMING else "",
        leaf("journalaar", entry.year),
        leaf("journalsekvensnummer", entry.number),
        leaf("journalpostnummer", entry.case_number),
        leaf("journalposttype", entry.kind),
        leaf("journalstatus", state.status),
        leaf("journaldato", entry.journaled_on),
        leaf("dokumentetsDato", entry.document_date),
        leaf("mottattDato", entry.received_at),
        leaf("sendtDato", entry.sent_at),
        leaf("offentlighetsvurdertDato", state.assessed_on),
        leaf("antallVedlegg", attachments),
        _write_off(entry, state) if state.write_off else "",
    )


def _description(variants, entry, state, documents):
    """One document with its files; an obsolete entry's files stay behind (krav 6.4, T08)."""
    document = variants[0]
    is_exported = state.status != EntryStatus.OBSOLETE
    return branch(
        "dokumentbeskrivelse",
        leaf("systemID", document.description_id),
        leaf("dokumenttype", document.document_type),
        leaf("dokumentstatus", FINISHED),
        leaf("tittel", document.title),
        _created(document),
        leaf("tilknyttetRegistreringSom", document.role),
        leaf("dokumentnummer", document.number),
        leaf("tilknyttetDato", entry.created_at),
        leaf("tilknyttetAv", entry.created_by),
        _document_screening(document, variants, state),
        *(_object(each, documents) for each in variants if is_exported),
    )


def _document_screening(document, variants, state):
    """Parts are screened where there is a variant without them; the whole is, everywhere."""
    has_variant = any(each.variant == Variant.REDACTED for each in variants)
    if not state.screened_document or (
        state.screened_document == SCREENED_PARTS and not has_variant
    ):
        return ""
    return _screening(state, SCREENED_DOCUMENT_TITLE, state.screened_document)


def _object(document, documents):
    reference, details = documents.copy(document)
    return branch(
        "dokumentobjekt",
        leaf("systemID", document.system_id),
        leaf("versjonsnummer", document.version),
        leaf("variantformat", document.variant),
        leaf("format", document.format),
        leaf("formatDetaljer", details),
        _created(document),
        leaf("referanseDokumentfil", reference),
        leaf("sjekksum", document.sha256),
        leaf("sjekksumAlgoritme", "SHA-256"),
        leaf("filstoerrelse", document.size),
    )


def _screening(state, metadata, document=""):
    return branch(
        "skjerming",
        leaf("tilgangsrestriksjon", RESTRICTED),
        leaf("skjermingshjemmel", state.legal_basis),
        leaf("skjermingMetadata", metadata),
        leaf("skjermingDokument", document),
    )


def _party(party, state, case_file):
    return branch(
        "korrespondansepart",
        leaf("korrespondanseparttype", party.kind),
        leaf("korrespondansepartNavn", party.name),
        leaf("epostadresse", party.email),
        leaf("kontaktperson", party.contact_person),
        desk_of(state, case_file) if party.kind == PartyKind.INTERNAL_SENDER else "",
    )


def _internal_recipient(state, case_file):
    """Whose desk an incoming entry is on: M305 and M307 stand with the party."""
    return branch(
        "korrespondansepart",
        leaf("korrespondanseparttype", PartyKind.INTERNAL_RECIPIENT),
        leaf("korrespondansepartNavn", unit_of(state, case_file)),
        desk_of(state, case_file),
    )


def _remark(entry, state):
    """Why the entry is obsolete. When and by whom, the change log knows."""
    change = entry.changes.filter(element="journalstatus").latest("pk")
    return branch(
        "merknad",
        leaf("merknadstekst", state.remark),
        leaf("merknadsdato", change.changed_at),
        leaf("merknadRegistrertAv", change.changed_by),
    )


def _write_off(entry, state):
    return branch(
        "avskrivning",
        leaf("avskrivningsdato", state.written_off_on),
        leaf("avskrevetAv", state.written_off_by),
        leaf("avskrivningsmaate", state.write_off),
        leaf("referanseAvskrivesAvJournalpost", entry.answer),
    )


def _created(unit):
    return leaf("opprettetDato", unit.created_at) + leaf("opprettetAv", unit.created_by)


def _closed(unit):
    return leaf("avsluttetDato", unit.closed_at) + leaf("avsluttetAv", unit.closed_by)
