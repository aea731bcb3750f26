"""The journals as files: tables of comma-separated values, and as printed on paper.

They say what the pages say, but for the names of private persons in the public journal: a file
can be searched by whoever has it, so a name stands in it only as long as it may be found.
"""

from datetime import date
from pathlib import Path

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.spreadsheets import BYTE_ORDER_MARK, csv_lines
from archive import pdf
from archive.journal_search import read_entries
from archive.public_journal import names_are_found_after, told

AT_A_TIME = 1000  # entries that are read together
PRINTED = 500  # entries in a PDF: some 25 sheets, and a second of a processor
TEMPLATE = Path(pdf.__file__).parent / "typst" / "journal.typ"
PRIVATE_PERSON = "Privatperson"  # in the place of a name, as words of the journal


def csv_of(asked):
    """The file, piece by piece: however long it is, little of it is held at a time."""
    row = row_maker(asked, day=date.isoformat)
    yield BYTE_ORDER_MARK + csv_lines([headings(asked)])
    after = ""
    while True:
        page = read_entries(asked, after=after, size=AT_A_TIME)
        yield csv_lines(row(entry) for entry in page.rows)
        after = page.next
        if not after:
            return


def pdf_of(asked, *, chosen):
    """The newest of what is asked for, as PDF/A. `chosen` says in words what that is."""
    page = read_entries(asked, size=PRINTED)
    row = row_maker(asked, day=_day)
    title = _("Running journal") if asked.is_inside else _("Public journal")
    return pdf.render_pdf(
        pdf.Page(
            title=f"{title} – {asked.authority.name}",
            language=get_language(),
            # The day's beginning: the file is the same for whoever asks on the same day.
            created_at=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0),
            facts=(
                (_("Period"), _period(asked, page.rows)),
                *([(_("Chosen"), ", ".join(chosen))] if chosen else []),
                (_("Entries"), str(len(page.rows))),
            ),
            body=_(
                "There are more entries than the %(number)s newest, which are printed here. "
                "Choose a shorter period, or one case, to print the others."
            )
            % {"number": PRINTED}
            if page.next
            else "",
            table=(tuple(headings(asked)), *(tuple(row(entry)) for entry in page.rows)),
            footer=f"{asked.authority.name} · {_day(timezone.localdate())}",
        ),
        TEMPLATE,
    )


def headings(asked):
    common = [
        _("Entry"),
        _("Journaled"),
        _("Document date"),
        _("Case"),
        _("Title"),
        _("From or to"),
        _("Kind"),
        _("Theme"),
        _("Exempt from access"),
    ]
    inside = [_("Status"), _("Case handler"), _("Written off")] if asked.is_inside else []
    return common + inside


def row_maker(asked, *, day):
    """The function that makes the row of an entry: texts, one for each heading. `day` writes a
    date."""
    if asked.is_inside:
        return lambda entry: _running_row(entry, day)
    names_after = names_are_found_after(timezone.localdate())
    return lambda entry: _public_row(told(entry), day, names_after)


def _public_row(line, day, names_after):
    entry = line.entry
    is_found = entry.journaled_on > names_after
    parties = [
        f"{party.kind}: {PRIVATE_PERSON if party.is_person and not is_found else party.name}"
        for party in line.parties
    ]
    replaced = " ".join(f"→ {each.identifier}" for each in line.corrections)
    return [
        *_numbers(entry, day),
        line.title or f"{entry.state.status} {replaced}",
        "\n".join(parties),
        line.kind,
        _listed(line.themes),
        line.legal_basis,
    ]


def _running_row(entry, day):
    state = entry.state
    return [
        *_numbers(entry, day),
        entry.title,
        "\n".join(f"{party.kind}: {party.name}" for party in entry.parties.all()),
        entry.kind,
        _listed(entry.keywords),
        state.legal_basis,
        state.status,
        state.case_handler,
        f"{state.write_off} {day(state.written_off_on)}" if state.written_off_on else "",
    ]


def _numbers(entry, day):
    return [
        entry.identifier,
        day(entry.journaled_on),
        day(entry.document_date),
        entry.registration_id,
    ]


def _listed(themes):
    return "; ".join(themes)


def _period(asked, entries):
    """The days that are asked for, or else those of the entries."""
    days = [entry.journaled_on for entry in entries]
    since, until = asked.since or min(days, default=None), asked.until or max(days, default=None)
    return " – ".join(_day(day) for day in (since, until) if day)


def _day(day):
    return date_format(day, "SHORT_DATE_FORMAT")
