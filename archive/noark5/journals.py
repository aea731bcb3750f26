"""loependeJournal.xml and offentligJournal.xml: the same entries, whole and masked.

Both hold every entry that the authority journaled from the first day of the structure to
its last, also those of case files that are still open (krav 6.4.29–6.4.30). The public one
has no `tittel`, so its offentligTittel is always written; screened names are `*****`.
"""

from django.db.models import F

from archive.models import CaseFile
from archive.noark5.markup import XmlFile, branch, leaf
from archive.noark5.structure import CHUNK, desk_of, record_creator, unit_of
from archive.vocabulary import (
    MASK,
    RESTRICTED,
    SCREENED_SENDER,
    EntryKind,
    PartyKind,
)

NAMESPACE = "http://www.arkivverket.no/standarder/noark5/"


def write_journals(running_path, public_path, contents, progress):
    """Write both files in one pass over the entries. Returns both."""
    head = _head(contents)
    case_files = {}
    with (
        _journal_file(running_path, "loependeJournal") as running,
        _journal_file(public_path, "offentligJournal") as public,
    ):
        running.write(head)
        public.write(head)
        for entry in _entries(contents):
            if entry.case_file_id not in case_files:
                case_files[entry.case_file_id] = _case_file(entry.case_file_id)
            case_file, running_case, public_case = case_files[entry.case_file_id]
            running.write(_running(entry, case_file, running_case))
            public.write(_public(entry, case_file, public_case))
            progress.look()
    return running, public


def _journal_file(path, root):
    return XmlFile(path, root, NAMESPACE + root, f"{root}.xsd")


def _head(contents):
    start, end = contents.start, contents.end
    return branch(
        "journalhode",
        leaf("journalStartDato", start),
        leaf("journalSluttDato", end),
        leaf("seleksjon", f"journaldato {start} – {end}"),
        leaf("antallJournalposter", contents.journal_count),
        record_creator(contents.authority),
    )


def _entries(contents):
    return (
        contents.journal.order_by("year", "number")
        .select_related("state")
        .annotate(answer=F("state__answered_by__system_id"))
        .prefetch_related("parties")
        .iterator(chunk_size=CHUNK)
    )


def _case_file(pk):
    """A case file, and how it stands at each of its entries in either journal."""
    case_file = CaseFile.objects.select_related("classification", "series").get(pk=pk)
    klass = branch(
        "klasse",
        leaf("klasseID", case_file.classification.code),
        leaf("tittel", case_file.classification.title),
    )
    numbers = (
        leaf("mappeID", case_file.identifier)
        + leaf("saksaar", case_file.year)
        + leaf("sakssekvensnummer", case_file.number)
    )
    people = leaf("administrativEnhet", case_file.unit) + leaf(
        "saksansvarlig", case_file.responsible
    )
    running = branch(
        "saksmappe",
        numbers,
        leaf("tittel", case_file.title),
        people,
        leaf("referanseArkivdel", case_file.series.system_id),
    )
    public = branch("saksmappe", numbers, leaf("offentligTittel", case_file.title), people)
    return case_file, klass + running, klass + public


def _numbers(entry, case_file):
    return (
        leaf("systemID", entry.system_id)
        + leaf("registreringsID", f"{case_file.identifier}-{entry.case_number}")
        + leaf("journalaar", entry.year)
        + leaf("journalsekvensnummer", entry.number)
        + leaf("journalpostnummer", entry.case_number)
    )


def _treatment(entry, case_file):
    state = entry.state
    return (
        leaf("avskrivningsdato", state.written_off_on)
        + leaf("avskrivningsmaate", state.write_off)
        + desk_of(state, case_file)
        + leaf("referanseAvskrivesAvJournalpost", entry.answer)
    )


def _running(entry, case_file, heading):
    state = entry.state
    screened = SCREENED_SENDER if state.is_sender_screened else ""
    return branch(
        "journalregistrering",
        heading,
        branch(
            "journalpost",
            _numbers(entry, case_file),
            leaf("tittel", entry.title),
            leaf("offentlighetsvurdertDato", state.assessed_on),
            leaf("skjermingMetadata", screened),
            leaf("journaldato", entry.journaled_on),
            leaf("dokumentetsDato", entry.document_date),
            _treatment(entry, case_file),
            _legal_basis(state) if state.legal_basis else "",
            *(
                _party(kind, name, screened if kind == PartyKind.SENDER else "")
                for kind, name in _parties(entry, case_file)
            ),
        ),
    )


def _public(entry, case_file, heading):
    """The legal basis is shown only where the document itself is screened: that of a name
    must not read as a judgement of the document (before krav 5.2.14)."""
    state = entry.state
    hidden = PartyKind.SENDER if state.is_sender_screened else None
    return branch(
        "journalregistrering",
        heading,
        branch(
            "journalpost",
            _numbers(entry, case_file),
            leaf("offentligTittel", entry.title),
            leaf("skjermingMetadata", SCREENED_SENDER if hidden else ""),
            leaf("journaldato", entry.journaled_on),
            leaf("dokumentetsDato", entry.document_date),
            _treatment(entry, case_file),
            _legal_basis(state) if state.screened_document else "",
            *(
                _party(kind, MASK if kind == hidden else name)
                for kind, name in _parties(entry, case_file)
            ),
        ),
    )


def _legal_basis(state):
    return leaf("tilgangsrestriksjon", RESTRICTED) + leaf("skjermingshjemmel", state.legal_basis)


def _parties(entry, case_file):
    parties = [(party.kind, party.name) for party in entry.parties.all()]
    if entry.kind == EntryKind.INCOMING:
        parties.append((PartyKind.INTERNAL_RECIPIENT, unit_of(entry.state, case_file)))
    return parties


def _party(kind, name, screened=""):
    return branch(
        "korrespondansepart",
        leaf("korrespondanseparttype", kind),
        leaf("korrespondansepartNavn", name),
        leaf("skjermingMetadata", screened),
    )
