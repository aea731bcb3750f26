"""What must hold of the record before it is written out: asked first, in a few questions.

The database sees to all of this while the journal runs. An extraction does not mend what was
done behind its back; it names the first place, and is refused.
"""

from django.db.models import Count, F, Max
from django.utils.translation import gettext as _

from archive.models import ArchivedDocument, ConversionStatus, EntryState, JournalEntry
from archive.noark5.documents import ExtractionFailed
from archive.vocabulary import FINAL, EntryStatus

FORMATS = {  # RAF § 5-17, as far as the product takes them
    "pdf",
    "txt",
    "png",
    "jpg",
    "jpeg",
    "tif",
    "tiff",
}
SETTLED_FORMATS = {"docx", "odt"}  # which a receiver may take: only where an archivist has said so


def refuse_unsound(contents):
    """Raises ExtractionFailed: what is wrong, where, and what to do about it."""
    _refuse_gaps(contents)
    _refuse_open_entries(contents)
    _refuse_unwritten_off(contents)
    _refuse_strange_formats(contents)


def _refuse_gaps(contents):
    """Each year's numbers, and each case file's, go from 1 to the last."""
    journal = JournalEntry.objects.filter(authority=contents.authority)
    for rows, place, number in (
        (journal.filter(year__range=(contents.start.year, contents.end.year)), "year", "number"),
        (contents.entries, "case_file", "case_number"),
    ):
        counted = rows.values(place).annotate(last=Max(number), found=Count("pk"))
        for gap in counted.exclude(last=F("found")).order_by(place)[:1]:
            there = rows.filter(**{place: gap[place]}).order_by(number).values_list(number)
            missing = next(
                wanted
                for wanted, (found,) in enumerate(there.iterator(), start=1)
                if found != wanted
            )
            raise ExtractionFailed(
                _(
                    "The numbers have a gap: %(place)s has no entry %(number)s. The journal is "
                    "not as it was written. Run verify_journal, restore the database from the "
                    "backup, then let the extraction go on."
                )
                % {"place": _name(contents, place, gap[place]), "number": missing}
            )


def _name(contents, place, value):
    if place == "year":
        return _("the journal of %(year)s") % {"year": value}
    return _("case file %(id)s") % {"id": contents.case_files.get(pk=value).identifier}


def _refuse_open_entries(contents):
    states = EntryState.objects.filter(entry__case_file__in=contents.case_files)
    for state in _first(states.exclude(status__in=FINAL)):
        raise ExtractionFailed(
            _(
                "Entry %(entry)s in the closed case file %(case_file)s is “%(status)s”, not "
                "“Arkivert” or “Utgår”. Nothing in a closed case file may be open. Find out how "
                "it became so, archive it, then let the extraction go on."
            )
            % {
                "entry": state.entry.identifier,
                "case_file": state.entry.case_file.identifier,
                "status": state.status,
            }
        )


def _refuse_unwritten_off(contents):
    states = EntryState.objects.filter(entry__case_file__in=contents.case_files)
    for state in _first(states.not_written_off()):
        raise ExtractionFailed(
            _(
                "Entry %(entry)s in the closed case file %(case_file)s is not written off. Write "
                "it off, then let the extraction go on."
            )
            % {
                "entry": state.entry.identifier,
                "case_file": state.entry.case_file.identifier,
            }
        )


def _first(states):
    return states.select_related("entry__case_file").order_by("entry")[:1]


def _refuse_strange_formats(contents):
    documents = ArchivedDocument.objects.filter(
        entry__case_file__in=contents.case_files, erasure=None, conversions=None
    ).exclude(entry__state__status=EntryStatus.OBSOLETE)
    strange = documents.exclude(format__in=FORMATS).exclude(
        format__in=SETTLED_FORMATS, conversion__status=ConversionStatus.SETTLED
    )
    for document in strange.select_related("entry__case_file").order_by("pk")[:1]:
        raise ExtractionFailed(
            _(
                "Document %(number)s of entry %(entry)s (“%(title)s”) is of the format "
                "%(format)s, which is no archive format. Convert it, or settle it with the "
                "receiver, then let the extraction go on."
            )
            % {
                "number": document.number,
                "entry": document.entry.identifier,
                "title": document.title,
                "format": document.format,
            }
        )
