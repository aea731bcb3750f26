"""Handing an extraction over, and what its receiver says of it.

Nothing is sent from here: the archivist records what was done, and the receipt says what it
was by the digest of its manifest, which tells those of all other files.
"""

import hashlib

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.models import CaseFile, Delivery, Extraction, ExtractionStatus, JournalEntry
from archive.noark5.extraction import folder_of
from archive.omissions import LISTED
from archive.permissions import can_answer_for_archive
from archive.vocabulary import SeriesStatus

MANIFEST = "arkivuttrekk.xml"


@action
def record_delivery(extraction, *, receiver, reference="", delivered_at=None, by):
    """Record that an extraction was handed over: to whom, when, and by which reference.

    Raises ActionRefused where it is not done or was delivered already, and where its package
    can not be read here, for then nobody could say what was delivered.
    """
    extraction = Extraction.objects.select_for_update().get(pk=extraction.pk)
    require(can_answer_for_archive(by, extraction.authority_id))
    if Delivery.objects.filter(extraction=extraction).exists():
        raise ActionRefused(_("This extraction is recorded as delivered already."))
    if extraction.status != ExtractionStatus.DONE:
        raise ActionRefused(
            _("This extraction is “%(status)s”. Only one that is done can be delivered.")
            % {"status": extraction.get_status_display()}
        )
    if extraction.discarded_at:
        raise ActionRefused(
            _("The package here is deleted. Make a new extraction, and deliver that.")
        )
    held = held_by(extraction)
    days = JournalEntry.objects.filter(case_file__in=held).aggregate(
        first=Min("journaled_on"), last=Max("journaled_on")
    )
    return Delivery.objects.create(
        extraction=extraction,
        receiver=receiver,
        reference=reference,
        package=extraction.folder,
        manifest_sha256=_digest_of_manifest(extraction),
        case_files=held,
        first_day=days["first"],
        last_day=days["last"],
        delivered_at=delivered_at or timezone.now(),
        delivered_by=by,
    )


@action
def approve_delivery(delivery, *, approval, by):
    """Record that the receiver has approved what was delivered: who, when and where.

    From then on, what it held may be disposed of here. Recorded once, and never withdrawn.
    """
    delivery = Delivery.objects.select_for_update().select_related("extraction").get(pk=delivery.pk)
    require(can_answer_for_archive(by, delivery.extraction.authority_id))
    if delivery.approved_at:
        raise ActionRefused(_("The receiver's approval is recorded already."))
    delivery.approval, delivery.approved_by = approval, by
    delivery.approved_at = timezone.now()
    delivery.save(update_fields=["approval", "approved_by", "approved_at"])
    return delivery


def held_by(extraction):
    """The pks of the case files in it: closed in a period that was closed before it, and not
    among those that it says that it left out.

    What is closed stays so, and a period never gets more case files after its end. Where the
    list of those left out was cut off, only what comes before its end is known to be held.
    """
    left_out = {each["case_file"] for each in extraction.left_out}
    case_files = CaseFile.objects.closed().filter(
        authority=extraction.authority_id,
        series__status=SeriesStatus.CLOSED,
        series__closed_at__lte=extraction.requested_at,
    )
    held = [each for each in case_files if each.identifier not in left_out]
    if len(extraction.left_out) >= LISTED:
        year, number = map(int, extraction.left_out[-1]["case_file"].split("/"))
        held = [each for each in held if (each.year, each.number) < (year, number)]
    return [each.pk for each in held]


def _digest_of_manifest(extraction):
    try:
        return hashlib.sha256((folder_of(extraction) / MANIFEST).read_bytes()).hexdigest()
    except OSError as error:
        raise ActionRefused(
            _(
                "The package %(name)s can not be read here, so what was delivered can not be "
                "told by its digest. Put it back, or make a new extraction and deliver that."
            )
            % {"name": extraction.folder}
        ) from error
