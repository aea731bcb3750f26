"""endringslogg.xml: what changed about the units of arkivstruktur.xml (krav 6.4, annex 3)."""

from itertools import chain

from archive.models import Change
from archive.noark5.markup import XmlFile, branch, leaf
from archive.streaming import stream_named
from archive.vocabulary import SeriesStatus

CHANGE = {
    name: name for name in ("unit", "element", "old_value", "new_value", "changed_at", "changed_by")
}
NAMESPACE = "http://www.arkivverket.no/standarder/noark5/endringslogg"


def write_change_log(path, contents):
    """Write the file. Returns it, and how many changes it holds.

    It may refer only to what is in the structure (N5.62), and never is empty: a case file
    that is closed was closed.
    """
    changes = Change.objects.filter(case_file__in=contents.case_files).order_by("pk")
    count = 0
    with XmlFile(path, "endringslogg", NAMESPACE, "endringslogg.xsd") as file:
        for change in chain(stream_named(changes, CHANGE), map(_closing, contents.series)):
            file.write(_change(change))
            count += 1
    return file, count


def _closing(series):
    """The change that the row of a closed series tells of (not saved)."""
    return Change(
        unit=series.system_id,
        element="arkivdelstatus",
        old_value=SeriesStatus.ACTIVE,
        new_value=SeriesStatus.CLOSED,
        changed_at=series.closed_at,
        changed_by=series.closed_by,
    )


def _change(change):
    return branch(
        "endring",
        leaf("referanseArkivenhet", change.unit),
        leaf("referanseMetadata", change.element),
        leaf("endretDato", change.changed_at),
        leaf("endretAv", change.changed_by),
        leaf("tidligereVerdi", change.old_value),
        leaf("nyVerdi", change.new_value),
    )
