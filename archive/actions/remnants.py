"""Packages made before an erasure, which still hold what was erased in the record.

They are named to those who decide on it, and stand on the archivist's desk until somebody has
seen to each. What was handed over or downloaded is out of our reach: a person must ask for it.
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.deliveries import held_by
from archive.actions.entries import origin
from archive.models import UNDER_WAY, Extraction, JournalEntry, Remnant
from archive.permissions import can_answer_for_archive


def packages_holding(entry, *, names):
    """The extractions whose packages hold an entry, begun ones too: what those see of the record
    may be of the moment before.

    The journals of a package name the parties of every entry of its days, those of open case
    files too: with `names` such a package holds what is asked for.
    """
    entries = list(
        JournalEntry.objects.filter(
            Q(source=origin(entry.source)) | Q(source__startswith=f"{origin(entry.source)}+"),
            authority=entry.authority_id,
        )
    )
    extractions = (
        Extraction.objects.filter(authority=entry.authority_id, discarded_at=None)
        .exclude(~Q(status__in=UNDER_WAY), folder="")
        .select_related("delivery")
        .prefetch_related("downloads__downloaded_by")
    )
    return [each for each in extractions if _holds(each, entry.case_file_id, entries, names)]


def _holds(extraction, case_file, entries, names):
    held = held_by(extraction)
    if case_file in held or not names:
        return case_file in held
    days = JournalEntry.objects.filter(case_file__in=held).values_list("journaled_on", flat=True)
    first, last = days.order_by("journaled_on").first(), days.order_by("journaled_on").last()
    made_at = extraction.finished_at or timezone.now()
    return first is not None and any(
        first <= entry.journaled_on <= last and entry.created_at <= made_at for entry in entries
    )


def note_remnants(erasure):
    """Write down the packages that hold what an erasure takes."""
    found = packages_holding(erasure.entry, names=bool(erasure.parties))
    Remnant.objects.bulk_create(Remnant(erasure=erasure, extraction=each) for each in found)


@action
def settle_remnant(remnant, *, remedy, by):
    """Record what was done about a package that holds what was erased: once, and for good.

    Raises ActionRefused where it is not said, and where it was settled already.
    """
    remnant = Remnant.objects.select_for_update().select_related("erasure").get(pk=remnant.pk)
    require(can_answer_for_archive(by, remnant.erasure.authority_id))
    if remnant.settled_at:
        raise ActionRefused(_("Somebody has marked it as dealt with already."))
    if not remedy.strip():
        raise ActionRefused(
            _("Say what was done about the package: who was told, and what they answered.")
        )
    remnant.remedy, remnant.settled_at, remnant.settled_by = remedy.strip(), timezone.now(), by
    remnant.save(update_fields=["remedy", "settled_at", "settled_by"])
    return remnant
