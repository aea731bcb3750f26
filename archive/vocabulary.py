"""The words that Noark 5 allows, as the metadata catalogue spells them.

The values are Norwegian because they are what the standard prescribes: they are stored,
exported and shown as they stand here. M-numbers are the catalogue's.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseStatus(models.TextChoices):
    """Saksstatus, M052."""

    OPEN = "Under behandling"
    CLOSED = "Avsluttet"


class SeriesStatus(models.TextChoices):
    """Arkivdelstatus, M051."""

    ACTIVE = "Aktiv periode"
    CLOSED = "Avsluttet periode"


class EntryStatus(models.TextChoices):
    """Journalstatus, M053."""

    JOURNALED = "Journalført"
    DISPATCHED = "Ekspedert"
    ARCHIVED = "Arkivert"
    OBSOLETE = "Utgår"


FINAL = (EntryStatus.ARCHIVED, EntryStatus.OBSOLETE)  # not corrected or written off


class EntryKind(models.TextChoices):
    """Journalposttype, M082."""

    INCOMING = "Inngående dokument"
    OUTGOING = "Utgående dokument"
    INTERNAL_FOR_FOLLOW_UP = "Organinternt dokument for oppfølging"
    INTERNAL = "Organinternt dokument uten oppfølging"


class PartyKind(models.TextChoices):
    """Korrespondanseparttype, M087."""

    SENDER = "Avsender"
    RECIPIENT = "Mottaker"
    COPY_RECIPIENT = "Kopimottaker"
    GROUP_RECIPIENT = "Gruppemottaker"
    INTERNAL_SENDER = "Intern avsender"
    INTERNAL_RECIPIENT = "Intern mottaker"


class DocumentRole(models.TextChoices):
    """Tilknyttet registrering som, M217."""

    MAIN = "Hoveddokument"
    ATTACHMENT = "Vedlegg"


class Variant(models.TextChoices):
    """Variantformat, M700."""

    PRODUCTION = "Produksjonsformat"
    ARCHIVE = "Arkivformat"
    REDACTED = "Dokument hvor deler av innholdet er skjermet"


class WriteOff(models.TextChoices):
    """Avskrivningsmåte, M619."""

    ANSWERED_BY_LETTER = "Besvart med brev"
    ANSWERED_BY_EMAIL = "Besvart med e-post"
    ANSWERED_BY_PHONE = "Besvart på telefon"
    TAKEN_INTO_ACCOUNT = "Tatt til etterretning"
    NOTED = "Tatt til orientering"


class DisposalDecision(models.TextChoices):
    """Kassasjonsvedtak, M450."""

    KEPT = "Bevares"
    DISPOSED = "Kasseres"
    ASSESSED_LATER = "Vurderes senere"


class LegalBasis(models.TextChoices):
    """Skjermingshjemmel, M501: the provisions that may keep something from the public."""

    OFFL_13 = "offl. § 13, jf. fvl. § 13", _("Duty of secrecy: personal affairs")
    OFFL_13_BUSINESS = (
        "offl. § 13, jf. fvl. § 13 første ledd nr. 2",
        _("Duty of secrecy: trade secrets"),
    )
    OFFL_24 = "offl. § 24", _("Control measures, reports of offences")
    OFFL_26 = "offl. § 26", _("National identity numbers and the like")

    @classmethod
    def named(cls):
        """Choices that say which provision each is, and what it is about."""
        return [(each.value, f"{each.value}: {each.label}") for each in cls]


MASK = "*****"  # M025, krav 5.2.6: what stands in the place of a masked word
ERASED = "[slettet]"  # what stands in the place of what the law has had erased
ANONYMOUS = "Anonym"  # the name of a sender who gave none
UNASSIGNED = "Ufordelt"  # the case handler of an entry that nobody has yet
RESTRICTED = "Unntatt offentlighet"  # tilgangsrestriksjon, M500
SCREENED_SENDER = "Skjerming navn avsender"  # skjermingMetadata, M502
SCREENED_TITLE_WORDS = "Skjerming tittel registrering - utvalgte ord"  # skjermingMetadata, M502
SCREENED_DOCUMENT_TITLE = "Skjerming tittel dokumentbeskrivelse"  # M502
SCREENED_WHOLE = "Skjerming av hele dokumentet"  # skjermingDokument, M503
SCREENED_PARTS = "Skjerming av deler av dokumentet"  # skjermingDokument, M503
ELECTRONIC = "Elektronisk arkiv"  # dokumentmedium, M300
FINISHED = "Dokumentet er ferdigstilt"  # dokumentstatus, M054
