"""loependeJournal.xml and offentligJournal.xml: the same entries, whole and masked.

Both hold every entry that the authority journaled from the first day of the structure to
its last, also those of case files that are still open (krav 6.4.29–6.4.30). The public one
has no `tittel`, so its offentligTittel is always written; screened names are `*****`.
"""

from archive.models import CaseFile
from archive.noark5.markup import XmlFile, branch, leaf
from archive.noark5.registrations import desk_of, unit_of
from archive.noark5.rows import entries_of_journal
from archive.noark5.structure import record_creator
from archive.vocabulary import (
    MASK,
    RESTRICTED,
    SCREENED_SENDER,
    SCREENED_TITLE_WORDS,
    EntryKind,
    PartyKind,
)

NAMESPACE = "http://www.arkivverket.no/standarder/noark5/"
RUNNING, PUBLIC = "loependeJournal.xml", "offentligJournal.xml"


def write_journals(folder, work):
    """Write both files in one pass over the entries. Returns what the one and the other hold."""
    bookmark, contents = work.bookmark, work.contents
    if bookmark.whole(RUNNING) and bookmark.whole(PUBLIC):
        return bookmark.whole(RUNNING), bookmark.whole(PUBLIC)
    year, number, count = bookmark.place(RUNNING) or (0, 0, 0)
    head = _head(contents)
    case_files = {}
    with (
        _journal(folder, RUNNING, bookmark) as running,
        _journal(folder, PUBLIC, bookmark) as public,
    ):
        for file in (running, public):
            file.write(head)
            file.go_on()
        for entry, parties in entries_of_journal(contents.journal, after=(year, number)):
            if entry.case_file not in case_files:
                case_files[entry.case_file] = _case_file(entry.case_file)
            case_file, running_case, public_case = case_files[entry.case_file]
            names = _names(entry, parties, case_file)
            common = _numbers(entry, case_file), _treatment(entry, case_file)
            running.write(_running(entry, names, common, running_case))
            public.write(_public(entry, names, common, public_case))
            count += 1
            work.progress.look(count)
            work.turn([running, public], (entry.year, entry.number, count))
    for file in (running, public):
        bookmark.finish(file, work.counted())
    return bookmark.whole(RUNNING), bookmark.whole(PUBLIC)


def _journal(folder, name, bookmark):
    root = name.removesuffix(".xml")
    return XmlFile(folder / name, root, NAMESPACE + root, f"{root}.xsd", kept=bookmark.kept(name))


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
    return (
        leaf("avskrivningsdato", entry.written_off_on)
        + leaf("avskrivningsmaate", entry.write_off)
        + desk_of(entry, case_file)
        + leaf("referanseAvskrivesAvJournalpost", entry.answer)
    )


def _running(entry, names, common, heading):
    numbers, treatment = common
    screened = SCREENED_SENDER if entry.is_sender_screened else ""
    return branch(
        "journalregistrering",
        heading,
        branch(
            "journalpost",
            numbers,
            leaf("tittel", entry.title),
            leaf("offentligTittel", entry.public_title),
            leaf("offentlighetsvurdertDato", entry.assessed_on),
            leaf("skjermingMetadata", _screened_metadata(entry)),
            leaf("journaldato", entry.journaled_on),
            leaf("dokumentetsDato", entry.document_date),
            treatment,
            _legal_basis(entry) if entry.legal_basis else "",
            *(
                _party(kind, name, screened if kind == PartyKind.SENDER else "")
                for kind, name in names
            ),
        ),
    )


def _public(entry, names, common, heading):
    """The legal basis is shown only where the document itself is screened: that of a name
    must not read as a judgement of the document (before krav 5.2.14)."""
    numbers, treatment = common
    hidden = PartyKind.SENDER if entry.is_sender_screened else None
    return branch(
        "journalregistrering",
        heading,
        branch(
            "journalpost",
            numbers,
            leaf("offentligTittel", entry.public_title or entry.title),
            leaf("skjermingMetadata", _screened_metadata(entry)),
            leaf("journaldato", entry.journaled_on),
            leaf("dokumentetsDato", entry.document_date),
            treatment,
            _legal_basis(entry) if entry.screened_document else "",
            *(_party(kind, MASK if kind == hidden else name) for kind, name in names),
        ),
    )


def _screened_metadata(entry):
    """One word has room here: that of the title, for a screened sender is seen at the party."""
    sender = SCREENED_SENDER if entry.is_sender_screened else ""
    return SCREENED_TITLE_WORDS if entry.public_title else sender


def _legal_basis(entry):
    return leaf("tilgangsrestriksjon", RESTRICTED) + leaf("skjermingshjemmel", entry.legal_basis)


def _names(entry, parties, case_file):
    """The kind and the name of each party, as both journals have them."""
    names = [(party.kind, party.name) for party in parties]
    if entry.kind == EntryKind.INCOMING:
        names.append((PartyKind.INTERNAL_RECIPIENT, unit_of(entry, case_file)))
    return names


def _party(kind, name, screened=""):
    return branch(
        "korrespondansepart",
        leaf("korrespondanseparttype", kind),
        leaf("korrespondansepartNavn", name),
        leaf("skjermingMetadata", screened),
    )
