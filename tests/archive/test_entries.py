from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.roles import Role
from accounts.rules import ActionRefused
from archive.actions import (
    add_redacted_variant,
    close_case_file,
    correct_entry,
    current_entry,
    mark_obsolete,
    route_entry,
    screen_entry,
    write_off_entry,
)
from archive.models import Change, EntryState, JournalEntry
from archive.verify import verify_chain
from archive.vocabulary import (
    SCREENED_PARTS,
    SCREENED_WHOLE,
    EntryKind,
    EntryStatus,
    LegalBasis,
    PartyKind,
    Variant,
    WriteOff,
)
from tests import factories
from tests.archive import records

pytestmark = pytest.mark.django_db

CHANGES = {
    "route": lambda entry, by: route_entry(entry, case_handler="Siri", unit="Avd", by=by),
    "write off": lambda entry, by: write_off_entry(entry, WriteOff.NOTED, by=by),
    "screen": lambda entry, by: screen_entry(
        entry, legal_basis=LegalBasis.OFFL_13, sender=True, document=SCREENED_WHOLE, by=by
    ),
    "mark obsolete": lambda entry, by: mark_obsolete(entry, reason="Feil.", by=by),
    "correct": lambda entry, by: correct_entry(entry, title="Rettet", reason="Feil.", by=by),
}


@pytest.fixture
def entry():
    return records.entry(records.case_file())


@pytest.fixture
def archivist(entry):
    return factories.official(entry.authority, Role.ARCHIVIST, name="Arne Arkivar")


def logged(entry):
    changes = Change.objects.filter(entry=entry).order_by("pk")
    return list(changes.values_list("element", "old_value", "new_value", "changed_by"))


def snapshot():
    states = EntryState.objects.order_by("pk").values()
    return list(states), Change.objects.count(), JournalEntry.objects.count()


def test_route_entry_says_whose_desk_it_is_on_and_logs_it(entry, archivist):
    route_entry(entry, case_handler="Siri Saksbehandler", unit="Ny avdeling", by=archivist)

    state = EntryState.objects.get(entry=entry)
    assert (state.case_handler, state.unit) == ("Siri Saksbehandler", "Ny avdeling")
    assert logged(entry) == [
        ("saksbehandler", "Ufordelt", "Siri Saksbehandler", "Arne Arkivar"),
        ("administrativEnhet", "Prøveavdelingen", "Ny avdeling", "Arne Arkivar"),
    ]


def test_route_entry_to_the_desk_it_is_on_logs_nothing(entry):
    route_entry(entry, case_handler="Siri", unit="Prøveavdelingen", by=None)
    route_entry(entry, case_handler="Siri", unit="Prøveavdelingen", by=None)

    assert len(logged(entry)) == 1


def test_write_off_entry_records_who_and_when_and_logs_it(entry, archivist):
    write_off_entry(entry, WriteOff.NOTED, by=archivist)

    state = EntryState.objects.get(entry=entry)
    assert (state.write_off, state.written_off_by) == (WriteOff.NOTED, "Arne Arkivar")
    assert state.written_off_on == timezone.localdate()
    assert logged(entry) == [
        ("avskrivningsmaate", "(ingen)", "Tatt til orientering", "Arne Arkivar")
    ]


def test_write_off_entry_is_refused_for_what_did_not_come_in(entry):
    letter = records.entry(entry.case_file, kind=EntryKind.OUTGOING)

    with pytest.raises(ActionRefused):
        write_off_entry(letter, WriteOff.NOTED, by=None)

    assert not EntryState.objects.get(entry=letter).write_off


def test_write_off_entry_is_refused_when_it_is_written_off(entry):
    write_off_entry(entry, WriteOff.NOTED, by=None)
    before = snapshot()

    with pytest.raises(ActionRefused, match=entry.identifier):
        write_off_entry(entry, WriteOff.TAKEN_INTO_ACCOUNT, by=None)

    assert snapshot() == before


def test_screen_entry_keeps_it_from_the_public_and_logs_it(entry, archivist):
    screen_entry(
        entry, legal_basis=LegalBasis.OFFL_13, sender=True, document=SCREENED_WHOLE, by=archivist
    )

    state = EntryState.objects.get(entry=entry)
    assert (state.legal_basis, state.is_sender_screened) == (LegalBasis.OFFL_13, True)
    assert (state.screened_document, state.assessed_on) == (SCREENED_WHOLE, timezone.localdate())
    assert [(element, new) for element, _old, new, _by in logged(entry)] == [
        ("skjermingshjemmel", "offl. § 13, jf. fvl. § 13"),
        ("skjermingDokument", "Skjerming av hele dokumentet"),
        ("offentlighetsvurdertDato", str(timezone.localdate())),
        ("skjermingMetadata", "Skjerming navn avsender"),
    ]


def test_screen_entry_without_a_legal_basis_screens_nothing(entry):
    screen_entry(entry, legal_basis=LegalBasis.OFFL_13, sender=True, document="", by=None)

    screen_entry(entry, legal_basis="", sender=True, document=SCREENED_WHOLE, by=None)

    state = EntryState.objects.get(entry=entry)
    assert (state.legal_basis, state.is_sender_screened) == ("", False)
    assert state.screened_document == ""
    assert logged(entry)[-1][:3] == ("skjermingMetadata", "Skjerming navn avsender", "(ingen)")


def test_correct_entry_makes_it_obsolete_and_the_new_one_refers_to_it(entry, archivist):
    route_entry(entry, case_handler="Siri", unit="Prøveavdelingen", by=None)
    write_off_entry(entry, WriteOff.NOTED, by=None)

    correction = correct_entry(
        entry, sender_name="Nora Rettet", reason="Navnet var feil.", by=archivist
    )

    old, new = EntryState.objects.get(entry=entry), EntryState.objects.get(entry=correction)
    assert (old.status, old.remark) == (EntryStatus.OBSOLETE, "Navnet var feil.")
    assert logged(entry)[-1] == ("journalstatus", "Journalført", "Utgår", "Arne Arkivar")
    assert correction.corrects == entry
    assert (correction.number, correction.created_by) == (entry.number + 1, "Arne Arkivar")
    assert correction.title == entry.title
    assert correction.parties.get().name == "Nora Rettet"
    assert (new.status, new.case_handler) == (EntryStatus.JOURNALED, "Siri")
    assert (new.write_off, new.written_off_by) == (WriteOff.NOTED, old.written_off_by)
    assert new.remark == ""
    assert list(verify_chain(entry.authority)) == []


def test_correct_entry_corrects_the_sender_and_nobody_else(archivist):
    parties = (
        records.Party(PartyKind.SENDER, "Feil"),
        records.Party(PartyKind.COPY_RECIPIENT, "Vannverket"),
    )
    wrong = records.entry(records.case_file(archivist.memberships.get().authority), parties=parties)

    correction = correct_entry(wrong, sender_name="Rett", reason="Feil.", by=archivist)

    assert [party.name for party in correction.parties.all()] == ["Rett", "Vannverket"]
    assert [party.name for party in wrong.parties.all()] == ["Feil", "Vannverket"]


def test_correct_entry_takes_the_documents_along_with_the_redacted_ones(entry):
    add_redacted_variant(entry, records.page(body="████ noe."))
    screen_entry(entry, legal_basis=LegalBasis.OFFL_13, document=SCREENED_PARTS, by=None)

    correction = correct_entry(entry, title="Rettet", reason="Feil.", by=None)

    old, new = entry.documents.order_by("pk"), correction.documents.order_by("pk")
    assert [each.variant for each in new] == [Variant.ARCHIVE, Variant.REDACTED]
    assert [each.sha256 for each in new] == [each.sha256 for each in old]
    assert len({each.description_id for each in new}) == 1
    assert not {each.description_id for each in new} & {each.description_id for each in old}
    assert not {each.system_id for each in new} & {each.system_id for each in old}
    assert list(verify_chain(entry.authority)) == []


def test_correct_entry_keeps_what_was_dispatched_so(entry):
    records.dispatched(entry)

    correction = correct_entry(entry, title="Rettet", reason="Feil.", by=None)

    assert correction.state.status == EntryStatus.DISPATCHED


def test_correction_can_be_corrected(entry):
    first = correct_entry(entry, title="Nesten", reason="Feil.", by=None)

    second = correct_entry(first, title="Rett", reason="Fremdeles feil.", by=None)

    assert current_entry(entry) == current_entry(first) == second
    assert second.corrects == first
    assert second.source != first.source
    statuses = EntryState.objects.order_by("entry__position").values_list("status", flat=True)
    assert list(statuses) == [EntryStatus.OBSOLETE, EntryStatus.OBSOLETE, EntryStatus.JOURNALED]


def test_current_entry_without_correction_is_the_entry(entry):
    assert current_entry(entry) == entry


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_changes_about_an_obsolete_entry(entry, name):
    correct_entry(entry, title="Rettet", reason="Feil.", by=None)
    before = snapshot()

    with pytest.raises(ActionRefused, match="Utgår"):
        CHANGES[name](entry, None)

    assert snapshot() == before


@pytest.mark.parametrize("name", ["route", "write off", "mark obsolete", "correct"])
def test_only_screening_changes_about_an_archived_entry(name):
    entry = records.written_off(records.case_file())
    close_case_file(entry.case_file, by=None)
    before = snapshot()

    with pytest.raises(ActionRefused, match="Arkivert"):
        CHANGES[name](entry, None)

    assert snapshot() == before


def test_archived_entry_can_be_screened(entry):
    write_off_entry(entry, WriteOff.NOTED, by=None)
    close_case_file(entry.case_file, by=None)

    CHANGES["screen"](entry, None)

    state = EntryState.objects.get(entry=entry)
    assert (state.status, state.screened_document) == (EntryStatus.ARCHIVED, SCREENED_WHOLE)


def test_correct_entry_is_for_the_archivist_of_the_authority(entry):
    others = [
        factories.official(factories.authority(), Role.ARCHIVIST),
        factories.official(entry.authority, Role.EDITOR, Role.MODERATOR, Role.CASE_HANDLER),
    ]
    before = snapshot()

    for stranger in others:
        with pytest.raises(PermissionDenied):
            correct_entry(entry, title="Rettet", reason="Feil.", by=stranger)

    assert snapshot() == before


def test_corrected_entry_keeps_the_dates_of_the_document(entry):
    correction = correct_entry(entry, title="Rettet", reason="Feil.", by=None)

    assert correction.document_date == entry.document_date == date(2025, 5, 5)
    assert correction.received_at == entry.received_at
