"""Assessing what is kept from the public: one entry, or many of which nothing is."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.roles import Role
from archive.actions import (
    add_redacted_variant,
    assess_as_public,
    assess_entry,
    close_case_file,
    correct_entry,
    mark_obsolete,
    screen_entry,
    write_off_entry,
)
from archive.models import Change, EntryState
from archive.vocabulary import SCREENED_PARTS, SCREENED_WHOLE, EntryStatus, LegalBasis, WriteOff
from tests import factories
from tests.archive import records
from tests.presses import denied, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
WHOLE = {"legal_basis": LegalBasis.OFFL_13, "document": SCREENED_WHOLE}


@pytest.fixture
def entry():
    return records.entry(records.case_file())


@pytest.fixture
def archivist(entry):
    return factories.official(entry.authority, Role.ARCHIVIST, name="Arne Arkivar")


def test_assess_entry_sets_the_period_from_the_documents_date_and_logs_it(entry, archivist):
    state = assess_entry(entry, **WHOLE, years=60, by=archivist)

    assert (state.screening_years, state.screening_ends_on) == (60, date(2085, 5, 5))
    assert state.assessed_on == timezone.localdate()
    changes = dict(Change.objects.filter(entry=entry).values_list("element", "new_value"))
    assert changes["skjermingsvarighet"] == "60"
    assert changes["skjermingOpphoererDato"] == "2085-05-05"
    assert set(Change.objects.values_list("changed_by", flat=True)) == {"Arne Arkivar"}


def test_assess_entry_without_a_basis_lifts_the_screening_and_its_period(entry):
    assess_entry(entry, **WHOLE, years=60, by=None)

    state = assess_entry(entry, legal_basis="", years=60, by=None)

    assert (state.legal_basis, state.screened_document) == ("", "")
    assert (state.screening_years, state.screening_ends_on) == (None, None)


def test_assess_entry_is_refused_for_parts_that_no_variant_leaves_out(entry):
    parts = {"legal_basis": LegalBasis.OFFL_13, "document": SCREENED_PARTS}

    with refused("redacting"):
        assess_entry(entry, **parts, by=None)
    add_redacted_variant(entry, records.page(body="Sladdet."))

    assert assess_entry(entry, **parts, by=None).screened_document == SCREENED_PARTS


def test_assessing_is_refused_for_what_is_obsolete_and_not_for_what_is_archived(entry):
    obsolete = records.entry(entry.case_file)
    mark_obsolete(obsolete, reason="Feil.", by=None)
    write_off_entry(entry, WriteOff.NOTED, by=None)
    close_case_file(entry.case_file, by=None)

    with refused(obsolete.identifier):
        assess_entry(obsolete, **WHOLE, by=None)
    with refused(obsolete.identifier):
        assess_as_public([entry, obsolete], by=None)
    assert assess_entry(entry, **WHOLE, by=None).status == EntryStatus.ARCHIVED


def test_assessing_is_for_the_archivist_alone(entry):
    for person in factories.everyone_but(entry.authority, Role.ARCHIVIST):
        with denied():
            assess_entry(entry, **WHOLE, by=person)
        with denied():
            assess_as_public([entry], by=person)


def test_a_moderators_decision_keeps_the_period_while_the_basis_stays(entry):
    assess_entry(entry, **WHOLE, years=60, by=None)

    same = screen_entry(entry, **WHOLE, sender=True, by=None)
    assert same.screening_years == 60
    other = screen_entry(entry, legal_basis=LegalBasis.OFFL_24, sender=True, by=None)

    assert (other.screening_years, other.screening_ends_on) == (None, None)


def test_assess_as_public_marks_all_and_logs_each(entry, archivist):
    second = records.entry(entry.case_file)

    assess_as_public([entry, second], by=archivist)

    assert not EntryState.objects.not_assessed().exists()
    rows = Change.objects.values_list("element", "old_value", "changed_by")
    assert set(rows) == {("offentlighetsvurdertDato", "(ingen)", "Arne Arkivar")}
    assert rows.count() == 2


def test_assess_as_public_takes_all_or_none_where_one_was_assessed_meanwhile(entry):
    second = records.entry(entry.case_file)
    assess_entry(second, **WHOLE, by=None)

    with refused(second.identifier, "meanwhile"):
        assess_as_public([entry, second], by=None)


def test_a_period_that_is_over_lifts_nothing_and_is_told_of(entry):
    young = records.entry(entry.case_file, document_date=timezone.localdate())
    for each in (entry, young):  # the one is of May 2025
        assess_entry(each, **WHOLE, years=1, by=None)

    state = EntryState.objects.screened_too_long().get()

    assert (state.entry, state.legal_basis) == (entry, LegalBasis.OFFL_13)


def test_a_correction_has_the_period_too(entry):
    assess_entry(entry, **WHOLE, years=60, by=None)

    correction = correct_entry(entry, title="Rettet", reason="Feil.", by=None)

    state = EntryState.objects.get(entry=correction)
    assert (state.screening_years, state.screening_ends_on) == (60, date(2085, 5, 5))


# --- Words of the title -------------------------------------------------------------------

TITLE = "Klage fra Nora Prøve-Hansen, sykehuset og Nora"
WORDS = {"legal_basis": LegalBasis.OFFL_13, "title_words": ["NORA", "prøve-hansen"]}
MASKED = "Klage fra ***** ***** sykehuset og *****"


@pytest.fixture
def titled(entry):
    return records.entry(entry.case_file, title=TITLE)


def test_assess_entry_masks_words_of_the_title_wherever_they_stand_and_logs_it(titled, archivist):
    state = assess_entry(titled, **WORDS, sender=True, by=archivist)

    assert state.public_title == MASKED
    changes = dict(Change.objects.filter(entry=titled).values_list("element", "new_value"))
    assert changes["offentligTittel"] == MASKED
    assert changes["skjermingMetadata"] == (
        "Skjerming navn avsender; Skjerming tittel registrering - utvalgte ord"
    )
    assert set(Change.objects.values_list("changed_by", flat=True)) == {"Arne Arkivar"}
    assert assess_entry(titled, legal_basis="", by=None).public_title == ""


def test_assess_entry_is_refused_for_a_word_that_the_title_does_not_have(titled):
    with refused("Klage fra Nora"):
        assess_entry(titled, legal_basis=LegalBasis.OFFL_13, title_words=["Hans"], by=None)

    assert EntryState.objects.get(entry=titled).assessed_on is None


def test_a_moderators_decision_takes_no_word_of_the_title_back(titled):
    assess_entry(titled, **WORDS, years=60, by=None)

    state = screen_entry(titled, legal_basis="", by=None)

    assert (state.public_title, state.legal_basis) == (MASKED, LegalBasis.OFFL_13)
    assert (state.is_sender_screened, state.screened_document) == (False, "")
    assert state.screening_years == 60


def test_a_correction_shows_no_word_that_was_not_shown_before(titled):
    assess_entry(titled, **WORDS, by=None)

    correction = correct_entry(titled, title="Klage fra Norah og sykehuset", reason="N.", by=None)

    state = EntryState.objects.get(entry=correction)
    assert state.public_title == "Klage fra ***** og sykehuset"


@pytest.mark.parametrize(
    "public_title",
    [
        TITLE,
        "Klage fra ***** ***** sykehuset",
        "Klage til ***** ***** sykehuset og *****",
        f"{MASKED} nok",
    ],
)
def test_public_title_is_the_title_with_words_masked(titled, public_title):
    state = assess_entry(titled, **WORDS, by=None)
    state.public_title = public_title
    Change.objects.create(
        case_file=titled.case_file,
        entry=titled,
        unit=titled.system_id,
        element="offentligTittel",
        old_value=MASKED,
        new_value=public_title,
        changed_by="Arne Arkivar",
    )

    with pytest.raises(IntegrityError, match="public_title_is_the_title_with_words_masked"):
        state.save(update_fields=["public_title"])
