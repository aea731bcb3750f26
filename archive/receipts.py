"""The receipt for an extraction that was delivered: what it was, told so that it can be proved."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.pdf import Page, render_pdf


def delivery_facts(delivery):
    """(name, value) of all that a receipt tells, in the language of the reader."""
    extraction = delivery.extraction
    first, last = (
        date_format(day, "DATE_FORMAT") for day in (delivery.first_day, delivery.last_day)
    )
    facts = [
        (_("Delivered by"), extraction.authority.name),
        (_("Organisation number"), extraction.authority.organisation_number),
        (_("Receiver"), delivery.receiver),
        (_("The receiver's reference"), delivery.reference),
        (_("Delivered on"), _day(delivery.delivered_at)),
        (_("Recorded by"), str(delivery.delivered_by)),
        (_("Package"), delivery.package),
        (_("SHA-256 of arkivuttrekk.xml"), delivery.manifest_sha256),
        (_("SHA-256 of the tar file"), extraction.archive_sha256),
        (_("Journaled"), f"{first} – {last}"),
        (_("Case files"), str(extraction.case_files)),
        (_("Entries"), str(extraction.entries_done)),
        (_("Documents"), str(extraction.documents)),
    ]
    if delivery.approved_at:
        facts += [
            (_("The receiver's approval"), delivery.approval),
            (_("Approval recorded"), _signed(delivery.approved_at, delivery.approved_by)),
        ]
    if delivery.discarded_at:
        facts.append(
            (
                _("The package here deleted"),
                f"{_day(delivery.discarded_at)}, {delivery.discarded_by}",
            )
        )
    return [(name, value) for name, value in facts if value]


def delivery_pdf(delivery):
    """The same as a PDF/A, to be kept with the letter to the receiver."""
    return render_pdf(
        Page(
            title=_("Receipt for a delivered extraction"),
            language=get_language() or "nb",
            created_at=delivery.approved_at or delivery.delivered_at,
            facts=tuple(delivery_facts(delivery)),
            body=_(
                "The digest of arkivuttrekk.xml proves the whole package: that file holds the "
                "digest of each XML file, and arkivstruktur.xml that of each document."
            ),
        )
    )


def _day(moment):
    return date_format(timezone.localdate(moment), "DATE_FORMAT")


def _signed(moment, person):
    return f"{_day(moment)}, {person}"
