"""A registration of arkivstruktur.xml: its numbers, dates, parties and documents."""

from archive.validation.units import moment
from archive.validation.values import (
    ARCHIVED,
    FINISHED,
    FOR_FOLLOW_UP,
    INCOMING,
    OBSOLETE,
    OUTGOING,
    PRODUCTION,
    REDACTED,
)

NAMES = {  # what a unit is called by where something is wrong with it
    "klasse": "klasseID",
    "mappe": "mappeID",
    "registrering": "registreringsID",
    "dokumentbeskrivelse": "dokumentnummer",
    "dokumentobjekt": "referanseDokumentfil",
}
RECIPIENTS = {"Mottaker", "Kopimottaker", "Gruppemottaker"}
ANSWERS = {"Besvart med brev", "Besvart med e-post"}
SAME_FACTS = (
    "registreringsID",
    "journalaar",
    "journalsekvensnummer",
    "journalpostnummer",
    "journaldato",
    "dokumentetsDato",
    "tittel",
)


def place_of(unit):
    """Where a unit of arkivstruktur.xml is, for a person who looks for it."""
    name = unit.text(NAMES.get(unit.kind, "systemID")) or unit.text("systemID")
    is_part = unit.kind in {"dokumentbeskrivelse", "dokumentobjekt"}
    above = place_of(unit.within) if is_part else "arkivstruktur.xml"
    return f"{above}, {unit.kind} {name}"


def screening_of(unit):
    """The values of skjermingMetadata that stand in a unit's own skjerming."""
    return set(unit.unit("skjerming").texts("skjermingMetadata"))


def parts_of(package, registration):
    """Note what the journals are held against, and yield the documents and their files."""
    _note(package, registration)
    for description in registration.units("dokumentbeskrivelse"):
        package.counts["dokumentbeskrivelse"] += 1
        yield "dokumentbeskrivelse", description
        for variant in description.units("dokumentobjekt"):
            package.counts["dokumentobjekt"] += 1
            package.notebook.note(
                "object",
                variant.text("referanseDokumentfil").replace("\\", "/"),
                variant.text("sjekksum").lower(),
                variant.text("filstoerrelse"),
                place_of(variant),
            )
            yield "dokumentobjekt", variant


def _note(package, registration):
    place = place_of(registration)
    if not is_entry(registration):
        return
    package.counts["journalpost"] += 1
    number = f"{registration.text('journalaar')}/{registration.text('journalsekvensnummer')}"
    package.notebook.note("number", "journalsekvensnummer", number, place)
    package.notebook.note("number", "registreringsID", registration.text("registreringsID"), place)
    day = registration.text("journaldato")
    package.first_day = min(filter(None, (package.first_day, day)), default="")
    package.last_day = max(package.last_day, day)
    case_file = registration.within
    screened = screening_of(registration) | screening_of(case_file)
    package.notebook.note_entry(
        registration.text("systemID"),
        day=day,
        facts=[registration.text(name) for name in SAME_FACTS]
        + [case_file.text("mappeID")]
        + sorted(parties_of(registration)),
        screened=screened,
        place=place,
    )


def is_entry(registration):
    return bool(registration.text("journalposttype") or registration.text("journalsekvensnummer"))


def parties_of(unit):
    """Kind and name of each party, as one text."""
    return [
        f"{party.text('korrespondanseparttype')}: {party.text('korrespondansepartNavn')}"
        for party in unit.units("korrespondansepart")
    ]


def is_obsolete(registration):
    return registration.text("journalstatus") == OBSOLETE


# --- The registration ---------------------------------------------------------------------


def misplaced_entry(registration):
    """A journal entry stands in a case file (2.5.2)."""
    if is_entry(registration) and registration.within.kind != "mappe":
        yield f"{place_of(registration)}: a journalpost must stand in a saksmappe."


def missing_kind(registration):
    if registration.texts("journalposttype") == [""]:
        yield f"{place_of(registration)}: journalposttype is empty."


def open_entry(registration):
    status = registration.text("journalstatus")
    if is_entry(registration) and status not in {"Arkivert", OBSOLETE}:
        yield f"{place_of(registration)}: journalstatus is {status!r}."


def misnumbered_entry(registration):
    """registreringsID is the case file's number and the entry's number in it."""
    said, above = registration.text("registreringsID"), registration.within
    if is_entry(registration) and above.kind == "mappe":
        wanted = f"{above.text('mappeID')}-{registration.text('journalpostnummer')}"
        if said and said != wanted:
            yield f"{place_of(registration)}: mappeID and journalpostnummer say {wanted}."


def misnumbered_documents(registration):
    """One main document, and it is the first (M007, M217)."""
    descriptions = registration.units("dokumentbeskrivelse")
    numbers = [each.text("dokumentnummer") for each in descriptions]
    if numbers != [str(number) for number in range(1, len(numbers) + 1)]:
        yield f"{place_of(registration)}: its documents are numbered {', '.join(numbers)}."
    roles = [each.text("tilknyttetRegistreringSom") for each in descriptions]
    if roles and (roles[0] != "Hoveddokument" or roles.count("Hoveddokument") != 1):
        yield f"{place_of(registration)}: the first document alone must be the Hoveddokument."


def missing_parties(registration):
    """Who sent it, or to whom it went (2.6.3)."""
    kind = registration.text("journalposttype")
    parties = {
        each.text("korrespondanseparttype") for each in registration.units("korrespondansepart")
    }
    if is_entry(registration) and not parties:
        yield f"{place_of(registration)}: it has no korrespondansepart."
    elif kind == INCOMING and "Avsender" not in parties:
        yield f"{place_of(registration)}: it is incoming, but has no Avsender."
    elif kind == OUTGOING and not parties & RECIPIENTS:
        yield f"{place_of(registration)}: it is outgoing, but has no Mottaker."


def missing_documents(registration):
    if is_obsolete(registration) or registration.units("dokumentbeskrivelse"):
        return
    yield f"{place_of(registration)}: it has no dokumentbeskrivelse."


def missing_write_off(registration):
    """No unanswered post in a closed case file (3.2.9, 3.4.5)."""
    awaits = registration.text("journalposttype") in {INCOMING, FOR_FOLLOW_UP}
    if awaits and not is_obsolete(registration) and not registration.units("avskrivning"):
        yield f"{place_of(registration)}: it is not written off (avskrivning)."


def answer_without_reference(registration):
    """What was answered by a letter says by which (3.4.7)."""
    for write_off in registration.units("avskrivning"):
        manner = write_off.text("avskrivningsmaate")
        if manner in ANSWERS and not write_off.text("referanseAvskrivesAvJournalpost"):
            yield f"{place_of(registration)}: {manner}, without referanseAvskrivesAvJournalpost."


def archived_before_created(registration):
    yield from _wrong_order(registration, "opprettetDato", registration, "arkivertDato")


def archived_after_closing(registration):
    yield from _wrong_order(registration, "arkivertDato", registration.within, "avsluttetDato")


def written_off_after_closing(registration):
    closed = registration.within.text("avsluttetDato")[:10]
    for write_off in registration.units("avskrivning"):
        day = write_off.text("avskrivningsdato")
        if closed and day[:10] > closed:
            place = place_of(registration)
            yield f"{place}: avskrivningsdato {day} is after the closing, {closed}."


def journaled_outside_period(registration, package):
    start, end = package.period
    day = registration.text("journaldato")
    if day and start and end and not start <= day[:10] <= end:
        yield f"{place_of(registration)}: journaldato {day} is not from {start} to {end}."


def _wrong_order(registration, first, unit, last):
    before, after = moment(registration.text(first)), moment(unit.text(last))
    if before and after and before > after:
        yield (
            f"{place_of(registration)}: {first} {registration.text(first)} is after "
            f"{last} {unit.text(last)}."
        )


# --- Its documents ------------------------------------------------------------------------


def unfinished_document(description):
    if (status := description.text("dokumentstatus")) != FINISHED:
        yield f"{place_of(description)}: dokumentstatus is {status!r}."


def missing_files(description):
    """Not of what is obsolete, disposed of, or on paper."""
    is_absent = (
        is_obsolete(description.within)
        or description.units("utfoertKassasjon")
        or description.text("dokumentmedium") == "Fysisk arkiv"
    )
    if not is_absent and not description.units("dokumentobjekt"):
        yield f"{place_of(description)}: it has no dokumentobjekt."


def files_that_should_be_gone(description):
    is_absent = is_obsolete(description.within) or description.units("utfoertKassasjon")
    if is_absent and description.units("dokumentobjekt"):
        yield f"{place_of(description)}: it is Utgår or disposed of, but has a dokumentobjekt."


def missing_variants(description):
    """A document of which parts are screened is there with them and without them (M503)."""
    variants = {each.text("variantformat") for each in description.units("dokumentobjekt")}
    screened = description.unit("skjerming").text("skjermingDokument")
    if not variants:
        return
    if screened == "Skjerming av deler av dokumentet" and REDACTED not in variants:
        yield f"{place_of(description)}: parts of it are screened, but no variant is without them."
    if ARCHIVED not in variants:
        yield f"{place_of(description)}: it has no dokumentobjekt in {ARCHIVED}."


def production_format(variant):
    if variant.text("variantformat") == PRODUCTION:
        yield f"{place_of(variant)}: its variantformat is {PRODUCTION}."


def misnamed_format(variant):
    """Arkade wants the file's extension; the PRONOM code stands in formatDetaljer."""
    _name, _dot, extension = variant.text("referanseDokumentfil").rpartition(".")
    if variant.text("format").lower() != extension.lower():
        yield f"{place_of(variant)}: format is {variant.text('format')!r}, not the extension."


def strange_conversion(variant):
    """What was converted became what lies there, of something else, and before the case file
    was closed (6.4.42, M712–M713, 3.2.8)."""
    for conversion in variant.units("konvertering"):
        place = place_of(variant)
        before, after = (
            conversion.text(f"konvertert{name}Format").lower() for name in ("Fra", "Til")
        )
        if after not in {variant.text("format").lower(), variant.text("formatDetaljer").lower()}:
            yield f"{place}: konvertertTilFormat {after!r} is not what format says."
        if before == after:
            yield f"{place}: it was converted from {before!r} to the same."
        converted = moment(conversion.text("konvertertDato"))
        case_file = variant.within.within.within
        closed = moment(case_file.text("avsluttetDato"))
        if converted and closed and converted > closed:
            yield f"{place}: konvertertDato is after the case file's avsluttetDato."
        created = moment(variant.within.text("opprettetDato"))
        if converted and created and converted < created:
            yield f"{place}: konvertertDato is before the document's own opprettetDato."
