"""The words of the metadata catalogue that are mandatory: the schemas have no lists of them."""

import re

SCREENED_METADATA = {
    "Skjerming klasseID",
    "Skjerming tittel klasse",
    "Skjerming tittel mappe - unntatt første linje",
    "Skjerming tittel mappe - utvalgte ord",
    "Skjerming navn part i sak",
    "Skjerming tittel registrering - unntatt første linje",
    "Skjerming tittel registrering - utvalgte ord",
    "Skjerming navn avsender",
    "Skjerming navn mottaker",
    "Skjerming tittel dokumentbeskrivelse",
    "Skjerming merknadstekst",
    "Midlertidig skjerming",
}
GRADES = {
    "Strengt hemmelig (sikkerhetsgrad)",
    "Hemmelig (sikkerhetsgrad)",
    "Konfidensielt (sikkerhetsgrad)",
    "Begrenset (sikkerhetsgrad)",
    "Fortrolig (beskyttelsesgrad)",
    "Strengt fortrolig (beskyttelsesgrad)",
}
INCOMING = "Inngående dokument"
OUTGOING = "Utgående dokument"
FOR_FOLLOW_UP = "Organinternt dokument for oppfølging"
OBSOLETE = "Utgår"
FINISHED = "Dokumentet er ferdigstilt"
ARCHIVED = "Arkivformat"
REDACTED = "Dokument hvor deler av innholdet er skjermet"
PRODUCTION = "Produksjonsformat"
MASK = "*****"


def is_masked(public, whole):
    """Whether a title is another with something masked, and nothing else of it changed."""
    pieces = (re.escape(piece) for piece in public.split(MASK))
    return re.fullmatch(".+".join(pieces), whole, re.DOTALL) is not None


VALUES = {
    "arkivstatus": {"Opprettet", "Avsluttet"},
    "arkivdelstatus": {
        "Aktiv periode",
        "Overlappingsperiode",
        "Avsluttet periode",
        "Uaktuelle mapper",
    },
    "saksstatus": {"Under behandling", "Avsluttet", OBSOLETE},
    "journalstatus": {"Journalført", "Ekspedert", "Arkivert", OBSOLETE},
    "dokumentstatus": {"Dokumentet er under redigering", FINISHED},
    "journalposttype": {
        INCOMING,
        OUTGOING,
        FOR_FOLLOW_UP,
        "Organinternt dokument uten oppfølging",
        "Saksframlegg",
    },
    "korrespondanseparttype": {
        "Avsender",
        "Mottaker",
        "Kopimottaker",
        "Gruppemottaker",
        "Intern avsender",
        "Intern mottaker",
    },
    "tilknyttetRegistreringSom": {"Hoveddokument", "Vedlegg"},
    "dokumentmedium": {
        "Fysisk arkiv",
        "Elektronisk arkiv",
        "Blandet fysisk og elektronisk arkiv",
    },
    "variantformat": {PRODUCTION, ARCHIVED, REDACTED},
    "avskrivningsmaate": {
        "Besvart med brev",
        "Besvart med e-post",
        "Besvart på telefon",
        "Tatt til etterretning",
        "Tatt til orientering",
    },
    "slettingstype": {
        "Sletting av produksjonsformat",
        "Sletting av tidligere versjon",
        "Sletting av variant med sladdet informasjon",
    },
    "kassasjonsvedtak": {"Bevares", "Kasseres", "Vurderes senere"},
    "skjermingMetadata": SCREENED_METADATA,
    "skjermingDokument": {
        "Skjerming av hele dokumentet",
        "Skjerming av deler av dokumentet",
    },
    "grad": GRADES,
    "elektroniskSignaturVerifisert": {
        "Signatur påført, ikke verifisert",
        "Signatur påført og verifisert",
    },
}
