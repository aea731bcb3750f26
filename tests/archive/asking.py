"""Requests for access in these tests: asked, and answered as the screening says."""

from accounts.roles import Role
from archive.access import materials
from archive.actions import Answer, answer_access_request, current_entries, request_access
from tests import factories
from tests.archive import records


def asked(*entries, **about):
    entries = entries or [records.entry(records.case_file())]
    about = {"name": "Siri Spør", "email": "siri@spor.example", "language": "nb"} | about
    return request_access(entries[0].authority, entries, **about)


def archivist_of(thing):
    return factories.official(thing.authority, Role.ARCHIVIST)


def material(entry):
    return materials(current_entries([entry]))[0]


def as_suggested(access_request):
    """An Answer for each requested entry; the most that may be given where nothing is suggested."""
    found = {each.pk: material(each.entry) for each in access_request.entries.all()}
    return {
        pk: Answer(
            outcome=each.suggestion or each.outcomes[0],
            legal_basis=each.entry.state.legal_basis,
        )
        for pk, each in found.items()
    }


def answered(access_request, *, by=None, **how):
    by = by or archivist_of(access_request)
    return answer_access_request(access_request, as_suggested(access_request), by=by, **how)
