"""The checks: the receiver's test number, its Norwegian name, what it looks at, and how.

Numbers that begin with N5 are Arkade's, with Arkade's names: all those of its tests that can
report an error. The others are what the standard asks for besides. A check is a function of
what it looks at, and yields a line for each breach. It looks at one unit of arkivstruktur.xml,
one document file, one entry of a journal, the same entry in both, or one change as it is read;
or at the package, when all of it has been read.
"""

from collections import defaultdict
from inspect import signature
from itertools import chain
from typing import NamedTuple

from archive.validation import change_log, documents, journals, package, schemas, structure
from archive.validation import registrations as registration
from archive.validation.package import contradicted_flag, wrong_occurrences
from archive.validation.structure import dangling, repeated_numbers
from archive.validation.units import blank_elements


class Check(NamedTuple):
    """One test of the receiver's."""

    number: str
    name: str
    of: str  # the kind of unit, or "file", "entry", "pair", "package"; "unit" is all of the XML
    function: object


CHECKS = [
    Check(*row)
    for row in (
        # The package
        ("N5.01", "Kontroll av eksistens for XML-filene", "package", package.missing_files),
        ("N5.02", "Validering av sjekksummer", "package", package.wrong_checksums),
        ("N5.03", "Validering av XML i henhold til skjema", "package", schemas.invalid_files),
        ("N5.03", "Skjema som ikke er beskrevet", "package", schemas.unnamed_schemas),
        ("S02", "Filer som ikke hører til", "package", package.strange_files),
        ("S04", "Arkivverkets egne skjema", "package", schemas.unofficial_schemas),
        ("S06", "XML 1.0 i UTF-8", "package", schemas.unreadable_prologs),
        ("S08", "Opplysninger i arkivuttrekk.xml", "package", package.wrong_information),
        ("C01", "Antall endringer", "package", wrong_occurrences("endringslogg", "endring")),
        # arkivstruktur.xml: fonds, series, classes and case files
        ("V01", "Status på arkiv", "arkiv", structure.open_fonds),
        ("V01", "Status på arkivdeler", "arkivdel", structure.open_period),
        ("N5.10", "Antall mapper", "package", wrong_occurrences("arkivstruktur", "mappe")),
        (
            "N5.12",
            "Klasser med både underklasse(r) og mappe(r)",
            "klasse",
            structure.class_with_case_files,
        ),
        ("N5.15", "Saksmappestatuser", "mappe", structure.open_case_file),
        (
            "N5.19",
            "Klasser med både underklasse(r) og registrering(er)",
            "klasse",
            structure.class_with_registrations,
        ),
        ("T01", "Saksmapper uten klasse", "mappe", structure.misplaced_case_file),
        ("I02", "Saksnummer", "mappe", structure.misnamed_case_file),
        ("I02", "Saksnummer som går igjen", "package", repeated_numbers("mappeID")),
        # arkivstruktur.xml: registrations
        (
            "N5.16",
            "Antall registreringer",
            "package",
            wrong_occurrences("arkivstruktur", "registrering"),
        ),
        ("N5.17", "Journalposttyper", "registrering", registration.missing_kind),
        ("N5.22", "Journalstatuser", "registrering", registration.open_entry),
        ("N5.27", "Første og siste registrering", "registrering", structure.unreadable_creation),
        ("T01", "Journalposter utenfor saksmappe", "registrering", registration.misplaced_entry),
        ("T03", "Korrespondanseparter", "registrering", registration.missing_parties),
        (
            "T04",
            "Registreringer uten dokumentbeskrivelse",
            "registrering",
            registration.missing_documents,
        ),
        ("T06", "Restanser", "registrering", registration.missing_write_off),
        ("T07", "Svar uten referanse", "registrering", registration.answer_without_reference),
        (
            "I03",
            "Løpenummer som går igjen",
            "package",
            repeated_numbers("journalsekvensnummer"),
        ),
        ("I04", "Registreringsnummer", "registrering", registration.misnumbered_entry),
        (
            "I04",
            "Registreringsnummer som går igjen",
            "package",
            repeated_numbers("registreringsID"),
        ),
        ("I05", "Dokumentnummer", "registrering", registration.misnumbered_documents),
        ("K01", "Opprettet før arkivert", "registrering", registration.archived_before_created),
        ("K02", "Arkivert før avsluttet", "registrering", registration.archived_after_closing),
        (
            "K03",
            "Avskrevet før avsluttet",
            "registrering",
            registration.written_off_after_closing,
        ),
        ("K04", "Journalført i perioden", "registrering", registration.journaled_outside_period),
        # arkivstruktur.xml: documents
        ("N5.25", "Dokumentstatuser", "dokumentbeskrivelse", registration.unfinished_document),
        (
            "T05",
            "Dokumentbeskrivelser uten dokumentobjekt",
            "dokumentbeskrivelse",
            registration.missing_files,
        ),
        (
            "T08",
            "Filer til utgåtte registreringer",
            "dokumentbeskrivelse",
            registration.files_that_should_be_gone,
        ),
        ("P01", "Sladdede varianter", "dokumentbeskrivelse", registration.missing_variants),
        ("T09", "Produksjonsformat", "dokumentobjekt", registration.production_format),
        ("N5.29", "Dokumentformater", "dokumentobjekt", registration.misnamed_format),
        ("D09", "Konverteringer", "dokumentobjekt", registration.strange_conversion),
        # arkivstruktur.xml: all of it
        ("N5.42", "Skjerminger", "package", contradicted_flag(package.FLAGS[0], "skjerming")),
        ("N5.44", "Kassasjonsvedtak", "package", contradicted_flag(package.FLAGS[2], "kassasjon")),
        (
            "N5.45",
            "Utførte kassasjoner",
            "package",
            contradicted_flag(package.FLAGS[1], "utfoertKassasjon"),
        ),
        ("N5.47", "Systemidentifikasjoner", "package", structure.repeated_identifiers),
        ("N5.48", "Arkivdelreferanser", "package", dangling("referanseArkivdel", "arkivdel")),
        (
            "N5.51",
            "Klassereferanser",
            "package",
            dangling("referanseSekundaerKlassifikasjon", "klasse"),
        ),
        (
            "R03",
            "Avskrivningsreferanser",
            "package",
            dangling("referanseAvskrivesAvJournalpost", "registrering"),
        ),
        ("R04", "Kryssreferanser", "package", dangling("referanseTilKlasse", "klasse")),
        ("R04", "Kryssreferanser", "package", dangling("referanseTilMappe", "mappe")),
        ("R04", "Kryssreferanser", "package", dangling("referanseTilRegistrering", "registrering")),
        ("V05", "Obligatoriske verdier", "unit", structure.strange_values),
        ("N5.63", "Elementer som mangler innhold", "unit", structure.blank_elements),
        ("V06", "Elementer som mangler innhold", "head", blank_elements),
        ("V06", "Elementer som mangler innhold", "entry", blank_elements),
        ("V06", "Elementer som mangler innhold", "endring", blank_elements),
        ("P02", "Offentlig tittel", "unit", structure.masked_words_without_public_title),
        # The document files
        ("N5.28", "Antall dokumentfiler", "package", documents.wrong_count),
        ("N5.30", "Dokumentfilers sjekksummer", "package", documents.wrong_checksums),
        ("N5.32", "Refererte dokumenters eksistens", "package", documents.missing_files),
        (
            "N5.33",
            "Dokumentfiler som mangler referanse",
            "package",
            documents.unreferenced_files,
        ),
        ("N5.64", "Tomme dokumentfiler", "package", documents.empty_files),
        ("D04", "Referanser ut av pakken", "package", documents.foreign_references),
        ("D05", "Filstørrelser", "package", documents.wrong_sizes),
        ("D07", "Arkivformat", "file", documents.no_archive_format),
        # The journals
        ("N5.59", "Antall journalposter", "package", journals.wrong_number_of_entries),
        ("N5.60", "Start- og sluttdatoer", "package", journals.wrong_days),
        ("J03", "Journalenes rekkefølge", "entry", journals.unsorted_entry),
        ("J03", "De samme journalpostene i begge", "pair", journals.parted_journals),
        ("J04", "Antall oppføringer", "package", journals.miscounted_entries),
        ("J05", "Journalene mot arkivstrukturen", "entry", journals.strange_entry),
        ("J05", "Journalposter som mangler", "package", journals.unjournaled_entries),
        ("P03", "Skjermede navn", "pair", journals.unmasked_names),
        ("P04", "Skjermede titler", "pair", journals.unmasked_titles),
        ("P05", "Skjermede navn andre steder", "pair", journals.names_elsewhere),
        # The change log
        ("N5.61", "Loggførte endringer", "package", change_log.missing_log),
        ("N5.62", "Endringslogg-referanser", "package", dangling(change_log.REFERENCE)),
    )
]


def validate(checked):
    """Yield a line for each breach: its test's number, where it is, and what is wrong.

    What was read is then in the Package's `counts`.
    """
    checks = defaultdict(list)
    for check in CHECKS:
        takes_package = len(signature(check.function).parameters) == 2
        checks[check.of].append((check.number, check.function, takes_package))
    seen = chain(
        structure.read_structure(checked),
        change_log.read_change_log(checked),
        documents.read_documents(checked),
        journals.read_journals(checked),
        [("package", checked)],
    )
    for kind, unit in seen:
        for number, function, takes_package in checks[kind]:
            for breach in function(unit, checked) if takes_package else function(unit):
                yield f"{number} {breach}"
