"""The filing plan: adding a class, deciding how long it is kept, and moving a case file."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.roles import Role
from archive.actions import add_class, change_retention, close_case_file, reclassify_case_file
from archive.models import CaseFile, Change, Classification
from archive.vocabulary import DisposalDecision
from tests import factories
from tests.archive import records
from tests.presses import denied, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DISPOSED = {
    "disposal": DisposalDecision.DISPOSED,
    "disposal_basis": "Vedtak 2026/1",
    "retention_years": 5,
}


@pytest.fixture
def case_file():
    return records.case_file()


@pytest.fixture
def archivist(case_file):
    return factories.official(case_file.authority, Role.ARCHIVIST, name="Arne Arkivar")


@pytest.fixture
def klass(case_file, archivist):
    """One beside that of the case file, on the lowest level too."""
    top = case_file.classification.parent
    return add_class(case_file.authority, parent=top, code="32", title="Andres", by=archivist)


def logged(case_file):
    rows = Change.objects.filter(case_file=case_file).order_by("pk")
    return list(rows.values_list("unit", "element", "old_value", "new_value", "changed_by"))


def test_add_class_records_who_and_keeps_for_good(klass, case_file):
    assert (klass.plan, klass.parent.code) == (case_file.classification.plan, "3")
    assert (klass.created_by, klass.disposal) == ("Arne Arkivar", DisposalDecision.KEPT)


def test_add_class_is_refused_for_a_code_in_use_and_under_one_with_case_files(case_file):
    with refused("31"):
        add_class(case_file.authority, code="31", title="En til", by=None)
    with refused("holds case files"):
        add_class(
            case_file.authority, parent=case_file.classification, code="311", title="Ny", by=None
        )


def test_add_class_is_refused_before_there_is_a_filing_plan():
    without = factories.authority()

    with refused("no filing plan"):
        add_class(without, code="4", title="Ny", by=None)


def test_the_filing_plan_is_for_the_archivist_alone(case_file, klass):
    for person in factories.everyone_but(case_file.authority, Role.ARCHIVIST):
        with denied():
            add_class(case_file.authority, code="4", title="Ny", by=person)
        with denied():
            change_retention(klass, **DISPOSED, by=person)
        with denied():
            reclassify_case_file(case_file, klass, by=person)


def test_change_retention_is_logged_for_each_case_file_closed_or_open(case_file, archivist):
    closed = records.case_file(case_file.authority)
    close_case_file(closed, by=None)

    change_retention(case_file.classification, **DISPOSED, by=archivist)

    assert logged(case_file) == [
        (case_file.system_id, "kassasjonsvedtak", "Bevares", "Kasseres", "Arne Arkivar"),
        (case_file.system_id, "kassasjonshjemmel", "(ingen)", "Vedtak 2026/1", "Arne Arkivar"),
        (case_file.system_id, "bevaringstid", "(ingen)", "5", "Arne Arkivar"),
    ]
    assert [element for _unit, element, *_ in logged(closed)][-1] == "bevaringstid"


def test_change_retention_to_kept_forgets_years_and_basis(case_file):
    change_retention(case_file.classification, **DISPOSED, by=None)

    klass = change_retention(
        case_file.classification, **(DISPOSED | {"disposal": DisposalDecision.KEPT}), by=None
    )

    assert (klass.retention_years, klass.disposal_basis) == (None, "")


def test_change_retention_is_refused_without_basis_and_years(case_file):
    with refused("legal basis"):
        change_retention(case_file.classification, disposal=DisposalDecision.DISPOSED, by=None)


def test_date_of_disposal_counts_from_the_closing(case_file):
    change_retention(case_file.classification, **DISPOSED, by=None)
    with time_machine.travel(datetime(2032, 2, 29, 12, tzinfo=UTC)):
        close_case_file(case_file, by=None)

    assert CaseFile.objects.get().disposal_due_on == date(2037, 3, 1)


def test_reclassify_moves_an_open_case_file_and_logs_its_retention(case_file, klass, archivist):
    change_retention(klass, **DISPOSED, by=None)

    moved = reclassify_case_file(case_file, klass, by=archivist)

    assert moved.classification == klass
    assert [(element, new) for _unit, element, _old, new, _by in logged(case_file)] == [
        ("klasseID", "32"),
        ("kassasjonsvedtak", "Kasseres"),
        ("kassasjonshjemmel", "Vedtak 2026/1"),
        ("bevaringstid", "5"),
    ]


def test_reclassify_is_refused_for_what_is_closed_and_for_classes_that_hold_none(case_file, klass):
    top = case_file.classification.parent
    other = records.case_file(factories.authority()).classification

    for wrong in (top, other):
        with refused("lowest classes"):
            reclassify_case_file(case_file, wrong, by=None)
    with refused("already"):
        reclassify_case_file(case_file, case_file.classification, by=None)
    close_case_file(case_file, by=None)
    with refused(case_file.identifier, "closed"):
        reclassify_case_file(case_file, klass, by=None)
    assert Classification.objects.get(pk=klass.pk).case_files.count() == 0
