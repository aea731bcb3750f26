"""Reads a package that holds everything, and asks of it what the receiver's checks ask."""

import hashlib
import re
from collections import Counter
from datetime import datetime
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import override_settings
from lxml import etree

from archive.actions import start_extraction
from archive.models import ArchivedDocument, CaseFile, Change, Extraction, JournalEntry, Series
from archive.noark5.extraction import folder_of
from archive.noark5.package import SCHEMAS
from archive.vocabulary import EntryKind, EntryStatus, PartyKind, SeriesStatus, Variant
from tests.archive import records

pytestmark = pytest.mark.django_db  # else no test database is made, and the real one is used

FILES = ("arkivuttrekk", "arkivstruktur", "endringslogg", "loependeJournal", "offentligJournal")
FIXED = {
    "arkivstatus": {"Avsluttet"},
    "arkivdelstatus": {"Avsluttet periode"},
    "saksstatus": {"Avsluttet"},
    "journalstatus": {"Arkivert", "Utgår"},
    "dokumentstatus": {"Dokumentet er ferdigstilt"},
    "dokumentmedium": {"Elektronisk arkiv"},
    "journalposttype": set(EntryKind.values),
    "korrespondanseparttype": set(PartyKind.values),
    "tilknyttetRegistreringSom": {"Hoveddokument", "Vedlegg"},
    "variantformat": {Variant.ARCHIVE.value, Variant.REDACTED.value},
    "tilgangsrestriksjon": {"Unntatt offentlighet"},
    "sjekksumAlgoritme": {"SHA-256"},
    "avskrivningsmaate": {"Tatt til etterretning"},
}


@pytest.fixture(scope="module")
def package(django_db_setup, django_db_blocker, tmp_path_factory, noark5_schemas):
    """The package's folder and files, and the rows of the database that it was made of."""
    folder = tmp_path_factory.mktemp("package")
    places = {
        "MEDIA_ROOT": folder / "media",
        "EXTRACTIONS_DIR": folder,
        "NOARK5_SCHEMAS": str(noark5_schemas),
    }
    with django_db_blocker.unblock(), override_settings(**places):
        try:
            started = start_extraction(records.everything(), by=None)
            made = Extraction.objects.get(pk=started.pk)
            assert made.error == ""
            entries = JournalEntry.objects.select_related("state", "case_file")
            yield SimpleNamespace(
                folder=folder_of(made),
                extraction=made,
                entries=list(
                    entries.filter(case_file__status="Avsluttet").prefetch_related("documents")
                ),
                journal=list(entries.order_by("year", "number")),
                case_files=list(CaseFile.objects.closed()),
                series=list(Series.objects.filter(status=SeriesStatus.CLOSED)),
                changes=list(Change.objects.filter(case_file__status="Avsluttet")),
                documents={
                    str(document.system_id): document
                    for document in ArchivedDocument.objects.filter(
                        entry__case_file__status="Avsluttet"
                    ).exclude(entry__state__status=EntryStatus.OBSOLETE)
                    if not document.conversions.exists()
                },
                **{name: etree.parse(folder_of(made) / f"{name}.xml") for name in FILES},
            )
        finally:
            call_command("flush", verbosity=0, interactive=False)


def texts(tree, *steps):
    """The texts of the elements at a path of names, wherever the first of them stands."""
    path = "//" + "/".join(f"*[local-name()='{step}']" for step in steps)
    return [element.text for element in tree.xpath(path)]


def text(element, name):
    found = element.find(f"{{*}}{name}")
    return None if found is None else found.text


def registrations(package):
    return {text(each, "systemID"): each for each in package.arkivstruktur.iter("{*}registrering")}


@pytest.mark.parametrize("name", FILES)
def test_file_is_valid_against_the_official_schema(package, noark5_schemas, name):
    schema = "addml" if name == "arkivuttrekk" else name
    validator = etree.XMLSchema(etree.parse(noark5_schemas / f"{schema}.xsd"))

    validator.assertValid(getattr(package, name))


def test_package_holds_every_closed_case_file_entry_and_document(package):
    structure = package.arkivstruktur

    assert sorted(texts(structure, "mappe", "systemID")) == sorted(
        str(each.system_id) for each in package.case_files
    )
    assert sorted(texts(structure, "registrering", "systemID")) == sorted(
        str(each.system_id) for each in package.entries
    )
    assert sorted(texts(structure, "dokumentobjekt", "systemID")) == sorted(package.documents)
    assert sorted(texts(structure, "arkivdel", "systemID")) == sorted(
        str(each.system_id) for each in package.series
    )
    made = package.extraction
    assert (made.case_files, made.entries_done, made.documents) == (
        len(package.case_files),
        len(package.entries),
        len(package.documents),
    )
    assert len(package.case_files) == 2
    assert len({each.year for each in package.series}) == 2


def test_files_are_those_that_were_journaled_and_no_others(package):
    documents, referred = package.documents, set()
    for each in package.arkivstruktur.iter("{*}dokumentobjekt"):
        document, reference = documents[text(each, "systemID")], text(each, "referanseDokumentfil")
        content = (package.folder / reference).read_bytes()
        referred.add(reference)

        assert hashlib.sha256(content).hexdigest() == text(each, "sjekksum") == document.sha256
        assert len(content) == int(text(each, "filstoerrelse")) == document.size
        assert text(each, "format") == reference.rsplit(".")[-1] == document.format

    found = {
        path.relative_to(package.folder).as_posix()
        for path in package.folder.rglob("*")
        if path.is_file()
    }
    assert {path for path in found if path.startswith("DOKUMENT/")} == referred
    assert {path for path in found if "/" not in path} == {
        *(f"{name}.xml" for name in FILES),
        *SCHEMAS,
    }
    assert len(referred) == len(documents)
    assert all(re.fullmatch(r"DOKUMENT/\d+/\d+\.\w+", path) for path in referred)


def test_formats_are_said_in_words_with_their_code(package):
    details = Counter(
        (text(each, "format"), text(each, "formatDetaljer"))
        for each in package.arkivstruktur.iter("{*}dokumentobjekt")
    )

    assert {said for said in details if said[1] != "PDF/A-2a (PRONOM fmt/476)"} == {
        ("png", "PNG (PRONOM fmt/11)"),
        ("txt", "Ren tekst, UTF-8 (PRONOM x-fmt/111)"),
    }


def test_copy_is_delivered_with_its_conversion_and_the_original_stays(package):
    copies = [each for each in package.documents.values() if each.converted_from_id]
    found = {
        text(each, "systemID"): each for each in package.arkivstruktur.iter("{*}dokumentobjekt")
    }

    assert len(copies) == 2
    for copy in copies:
        conversion = found[str(copy.system_id)].find("{*}konvertering")
        assert {child.tag.partition("}")[2]: child.text for child in conversion} == {
            "konvertertDato": text(found[str(copy.system_id)], "opprettetDato"),
            "konvertertAv": copy.created_by,
            "konvertertFraFormat": copy.converted_from.format_details,
            "konvertertTilFormat": "PDF/A-2a (PRONOM fmt/476)",
            "konverteringskommentar": "Skrevet ut som PDF/A.",
        }
        assert str(copy.converted_from.system_id) not in found
        description = found[str(copy.system_id)].getparent()
        assert len(description.findall("{*}dokumentobjekt")) == 1
    assert {each.converted_from.format for each in copies} == {"pdf", "docx"}


def test_values_are_those_of_the_standard(package):
    for name, allowed in FIXED.items():
        for file in FILES[1:]:
            assert set(texts(getattr(package, file), name)) <= allowed, name
        assert set(texts(package.arkivstruktur, name)), name


def test_no_element_is_empty(package):
    for name in FILES:
        for element in getattr(package, name).iter("*"):
            assert len(element) or element.text.strip(), f"{name}: {element.tag}"


def test_identifiers_are_unique_and_references_lead_somewhere(package):
    structure = package.arkivstruktur
    identifiers = texts(structure, "systemID")
    known = set(identifiers)
    series = set(texts(structure, "arkivdel", "systemID"))

    assert len(identifiers) == len(known)
    assert set(texts(structure, "referanseArkivdel")) <= series
    assert set(texts(structure, "referanseTilRegistrering")) <= known
    assert set(texts(package.endringslogg, "referanseArkivenhet")) <= known
    assert texts(structure, "referanseTilRegistrering")


def test_numbers_agree_with_the_case_file_and_each_other(package):
    for folder in package.arkivstruktur.iter("{*}mappe"):
        identifier = text(folder, "mappeID")
        inside = folder.findall("{*}registrering")
        assert identifier == f"{text(folder, 'saksaar')}/{text(folder, 'sakssekvensnummer')}"
        assert [text(each, "journalpostnummer") for each in inside] == [
            str(number) for number in range(1, len(inside) + 1)
        ]
        assert [text(each, "registreringsID") for each in inside] == [
            f"{identifier}-{number}" for number in range(1, len(inside) + 1)
        ]
        for each in inside:
            numbers = [text(part, "dokumentnummer") for part in each.iter("{*}dokumentbeskrivelse")]
            assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
            assert text(each, "antallVedlegg") == str(len(numbers) - 1)


def test_dates_are_in_order(package):
    for folder in package.arkivstruktur.iter("{*}mappe"):
        closed = datetime.fromisoformat(text(folder, "avsluttetDato"))
        for each in folder.findall("{*}registrering"):
            created = datetime.fromisoformat(text(each, "opprettetDato"))
            archived = datetime.fromisoformat(text(each, "arkivertDato"))
            assert created <= archived <= closed
            assert created.tzinfo is not None


def test_manifest_counts_and_checksums_are_true(package):
    described = {}
    for part in package.arkivuttrekk.xpath("//*[local-name()='dataObject'][@name]")[1:]:
        tree = getattr(package, part.get("name"))
        for count in part.xpath(".//*[@name='numberOfOccurrences']"):
            name, number = count[0].text, count.xpath(".//*[@name='value']/*")[0].text
            assert int(number) == len(texts(tree, name)) > 0
        for file in part.xpath(".//*[@name='file']"):
            name = file.xpath(".//*[@name='name']/*")[0].text
            digest = file.xpath(".//*[@name='checksum']//*[@name='value']/*")
            described[name] = described.get(name) or digest[0].text
    (files,) = package.arkivuttrekk.xpath("//*[@name='antallDokumentfiler']/*")

    assert int(files.text) == len(package.documents)
    assert set(described) == {f"{name}.xml" for name in FILES[1:]} | set(SCHEMAS) - {"addml.xsd"}
    for name, digest in described.items():
        assert hashlib.sha256((package.folder / name).read_bytes()).hexdigest() == digest, name


def test_manifest_says_what_the_package_is(package):
    values = {
        each.get("name"): each[0].text
        for each in package.arkivuttrekk.xpath("//*[@name]")
        if len(each) and each[0].tag.endswith("}value")
    }

    assert values["recordCreator"].startswith("Prøvedepartementet")
    assert package.arkivuttrekk.xpath(
        "//*[@name='info']/*/*[@name='type']//*[@name='version']/*/text()"
    ) == ["5.0"]
    assert values["inneholderSkjermetInformasjon"] == "true"
    assert values["omfatterDokumenterSomErKassert"] == "false"
    assert (values["inngaaendeSkille"], values["utgaaendeSkille"]) == ("mykt", "mykt")
    days = sorted(each.journaled_on for each in package.entries)
    assert (values["startDate"], values["endDate"]) == (str(days[0]), str(days[-1]))


def test_schemas_are_the_official_ones_byte_for_byte(package, noark5_schemas):
    for name in SCHEMAS:
        assert (package.folder / name).read_bytes() == (noark5_schemas / name).read_bytes()


def test_change_log_holds_every_change_of_what_is_exported(package):
    logged = Counter(
        (
            text(each, "referanseArkivenhet"),
            text(each, "referanseMetadata"),
            text(each, "tidligereVerdi"),
            text(each, "nyVerdi"),
        )
        for each in package.endringslogg.iter("{*}endring")
    )
    kept = Counter(
        (str(each.unit), each.element, each.old_value, each.new_value) for each in package.changes
    )
    closings = Counter(
        (str(each.system_id), "arkivdelstatus", "Aktiv periode", "Avsluttet periode")
        for each in package.series
    )

    assert logged == kept + closings


def test_obsolete_entry_keeps_its_description_and_loses_its_files(package):
    found = registrations(package)
    obsolete = [each for each in package.entries if each.state.status == EntryStatus.OBSOLETE]

    assert len(obsolete) == 3
    for entry in obsolete:
        each = found[str(entry.system_id)]
        assert not list(each.iter("{*}dokumentobjekt"))
        assert list(each.iter("{*}dokumentbeskrivelse"))
        assert text(each.find("{*}merknad"), "merknadstekst") == entry.state.remark
        assert text(each.find("{*}merknad"), "merknadRegistrertAv") == "Arne Arkivar"


def test_correction_refers_to_what_it_corrects(package):
    found = registrations(package)
    corrections = [each for each in package.entries if each.corrects_id]

    assert len(corrections) == 3
    for entry in corrections:
        wrong = next(each for each in package.entries if each.pk == entry.corrects_id)
        reference = found[str(entry.system_id)].find("{*}kryssreferanse")
        assert text(reference, "referanseTilRegistrering") == str(wrong.system_id)
    assert "Rett Navn" in texts(package.arkivstruktur, "korrespondansepartNavn")


def entry_from(package, name):
    """The registration that stands, of the sender with the name."""
    return next(
        each
        for each in package.arkivstruktur.iter("{*}registrering")
        if name in [text(party, "korrespondansepartNavn") for party in each]
        and text(each, "journalstatus") == "Arkivert"
    )


def test_redacted_response_has_both_variants_and_says_why(package):
    each = entry_from(package, "Rut Redigert")
    description = each.find("{*}dokumentbeskrivelse")
    screening = description.find("{*}skjerming")

    variants = [text(file, "variantformat") for file in description.findall("{*}dokumentobjekt")]
    assert variants == [Variant.ARCHIVE.value, Variant.REDACTED.value]
    assert text(screening, "skjermingDokument") == "Skjerming av deler av dokumentet"
    assert text(screening, "skjermingshjemmel") == "offl. § 13, jf. fvl. § 13"
    assert text(each.find("{*}skjerming"), "skjermingMetadata") == "Skjerming navn avsender"


def test_screened_words_of_a_title_are_masked_in_its_public_title(package):
    (each,) = (one for one in registrations(package).values() if text(one, "offentligTittel"))

    whole, public = text(each, "tittel"), text(each, "offentligTittel")
    assert (whole, public) == (
        "Høringssvar – Forskrift om <fjell> & fjord",
        "***** – Forskrift om ***** & fjord",
    )
    registration, document = each.find("{*}skjerming"), each.find("{*}dokumentbeskrivelse")
    words = "Skjerming tittel registrering - utvalgte ord"
    assert text(registration, "skjermingMetadata") == words
    title = text(document.find("{*}skjerming"), "skjermingMetadata")
    assert title == "Skjerming tittel dokumentbeskrivelse"
    (running,) = (
        one
        for one in package.loependeJournal.iter("{*}journalpost")
        if text(one, "systemID") == text(each, "systemID")
    )
    assert (text(running, "tittel"), text(running, "offentligTittel")) == (whole, public)
    assert text(running, "skjermingMetadata") == words
    assert public in texts(package.offentligJournal, "journalpost", "offentligTittel")


def test_correction_of_a_redacted_response_has_both_variants(package):
    each = entry_from(package, "Kari Korrigert")

    assert text(each, "tittel") == "Rettet tittel"
    assert len(list(each.iter("{*}dokumentobjekt"))) == 2
    assert each.find("{*}skjerming") is None


def test_withheld_response_is_screened_whole_with_its_attachment(package):
    each = entry_from(package, "Walter Withheld")

    said = [text(part, "skjermingDokument") for part in each.iter("{*}skjerming")]
    assert said == ["Skjerming av hele dokumentet"] * 2


def test_published_response_is_not_screened(package):
    assert not list(entry_from(package, "Per <Person> & sønn").iter("{*}skjerming"))


def test_parties_say_who_sent_it_and_whose_desk_it_came_to(package):
    parties = {
        text(party, "korrespondanseparttype"): {
            child.tag.partition("}")[2]: child.text for child in party
        }
        for party in entry_from(package, "Fjellaget").findall("{*}korrespondansepart")
    }

    assert parties["Avsender"]["epostadresse"] == "post@fjell.example"
    assert parties["Avsender"]["kontaktperson"] == "Kari Kontakt"
    assert parties["Intern mottaker"]["administrativEnhet"] == "Prøveavdelingen"
    assert parties["Intern mottaker"]["saksbehandler"] == "Saksbehandler Fastlege"


def test_letter_went_out_to_the_list_from_the_official_in_charge(package):
    letter = next(package.arkivstruktur.iter("{*}registrering"))

    assert text(letter, "journalposttype") == "Utgående dokument"
    group, internal = letter.findall("{*}korrespondansepart")
    assert text(group, "korrespondanseparttype") == "Gruppemottaker"
    assert text(internal, "saksbehandler") == "Ola Ansvarlig"
    assert text(letter, "tittel") == "Høringsbrev – Forskrift om <fjell> & fjord"


def test_discussion_is_one_internal_document_from_the_department(package):
    [discussion] = [
        each
        for each in package.arkivstruktur.iter("{*}registrering")
        if text(each, "journalposttype") == EntryKind.INTERNAL
    ]

    assert text(discussion, "tittel") == "Diskusjon – Endringer i prøveloven"
    [internal] = discussion.findall("{*}korrespondansepart")
    assert text(internal, "korrespondanseparttype") == "Intern avsender"
    assert text(internal, "saksbehandler") == "Ola Ansvarlig"
    assert text(discussion, "antallVedlegg") == "0"
    assert len(discussion.findall("{*}dokumentbeskrivelse")) == 1


def test_every_incoming_entry_that_stands_is_written_off(package):
    for each in package.arkivstruktur.iter("{*}registrering"):
        if text(each, "journalposttype") == "Inngående dokument":
            is_written_off = each.find("{*}avskrivning") is not None
            assert is_written_off == (text(each, "journalstatus") == "Arkivert")


def test_theme_is_a_keyword(package):
    assert "Fastlege" in texts(package.arkivstruktur, "registrering", "noekkelord")
    assert "Fastlege" in texts(package.arkivstruktur, "mappe", "noekkelord")


@pytest.mark.parametrize("name", ["loependeJournal", "offentligJournal"])
def test_journal_holds_all_entries_of_the_period_in_order(package, name):
    tree = getattr(package, name)
    head = next(tree.iter("{*}journalhode"))

    assert texts(tree, "journalpost", "systemID") == [
        str(each.system_id) for each in package.journal
    ]
    assert len(package.journal) > len(package.entries)
    days = sorted(each.journaled_on for each in package.journal)
    assert (text(head, "journalStartDato"), text(head, "journalSluttDato")) == (
        str(days[0]),
        str(days[-1]),
    )
    assert text(head, "antallJournalposter") == str(len(package.journal))


def test_running_journal_hides_nothing(package):
    names = texts(package.loependeJournal, "korrespondansepartNavn")

    assert {"Rut Redigert", "Hilde Hemmelig", "Walter Withheld", "Anonym"} <= set(names)
    assert "*****" not in names
    assert texts(package.loependeJournal, "journalpost", "skjermingMetadata")


def test_public_journal_masks_what_is_screened_and_no_more(package):
    written = (package.folder / "offentligJournal.xml").read_text()
    names = Counter(texts(package.offentligJournal, "korrespondansepartNavn"))

    assert "Rut Redigert" not in written
    assert "Hilde Hemmelig" not in written
    assert "@" not in written
    assert names["*****"] == 2
    assert {"Walter Withheld", "Per <Person> & sønn", "Fjellaget", "Anonym"} <= set(names)
    titles = texts(package.offentligJournal, "journalpost", "offentligTittel")
    assert len(titles) == len(package.journal)


def test_public_journal_shows_the_legal_basis_of_screened_documents_only(package):
    shown = {}
    for each in package.offentligJournal.iter("{*}journalpost"):
        shown[text(each, "systemID")] = text(each, "skjermingshjemmel")

    for entry in package.journal:
        expected = entry.state.legal_basis if entry.state.screened_document else None
        assert shown[str(entry.system_id)] == expected
