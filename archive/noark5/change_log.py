"""endringslogg.xml: what changed about the units of arkivstruktur.xml (krav 6.4, annex 3)."""

from archive.models import Change
from archive.noark5.markup import XmlFile, branch, leaf
from archive.streaming import stream_named
from archive.vocabulary import SeriesStatus

COLUMNS = ("pk", "unit", "element", "old_value", "new_value", "changed_at", "changed_by")
CHANGE = {name: name for name in COLUMNS}
NAMESPACE = "http://www.arkivverket.no/standarder/noark5/endringslogg"


def write_change_log(path, work):
    """Write the file. Returns what it holds.

    It may refer only to what is in the structure (N5.62), and never is empty: a case file
    that is closed was closed.
    """
    bookmark, contents = work.bookmark, work.contents
    if whole := bookmark.whole(path.name):
        return whole
    last, count = bookmark.place(path.name) or (0, 0)
    kept = bookmark.kept(path.name)
    with XmlFile(path, "endringslogg", NAMESPACE, "endringslogg.xsd", kept=kept) as file:
        file.go_on()
        for change in stream_named(contents.changes.filter(pk__gt=last).order_by("pk"), CHANGE):
            file.write(_change(change))
            count += 1
            work.progress.look(count)
            work.turn([file], (change.pk, count))
        for series in contents.series:
            file.write(_change(_closing(series)))
    bookmark.finish(file, work.counted(), changes=count + len(contents.series))
    return bookmark.whole(path.name)


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
