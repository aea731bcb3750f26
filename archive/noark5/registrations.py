"""One journal entry in arkivstruktur.xml: `registrering` of the type `journalpost`."""

from django.conf import settings

from archive.models import Change
from archive.noark5.conversions import (
    conversion,
    delivered,
    described,
    variant_of,
    why_not_converted,
)
from archive.noark5.markup import branch, leaf
from archive.public_title import masked, screened_words
from archive.vocabulary import (
    ELECTRONIC,
    FINISHED,
    RESTRICTED,
    SCREENED_DOCUMENT_TITLE,
    SCREENED_PARTS,
    SCREENED_SENDER,
    SCREENED_TITLE_WORDS,
    UNASSIGNED,
    EntryKind,
    EntryStatus,
    PartyKind,
    Variant,
)


def registration(entry, parties, documents, case_file, copy, *, remarks=()):
    """The markup of one entry. `copy` takes a document's file into the package, and returns
    its reference and its formatDetaljer. `remarks` are the internal notes that go along."""
    disposal = getattr(case_file, "disposal", None)
    descriptions = {}
    for document in documents:
        descriptions.setdefault(document.description_id, []).append(document)
    return branch(
        'registrering xsi:type="journalpost"',
        leaf("systemID", entry.system_id),
        created(entry),
        leaf("arkivertDato", entry.archived_at or case_file.closed_at),
        leaf("arkivertAv", entry.archived_by or case_file.closed_by),
        leaf("referanseArkivdel", case_file.series.system_id),
        _screening(entry, *metadata) if (metadata := _screened_metadata(entry)) else "",
        *(_description(variants, entry, copy, disposal) for variants in descriptions.values()),
        leaf("registreringsID", f"{case_file.identifier}-{entry.case_number}"),
        leaf("tittel", entry.title),
        leaf("offentligTittel", entry.public_title),
        *(leaf("noekkelord", word) for word in entry.keywords),
        leaf("dokumentmedium", ELECTRONIC),
        _why_obsolete(entry) if entry.remark else "",
        *(_remark(remark) for remark in remarks),
        branch("kryssreferanse", leaf("referanseTilRegistrering", entry.corrected)),
        *(_party(party, entry, case_file) for party in parties),
        _internal_recipient(entry, case_file) if entry.kind == EntryKind.INCOMING else "",
        leaf("journalaar", entry.year),
        leaf("journalsekvensnummer", entry.number),
        leaf("journalpostnummer", entry.case_number),
        leaf("journalposttype", entry.kind),
        leaf("journalstatus", entry.status),
        leaf("journaldato", entry.journaled_on),
        leaf("dokumentetsDato", entry.document_date),
        leaf("mottattDato", entry.received_at),
        leaf("sendtDato", entry.sent_at),
        leaf("offentlighetsvurdertDato", entry.assessed_on),
        leaf("antallVedlegg", len(descriptions) - 1),
        _write_off(entry) if entry.write_off else "",
    )


def created(unit):
    return leaf("opprettetDato", unit.created_at) + leaf("opprettetAv", unit.created_by)


def desk_of(entry, case_file):
    """administrativEnhet and saksbehandler of an entry; the case file's where it has none."""
    handler = case_file.responsible if entry.case_handler == UNASSIGNED else entry.case_handler
    return leaf("administrativEnhet", unit_of(entry, case_file)) + leaf("saksbehandler", handler)


def unit_of(entry, case_file):
    return entry.unit or case_file.unit


def _description(variants, entry, copy, disposal):
    """One document with its files; an obsolete entry's files stay behind (krav 6.4, T08), and
    what was erased or disposed of has none (krav 6.4.27)."""
    document = described(variants)
    is_exported = entry.status != EntryStatus.OBSOLETE and disposal is None
    return branch(
        "dokumentbeskrivelse",
        leaf("systemID", document.description_id),
        leaf("dokumenttype", document.document_type),
        leaf("dokumentstatus", FINISHED),
        leaf("tittel", document.title),
        created(document),
        leaf("tilknyttetRegistreringSom", document.role),
        leaf("dokumentnummer", document.number),
        leaf("tilknyttetDato", entry.created_at),
        leaf("tilknyttetAv", entry.created_by),
        why_not_converted(variants) if is_exported else "",
        _disposed(variants, disposal),
        _document_screening(variants, entry),
        *(
            _object(each, copy)
            for each in delivered(variants)
            if is_exported and each.erasure is None
        ),
    )


def _disposed(variants, disposal):
    """When and by whom all files of a document were destroyed: the standard has one word for
    what was disposed of and for what the law had erased."""
    if disposal:
        at, by = disposal.disposed_at, disposal.disposed_by
    elif all(each.erasure for each in variants):
        at, by = variants[0].erased_at, variants[0].erased_by or settings.SITE_NAME
    else:
        return ""
    return branch("utfoertKassasjon", leaf("kassertDato", at), leaf("kassertAv", by))


def _document_screening(variants, entry):
    """Parts are screened where there is a variant without them; the whole is, everywhere. The
    title is, where it holds a word that is screened of the entry's."""
    has_variant = any(each.variant == Variant.REDACTED for each in variants)
    screened = entry.screened_document
    if screened == SCREENED_PARTS and not has_variant:
        screened = ""
    title, words = variants[0].title, screened_words(entry.title, entry.public_title)
    if not screened and masked(title, words) == title:
        return ""
    return _screening(entry, SCREENED_DOCUMENT_TITLE, document=screened)


def _object(document, copy):
    reference, details = copy(document)
    return branch(
        "dokumentobjekt",
        leaf("systemID", document.system_id),
        leaf("versjonsnummer", document.version),
        leaf("variantformat", variant_of(document)),
        leaf("format", document.format),
        leaf("formatDetaljer", details),
        created(document),
        leaf("referanseDokumentfil", reference),
        leaf("sjekksum", document.sha256),
        leaf("sjekksumAlgoritme", "SHA-256"),
        leaf("filstoerrelse", document.size),
        conversion(document),
    )


def _screened_metadata(entry):
    """The words of skjermingMetadata for what of the registration itself is screened."""
    sender = [SCREENED_SENDER] if entry.is_sender_screened else []
    return sender + ([SCREENED_TITLE_WORDS] if entry.public_title else [])


def _screening(entry, *metadata, document=""):
    return branch(
        "skjerming",
        leaf("tilgangsrestriksjon", RESTRICTED),
        leaf("skjermingshjemmel", entry.legal_basis),
        *(leaf("skjermingMetadata", each) for each in metadata),
        leaf("skjermingDokument", document),
        leaf("skjermingsvarighet", entry.screening_years),
        leaf("skjermingOpphoererDato", entry.screening_ends_on),
    )


def _party(party, entry, case_file):
    return branch(
        "korrespondansepart",
        leaf("korrespondanseparttype", party.kind),
        leaf("korrespondansepartNavn", party.name),
        leaf("epostadresse", party.email),
        leaf("kontaktperson", party.contact_person),
        desk_of(entry, case_file) if party.kind == PartyKind.INTERNAL_SENDER else "",
    )


def _internal_recipient(entry, case_file):
    """Whose desk an incoming entry is on: M305 and M307 stand with the party."""
    return branch(
        "korrespondansepart",
        leaf("korrespondanseparttype", PartyKind.INTERNAL_RECIPIENT),
        leaf("korrespondansepartNavn", unit_of(entry, case_file)),
        desk_of(entry, case_file),
    )


def _why_obsolete(entry):
    """When and by whom, the change log knows."""
    change = Change.objects.filter(entry=entry.pk, element="journalstatus").latest("pk")
    return branch(
        "merknad",
        leaf("merknadstekst", entry.remark),
        leaf("merknadsdato", change.changed_at),
        leaf("merknadRegistrertAv", change.changed_by),
    )


def _remark(remark):
    return branch(
        "merknad",
        leaf("merknadstekst", remark.text),
        leaf("merknadstype", remark.kind),
        leaf("merknadsdato", remark.written_at),
        leaf("merknadRegistrertAv", remark.written_by),
    )


def _write_off(entry):
    return branch(
        "avskrivning",
        leaf("avskrivningsdato", entry.written_off_on),
        leaf("avskrevetAv", entry.written_off_by),
        leaf("avskrivningsmaate", entry.write_off),
        leaf("referanseAvskrivesAvJournalpost", entry.answer),
    )
