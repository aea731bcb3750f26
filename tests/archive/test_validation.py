"""A good extraction is broken in one way at a time, and the validator must find just that."""

import re

import pytest

from archive.validation.checks import CHECKS, validate
from archive.validation.package import Package
from tests.archive.breaking import LOG, MANIFEST, PUBLIC, RUNNING, STRUCTURE, breaches, numbers

pytestmark = pytest.mark.django_db  # else no test database is made, and the real one is used

NOWHERE = "00000000-0000-4000-8000-000000000000"
ARKADE = {1, 2, 3, 10, 12, 15, 16, 17, 19, 22, 25, 27, 28, 29, 30, 32, 33, 42, 44, 45, 47, 48, 51}
ARKADE |= {59, 60, 61, 62, 63}


def test_extraction_of_the_real_exporter_is_clean(good, noark5_schemas):
    package = Package(good, noark5_schemas)

    assert list(validate(package)) == []
    assert (package.counts["mappe"], package.counts["registrering"]) == (2, 5)
    assert package.counts["file"] == package.counts["dokumentobjekt"] == 7
    assert package.counts["skjerming"] == 3


def test_table_of_checks_has_every_test_of_arkade_that_can_report_an_error():
    arkade = {int(each.number[3:]) for each in CHECKS if each.number.startswith("N5.")}

    assert arkade == ARKADE | {64}
    assert len(ARKADE) == 28


@pytest.mark.parametrize(
    ("file", "pattern", "new", "found"),
    [
        # The package
        (MANIFEST, r"<value>5\.0<", "<value>5.5<", {"S08"}),
        (MANIFEST, "<value>mykt<|<value>skarpt<", "<value>sharp<", {"S08"}),
        (MANIFEST, r"SHA-256", "MD5", {"N5.02"}),
        (MANIFEST, r"<value>[0-9a-f]{64}<", f"<value>{'0' * 64}<", {"N5.02"}),
        (MANIFEST, r"<value>arkivstruktur\.xsd<", "<value>struktur.xsd<", {"N5.01", "N5.03"}),
        (MANIFEST, r"<dataset>", "<dataset><ukjent/>", {"N5.03"}),
        (MANIFEST, r'("antallDokumentfiler"[^>]*>\s*<value>)\d+', r"\g<1>99", {"N5.28"}),
        (MANIFEST, r"(//mappe</value>.*?<value>)\d+", r"\g<1>99", {"N5.10"}),
        (MANIFEST, r"(//registrering</value>.*?<value>)\d+", r"\g<1>99", {"N5.16"}),
        (MANIFEST, r"(//endring</value>.*?<value>)\d+", r"\g<1>99", {"C01"}),
        (MANIFEST, r"(//journalregistrering</value>.*?<value>)\d+", r"\g<1>99", {"J04"}),
        (MANIFEST, r"(inneholderSkjermet\w+[^>]*>\s*<value>)true", r"\1false", {"N5.42"}),
        (MANIFEST, r"(SomSkalKasseres[^>]*>\s*<value>)false", r"\1true", {"N5.44"}),
        (MANIFEST, r"(SomErKassert[^>]*>\s*<value>)false", r"\1true", {"N5.45"}),
        (MANIFEST, r'(name="endDate">\s*<value>)[^<]*', r"\g<1>1999-01-01", {"K04"}),
        # The units of the structure
        (STRUCTURE, "<arkivstatus>Avsluttet<", "<arkivstatus>Opprettet<", {"V01"}),
        (STRUCTURE, "Avsluttet periode", "Aktiv periode", {"V01"}),
        (STRUCTURE, "<saksstatus>Avsluttet<", "<saksstatus>Under behandling<", {"N5.15"}),
        (STRUCTURE, "<sakssekvensnummer>1<", "<sakssekvensnummer>7<", {"I02"}),
        (STRUCTURE, r"(<mappeID>\d+)/2<", r"\1/1<", {"I02", "I04", "J05"}),
        (STRUCTURE, "<mappe .*?</tittel>\n", r"\g<0><beskrivelse> </beskrivelse>\n", {"N5.63"}),
        (STRUCTURE, "<mappe .*?</tittel>\n", r"\g<0><beskrivelse/>\n", {"N5.03", "N5.63"}),
        (STRUCTURE, "<tittel>", "<title>", {"N5.03"}),
        (RUNNING, "</loependeJournal>", "", {"N5.03"}),
        (PUBLIC, "</offentligJournal>\n", r"\g<0><x/>", {"N5.03"}),
        (STRUCTURE, "<dokumentmedium>Elektronisk arkiv<", "<dokumentmedium>Skyen<", {"V05"}),
        (STRUCTURE, r"(<mappe .*?<referanseArkivdel>)[^<]*", rf"\g<1>{NOWHERE}", {"N5.48"}),
        (
            STRUCTURE,
            "</saksstatus>",
            "</saksstatus><referanseSekundaerKlassifikasjon>"
            f"{NOWHERE}</referanseSekundaerKlassifikasjon>",
            {"N5.51"},
        ),
        (STRUCTURE, r"(<mappe .*?<avsluttetDato>)\d+", r"\g<1>2001", {"K02"}),
        # Registrations
        (STRUCTURE, "<journalstatus>Arkivert<", "<journalstatus>Journalført<", {"N5.22"}),
        (STRUCTURE, "<journalstatus>Arkivert<", "<journalstatus>Utgår<", {"T08"}),
        (
            STRUCTURE,
            "<journalposttype>[^<]*<",
            "<journalposttype><",
            {"N5.03", "N5.17", "N5.63"},
        ),
        (STRUCTURE, "(<registrering .*?<opprettetDato>)[^<]*", r"\1i går", {"N5.03", "N5.27"}),
        (STRUCTURE, r"(<registrering .*?<opprettetDato>)\d+", r"\g<1>2999", {"K01"}),
        (STRUCTURE, "(<registreringsID>[^<]*)-1<", r"\1-8<", {"I04", "J05"}),
        (STRUCTURE, "<journalsekvensnummer>1<", "<journalsekvensnummer>2<", {"I03", "J05"}),
        (STRUCTURE, "<dokumentnummer>1<", "<dokumentnummer>2<", {"I05"}),
        (STRUCTURE, "Som>Hoveddokument<", "Som>Vedlegg<", {"I05"}),
        (STRUCTURE, "type>Avsender<", "type>Kopimottaker<", {"T03", "J05"}),
        (STRUCTURE, "type>Mottaker<", "type>Intern avsender<", {"T03", "J05"}),
        (STRUCTURE, "<avskrivning>.*?</avskrivning>", "", {"T06"}),
        (STRUCTURE, "Tatt til etterretning", "Besvart med brev", {"T07"}),
        (
            STRUCTURE,
            "</avskrivningsmaate>",
            "</avskrivningsmaate><referanseAvskrivesAvJournalpost>"
            f"{NOWHERE}</referanseAvskrivesAvJournalpost>",
            {"R03"},
        ),
        (STRUCTURE, r"(<avskrivningsdato>)\d+", r"\g<1>2999", {"K03"}),
        (STRUCTURE, "(<referanseTilRegistrering>)[^<]*", rf"\g<1>{NOWHERE}", {"R04"}),
        (STRUCTURE, "Skjerming navn avsender", "Skjerming av alt", {"V05"}),
        (
            STRUCTURE,
            "(<registrering .*?<skjermingMetadata>)[^<]*",
            r"\1Skjerming tittel registrering - utvalgte ord",
            {"P02", "P04"},
        ),
        (STRUCTURE, r"(<offentligTittel>[^<]*)\*{5}", r"\1prøve", {"P02"}),
        (STRUCTURE, "<offentligTittel>", r"\g<0>Om ", {"P02"}),
        (
            STRUCTURE,
            r"<skjerming>((?!</skjerming>).)*utvalgte ord.*?</skjerming>",
            "",
            {"P02"},
        ),
        # Documents
        (STRUCTURE, "Dokumentet er ferdigstilt", "Dokumentet er under redigering", {"N5.25"}),
        (STRUCTURE, "<dokumentbeskrivelse>.*?</dokumentbeskrivelse>", "", {"T04", "N5.33"}),
        (STRUCTURE, "<dokumentobjekt>.*?</dokumentobjekt>", "", {"T05", "N5.33"}),
        (STRUCTURE, ">Arkivformat<", ">Produksjonsformat<", {"T09", "P01"}),
        (STRUCTURE, "Dokument hvor deler av innholdet er skjermet", "Arkivformat", {"P01"}),
        (STRUCTURE, "<format>pdf<", "<format>fmt/476<", {"N5.29"}),
        (STRUCTURE, "(<konvertertTilFormat>)[^<]*", r"\1PDF/A-1b", {"D09"}),
        (STRUCTURE, "<konvertertFraFormat>[^<]*", "<konvertertFraFormat>pdf", set()),
        (
            STRUCTURE,
            "<konvertertFraFormat>[^<]*<(.*?)<konvertertTilFormat>[^<]*",
            r"<konvertertFraFormat>pdf<\1<konvertertTilFormat>pdf",
            {"D09"},
        ),
        (STRUCTURE, r"(<konvertertDato>)\d+", r"\g<1>2999", {"D09"}),
        (STRUCTURE, r"(<konvertertDato>)\d+", r"\g<1>1999", {"D09"}),
        (STRUCTURE, "(<sjekksum>)[^<]*", rf"\g<1>{'0' * 64}", {"N5.30"}),
        (STRUCTURE, "(<filstoerrelse>)[^<]*", r"\g<1>7", {"D05"}),
        (STRUCTURE, "(<filstoerrelse>)[^<]*", rf"\g<1>{'9' * 30}", {"D05"}),
        (STRUCTURE, "DOKUMENT/", "../DOKUMENT/", {"D04", "N5.32", "N5.33"}),
        (STRUCTURE, "DOKUMENT/", "dokument/", {"D04", "N5.32", "N5.33"}),
        # The journals and the change log
        (RUNNING, "<antallJournalposter>5<", "<antallJournalposter>6<", {"N5.59", "J04"}),
        (PUBLIC, "<antallJournalposter>5<", "<antallJournalposter>6<", {"N5.59", "J04"}),
        (RUNNING, r"(<journalStartDato>)\d+", r"\g<1>1999", {"N5.60"}),
        (PUBLIC, r"(<journalSluttDato>)\d+", r"\g<1>2999", {"N5.60"}),
        (RUNNING, "<tittel>Høringssvar", "<tittel>Høringsvar", {"J05", "P04"}),
        (RUNNING, "Nora Prøve", "Nora Andre", {"J05", "P03"}),
        (PUBLIC, r"\*{5}", "Hilde Hemmelig", {"P03"}),
        (PUBLIC, "Nora Prøve", "Nora Andre", {"P03"}),
        (PUBLIC, "(<journalpost>.*?<offentligTittel>)", r"\1X", {"P04"}),
        (PUBLIC, r"(<offentligTittel>[^<]*)\*{5}", r"\1prøve", {"P04"}),
        (RUNNING, "<offentligTittel>", r"\g<0>Om ", {"P04"}),
        (PUBLIC, "<offentligTittel>[^<]*</offentligTittel>", "", {"P04"}),
        (PUBLIC, "<journaldato>....", "<journaldato>1999", {"J05"}),
        (LOG, "(<referanseArkivenhet>)[^<]*", rf"\g<1>{NOWHERE}", {"N5.62"}),
        (LOG, "(<tidligereVerdi>)[^<]*", r"\g<1> ", {"V06"}),
        (PUBLIC, "(<saksansvarlig>)[^<]*", r"\g<1> ", {"V06"}),
    ],
)
def test_break_is_found_and_nothing_else(extraction, file, pattern, new, found):
    extraction.replace(file, pattern, new)

    lines = breaches(extraction.folder)

    assert numbers(lines) == found, lines
    assert all(re.match(r"[A-Z]\d+(\.\d+)? \S.*\.$", line) for line in lines)


@pytest.mark.parametrize("file", [MANIFEST, STRUCTURE, LOG, RUNNING, PUBLIC])
@pytest.mark.parametrize("content", ["", "<", "<registrering/>", "<klasse><mappe/></klasse>"])
def test_file_that_is_something_else_is_found(extraction, file, content):
    extraction.write(file, content.encode())

    lines = breaches(extraction.folder)

    assert "N5.03" in numbers(lines)
