"""What an archivist does to the record, where something outside the record follows from it.

The record knows nothing of responses. So whoever marks, assesses, writes off, closes or
disposes calls these: each asks the responses first, and takes them along.
"""

from django.utils.translation import gettext as _

from accounts.rules import ActionRefused, action, require
from archive import actions as record
from archive.actions.entries import origin
from archive.models import ArchivedDocument
from archive.permissions import can_keep_archive
from casework.lifecycle import advance_all
from casework.models import Assignment, AssignmentStatus
from consultations.actions import raise_public_version
from consultations.models import (
    Attachment,
    Consultation,
    ConsultationStatus,
    Document,
    Publication,
    Response,
)


@action
def mark_obsolete(entry, *, reason, by):
    """Mark an entry as Utgår that no response stands behind (see `archive.actions`).

    Every accepted response has its entry: it is counted, shown, and on somebody's desk by it.
    So the entry of one is corrected by a new entry, and never left without.
    """
    if responses_of([entry]).exists():
        raise ActionRefused(
            _(
                "Entry %(entry)s stands for response %(reference)s, which is part of the case and "
                "is handled there. Correct it by a new entry. Is it the text that should not be "
                "public? Then a moderator withholds the response."
            )
            % {"entry": entry.identifier, "reference": origin(entry.source)}
        )
    return record.mark_obsolete(entry, reason=reason, by=by)


@action
def assess_entry(entry, *, legal_basis, sender=False, by, **judged):
    """Judge an entry by the rules of public access (see `archive.actions.assess_entry`).

    Raises ActionRefused where it would tell a name that is hidden, or that a moderator has
    yet to decide on.
    """
    # A moderator's decision locks the response first too.
    response = responses_of([entry]).select_for_update(of=("self",)).first()
    if response is not None and _hides_name(response) and not (legal_basis and sender):
        raise ActionRefused(
            _(
                "The sender's name of response %(reference)s is hidden, so it can not be shown in "
                "the journal. A moderator decides on the name; the journal follows by itself."
            )
            % {"reference": response.reference}
        )
    return record.assess_entry(entry, legal_basis=legal_basis, sender=sender, by=by, **judged)


@action
def write_off_entries(entries, manner, *, answer=None, by):
    """Write entries off, and take those of responses from their case handlers' desks."""
    for authority in {entry.authority_id for entry in entries}:
        require(can_keep_archive(by, authority))
    assignments = list(
        Assignment.objects.to_be_handled()
        .filter(response__in=responses_of(entries))
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    advance_all(assignments, AssignmentStatus.HANDLED, by=by, also={"write_off": manner})
    return record.write_off_entries(entries, manner, answer=answer, by=by)


@action
def close_case_file(case_file, *, by):
    """Close a case file that nothing goes on in any more.

    That of a consultation is closed by concluding the consultation, which archives the
    discussion first and tells those who follow. Raises ActionRefused where that remains.
    """
    require(can_keep_archive(by, case_file.authority_id))
    consultation = Consultation.objects.select_for_update().filter(case_file=case_file).first()
    if consultation and consultation.status != ConsultationStatus.CONCLUDED:
        raise ActionRefused(
            _(
                "The consultation “%(title)s” is “%(status)s”. Its case file is closed when an "
                "editor concludes it."
            )
            % {"title": consultation.title, "status": consultation.get_status_display()}
        )
    return record.close_case_file(case_file, by=by)


@action
def dispose_case_file(case_file, *, by):
    """Destroy the documents of a case file in the record (see `archive.actions`), and the same
    files where responses have them attached and consultations have them laid out.

    What was said in the consultation, as text on its own pages, is a publication and stays.
    """
    disposal = record.dispose_case_file(case_file, by=by)
    paths = ArchivedDocument.objects.filter(entry__case_file=case_file).values("path")
    Attachment.objects.filter(path__in=paths).delete()
    Document.objects.filter(path__in=paths).delete()
    for consultation in Consultation.objects.filter(case_file=case_file):
        raise_public_version(consultation)
    return disposal


def responses_of(entries):
    """The responses that the entries stand for."""
    return Response.objects.accepted().filter(
        consultation__authority__in={entry.authority_id for entry in entries},
        reference__in={origin(entry.source) for entry in entries},
    )


def _hides_name(response):
    is_undecided = response.publication == Publication.PENDING
    return response.is_name_hidden or (is_undecided and response.submission.hide_name)
