"""The form that eInnsyn takes, as far as we fill it in: a JSON Schema, written by hand from its
published API. Nothing else may stand in it."""

TEXT = {"type": "string", "minLength": 1}
DAY = {"type": "string", "format": "date"}
UUID = {"type": "string", "format": "uuid"}
YEAR = {"type": "integer", "minimum": 1700}
NUMBER = {"type": "integer", "minimum": 0}


def thing(optional=(), **fields):
    return {
        "type": "object",
        "properties": fields,
        "required": [name for name in fields if name not in optional],
        "additionalProperties": False,
    }


def some(of):
    return {"type": "array", "items": of}


PARTY = thing(
    ("administrativEnhet", "saksbehandler"),
    korrespondanseparttype={
        "enum": [
            "avsender",
            "mottaker",
            "kopimottaker",
            "gruppemottaker",
            "intern_avsender",
            "intern_mottaker",
            "intern_kopimottaker",
        ]
    },
    korrespondansepartNavn=TEXT,
    korrespondansepartNavnSensitiv=TEXT,
    erBehandlingsansvarlig={"type": "boolean"},
    administrativEnhet=TEXT,
    saksbehandler=TEXT,
)
DESCRIPTION = thing(
    systemId=UUID,
    dokumentnummer=NUMBER,
    dokumenttype=TEXT,
    tilknyttetRegistreringSom={"enum": ["hoveddokument", "vedlegg"]},
    tittel=TEXT,
    tittelSensitiv=TEXT,
)
ENTRY = thing(
    ("skjerming",),
    systemId=UUID,
    journalaar=YEAR,
    journalsekvensnummer=NUMBER,
    journalpostnummer=NUMBER,
    journalposttype={
        "enum": [
            "inngaaende_dokument",
            "utgaaende_dokument",
            "organinternt_dokument_uten_oppfoelging",
            "organinternt_dokument_for_oppfoelging",
            "saksframlegg",
            "sakskart",
            "moeteprotokoll",
            "moetebok",
            "ukjent",
        ]
    },
    journaldato=DAY,
    dokumentetsDato=DAY,
    offentligTittel=TEXT,
    offentligTittelSensitiv=TEXT,
    administrativEnhet=TEXT,
    korrespondansepart=some(PARTY),
    dokumentbeskrivelse=some(DESCRIPTION),
    skjerming=thing(tilgangsrestriksjon=TEXT, skjermingshjemmel=TEXT),
)
CASE_FILE = thing(
    systemId=UUID,
    saksaar=YEAR,
    sakssekvensnummer=NUMBER,
    saksdato=DAY,
    offentligTittel=TEXT,
    offentligTittelSensitiv=TEXT,
    administrativEnhet=TEXT,
    journalpost=some(ENTRY),
)
AUTHORITY = thing(
    navn=TEXT,
    orgnummer={"type": "string", "pattern": "^[0-9]{9}$"},
    kontaktpunktEpost={"type": "string", "format": "email"},
    innsynskravEpost={"type": "string", "format": "email"},
)
DOCUMENT = thing(enhet=AUTHORITY, saksmappe=some(CASE_FILE))
