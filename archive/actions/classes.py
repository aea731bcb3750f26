"""The filing plan: its classes, how long each is kept, and which one a case file stands in."""

from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive.actions.case_files import lock_journal, log_case_change
from archive.models import CaseFile, Classification, Fonds
from archive.models.rules import NOTHING
from archive.permissions import can_keep_archive
from archive.signature import signature
from archive.vocabulary import CaseStatus, DisposalDecision

RETENTION = {  # our field → Noark's element (annex 3)
    "disposal": "kassasjonsvedtak",
    "disposal_basis": "kassasjonshjemmel",
    "retention_years": "bevaringstid",
}


@action
def add_class(authority, *, parent=None, code, title, by):
    """Add a class to the filing plan, kept for good until something else is decided.

    Raises ActionRefused where the code is taken, where there is no filing plan yet, and
    under a class that holds case files: those stand on the lowest level (krav 2.4.4).
    """
    lock_journal(authority)
    require(can_keep_archive(by, authority))
    fonds = Fonds.objects.filter(authority=authority).select_related("filing_plan").first()
    if fonds is None:
        raise ActionRefused(
            _("There is no filing plan yet. It is made when the first consultation is published.")
        )
    if fonds.filing_plan.classes.filter(code=code).exists():
        raise ActionRefused(_("The code %(code)s is in use. Choose another.") % {"code": code})
    if parent is not None and parent.case_files.exists():
        raise ActionRefused(
            _("The class %(code)s holds case files, so it can have no classes under it.")
            % {"code": parent.code}
        )
    return Classification.objects.create(
        plan=fonds.filing_plan, parent=parent, code=code, title=title, created_by=signature(by)
    )


@action
def change_retention(klass, *, disposal, disposal_basis="", retention_years=None, by):
    """Decide how long the case files of a class are kept, and by which decision.

    It holds for all that stand in it and are not disposed of, closed ones too; the change log
    of each says so, for a date of disposal is a case file's, not its class's (M452).
    """
    authority = klass.plan.fonds.authority
    lock_journal(authority)  # nobody disposes of any by the old rule meanwhile
    require(can_keep_archive(by, authority))
    klass = Classification.objects.select_for_update().get(pk=klass.pk)
    if disposal != DisposalDecision.DISPOSED:
        disposal_basis, retention_years = "", None
    elif not (disposal_basis and retention_years):
        raise ActionRefused(_("Disposal needs a legal basis and a number of years."))
    new = {
        "disposal": disposal,
        "disposal_basis": disposal_basis,
        "retention_years": retention_years,
    }
    case_files = klass.case_files.filter(disposal=None)
    for case_file in case_files:
        _log_retention(case_file, _retention(klass), new, by=by)
    for name, value in new.items():
        setattr(klass, name, value)
    klass.save(update_fields=list(new))
    return klass


@action
def reclassify_case_file(case_file, klass, *, by):
    """Move an open case file to another class, with the retention that goes with it.

    Raises ActionRefused for one that is closed (krav 3.2.6), and where the class has others
    under it, or is not of this archive.
    """
    lock_journal(case_file.authority)
    require(can_keep_archive(by, case_file.authority_id))
    case_file = (
        CaseFile.objects.select_for_update(of=("self",))
        .select_related("classification", "series")
        .get(pk=case_file.pk)
    )
    old = case_file.classification
    klass = Classification.objects.select_related("plan").get(pk=klass.pk)  # as it is decided now
    if case_file.status == CaseStatus.CLOSED:
        raise ActionRefused(
            _("The case file %(id)s is closed. What is closed stays in its class.")
            % {"id": case_file.identifier}
        )
    if klass.plan.fonds_id != case_file.series.fonds_id or klass.children.exists():
        raise ActionRefused(_("A case file stands in one of the lowest classes of its archive."))
    if klass.pk == old.pk:
        raise ActionRefused(_("The case file stands in that class already."))
    log_case_change(case_file, "klasseID", old.code, klass.code, by=by)
    _log_retention(case_file, _retention(old), _retention(klass), by=by)
    case_file.classification = klass
    case_file.save(update_fields=["classification"])
    return case_file


def _retention(klass):
    return {name: getattr(klass, name) for name in RETENTION}


def _log_retention(case_file, old, new, *, by):
    for name, element in RETENTION.items():
        if old[name] != new[name]:
            log_case_change(case_file, element, old[name] or NOTHING, new[name] or NOTHING, by=by)
