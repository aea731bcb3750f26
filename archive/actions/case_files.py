"""Opening and closing case files and the periods that they stand in."""

from itertools import islice

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import ActionRefused, action, require
from archive.legal_text import legal
from archive.models import (
    CaseFile,
    Change,
    Classification,
    ClassificationSystem,
    Conversion,
    ConversionStatus,
    EntryState,
    Fonds,
    Journal,
    Series,
)
from archive.permissions import can_keep_archive
from archive.signature import signature
from archive.vocabulary import CaseStatus, EntryStatus, SeriesStatus

BATCH = 1000  # rows written at a time; a case file may hold a million entries


def lock_journal(authority):
    """Lock the authority's journal, which orders everything that takes a number."""
    locked = Journal.objects.select_for_update().filter(authority=authority)
    return locked.first() or locked.get_or_create(authority=authority)[0]


@action
def open_case_file(authority, *, source, title, responsible, unit, description="", keywords=(), by):
    """Open the case file of `source`, or return the one that is open already.

    Makes the authority's fonds, filing plan and this year's series where they do not
    exist. `responsible` and `unit` are names in text.
    """
    lock_journal(authority)
    existing = CaseFile.objects.filter(authority=authority, source=source).first()
    if existing:
        return existing
    today = timezone.localdate()
    fonds = _fonds(authority, by)
    return CaseFile.objects.create(
        authority=authority,
        series=_active_series(fonds, today.year, by),
        classification=_hearings(fonds, by),
        source=source,
        year=today.year,
        number=next_number(CaseFile.objects.filter(authority=authority, year=today.year), "number"),
        opened_on=today,
        title=legal(title),
        description=legal(description),
        keywords=[legal(each) for each in keywords],
        responsible=legal(responsible),
        unit=legal(unit),
        created_by=signature(by),
    )


@action
def close_case_file(case_file, *, by):
    """Archive every entry and close the case file (Noark 5, krav 3.2.7–3.2.9).

    The caller has asked who may conclude the matter. Raises ActionRefused while an
    incoming entry waits to be written off, or a document for its archive format.
    """
    lock_journal(case_file.authority)
    case_file = CaseFile.objects.select_for_update().get(pk=case_file.pk)
    if case_file.status == CaseStatus.CLOSED:
        raise ActionRefused(
            _("The case file %(id)s is closed already.") % {"id": case_file.identifier}
        )
    states = EntryState.objects.filter(entry__case_file=case_file)
    waiting = states.not_written_off().count()
    if waiting:
        raise ActionRefused(
            ngettext(
                "%(count)s journal entry has not been handled. Handle it, then conclude.",
                "%(count)s journal entries have not been handled. Handle them, then conclude.",
                waiting,
            )
            % {"count": waiting}
        )
    _refuse_unconverted(case_file)
    now, who = timezone.now(), signature(by)
    to_archive = states.filter(status__in=[EntryStatus.JOURNALED, EntryStatus.DISPATCHED])
    rows = to_archive.values_list("entry_id", "entry__system_id", "status")
    changes = (
        Change(
            case_file=case_file,
            entry_id=entry,
            unit=unit,
            element="journalstatus",
            old_value=status,
            new_value=EntryStatus.ARCHIVED,
            changed_at=now,
            changed_by=who,
        )
        for entry, unit, status in rows.iterator(chunk_size=BATCH)
    )
    while batch := list(islice(changes, BATCH)):
        Change.objects.bulk_create(batch)
    to_archive.update(status=EntryStatus.ARCHIVED, archived_at=now, archived_by=who)
    log_case_change(case_file, "saksstatus", case_file.status, CaseStatus.CLOSED, by=by)
    case_file.status, case_file.closed_at, case_file.closed_by = CaseStatus.CLOSED, now, who
    case_file.save(update_fields=["status", "closed_at", "closed_by"])
    return case_file


def _refuse_unconverted(case_file):
    """All documents of a closed case file are in an archive format (krav 3.2.8)."""
    unsettled = Conversion.objects.unsettled().filter(document__entry__case_file=case_file)
    counted = dict(unsettled.values_list("status").annotate(Count("pk")))
    if not counted:
        return
    waiting = counted.get(ConversionStatus.WAITING, 0)
    failed = counted.get(ConversionStatus.FAILED, 0)
    raise ActionRefused(
        _(
            "Not all files are in a format that can be archived: %(waiting)s wait to be "
            "converted, and %(failed)s could not be. The archivist sees them under "
            "“Conversions” and settles those that fail. Then conclude."
        )
        % {"waiting": waiting, "failed": failed}
    )


@action
def close_series(series, *, by):
    """Close a period. Its open case files move on to the next one (periodisering)."""
    authority = series.fonds.authority
    lock_journal(authority)
    series = Series.objects.select_for_update().get(pk=series.pk)
    require(can_keep_archive(by, authority))
    if series.status == SeriesStatus.CLOSED:
        raise ActionRefused(
            _("The period “%(title)s” is closed already.") % {"title": series.title}
        )
    series.status, series.closed_at, series.closed_by = (
        SeriesStatus.CLOSED,
        timezone.now(),
        signature(by),
    )
    series.save(update_fields=["status", "closed_at", "closed_by"])
    still_open = CaseFile.objects.filter(series=series, status=CaseStatus.OPEN)
    if still_open:
        successor = _active_series(series.fonds, series.year, by)
        for case_file in still_open:
            log_case_change(
                case_file, "referanseArkivdel", series.system_id, successor.system_id, by=by
            )
            case_file.series = successor
            case_file.save(update_fields=["series"])
        series.successor = successor
        series.save(update_fields=["successor"])
    return series


def next_number(rows, field):
    """One more than the highest so far; 1 where there is none. Hold `lock_journal`.

    A unique index ends with `field`, so this is one look-up however many rows there are.
    """
    return (rows.aggregate(highest=Max(field))["highest"] or 0) + 1


def log_case_change(case_file, element, old, new, *, by):
    """Write one row of the change log about a case file."""
    return Change.objects.create(
        case_file=case_file,
        unit=case_file.system_id,
        element=element,
        old_value=str(old),
        new_value=str(new),
        changed_by=signature(by),
    )


def _fonds(authority, by):
    fonds, _is_new = Fonds.objects.get_or_create(
        authority=authority,
        defaults={
            "title": f"{authority.name}s sakarkiv, høringer",
            "created_by": signature(by),
        },
    )
    return fonds


def _active_series(fonds, year, by):
    series, _is_new = Series.objects.get_or_create(
        fonds=fonds,
        year=year,
        status=SeriesStatus.ACTIVE,
        defaults={
            "title": _series_title(fonds, year),
            "created_by": signature(by),
        },
    )
    return series


def _series_title(fonds, year):
    earlier = Series.objects.filter(fonds=fonds, year=year).count()
    return f"Høringer {year}" + (f", del {earlier + 1}" if earlier else "")


def _hearings(fonds, by):
    """The class of all consultations: by function, as the standard wants (2.4.4)."""
    plan, is_new = ClassificationSystem.objects.get_or_create(
        fonds=fonds,
        defaults={"title": "Funksjonsbasert arkivnøkkel", "created_by": signature(by)},
    )
    if is_new:
        top = Classification.objects.create(
            plan=plan, code="3", title="Regelverk og utredning", created_by=signature(by)
        )
        Classification.objects.create(
            plan=plan, parent=top, code="31", title="Egne høringer", created_by=signature(by)
        )
    return plan.classes.get(code="31")
