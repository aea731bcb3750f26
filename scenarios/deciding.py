"""Plays the officials of a plan with what came in: moderators decide, case handlers treat it."""

from casework.actions import (
    handle_assignment,
    handle_assignments,
    mark_excerpt,
    tag_responses,
    write_note,
)
from casework.models import Assignment, AssignmentStatus
from consultations.models import Response, ResponseStatus
from moderation.actions import (
    accept_response,
    publish_response,
    publish_responses,
    redact_response,
    reject_response,
    withhold_response,
)
from moderation.models import NOT_FOR_ALL, Screening
from scenarios.plan import Outcome, Publication


def decide(player, by, decided):
    """Look at one after the other, and publish together what nothing was noticed in."""
    by = player.cast.officials[by]
    rows = Response.objects.in_bulk([player.row(*each) for each in decided])
    for _planned, response in decided:
        row = rows[player.rows[response.key]]
        if row.status == ResponseStatus.RECEIVED and response.decision.publication:
            accept_response(row, by=by)
    noticed = Screening.objects.filter(response__in=rows, flags__overlap=list(NOT_FOR_ALL))
    noticed = set(noticed.values_list("pk", flat=True))
    to_publish = []
    for planned, response in decided:
        row = rows[player.rows[response.key]]
        is_whole = response.decision.publication == Publication.PUBLISHED
        if is_whole and row.pk not in noticed and not planned.hide_name:
            to_publish.append(row)
        else:
            decide_one(player, planned, response, row, by)
    publish_responses(to_publish, by=by)


def decide_one(player, planned, response, row, by):
    decision = response.decision
    if decision.outcome == Outcome.REJECTED:
        reject_response(row, ground=decision.ground.value, reason=decision.note, by=by)
    elif decision.publication == Publication.PUBLISHED:
        publish_response(
            row,
            hide_name=planned.hide_name,
            public_attachments=row.submission.attachments.all() if planned.attachments else (),
            by=by,
        )
    elif decision.publication == Publication.REDACTED:
        redact_response(
            row,
            passages=[span(response.text, each.passage) for each in decision.redactions],
            ground=decision.redactions[0].ground.value,
            reason=decision.note,
            hide_name=planned.hide_name,
            by=by,
        )
    elif decision.publication == Publication.WITHHELD:
        withhold_response(
            row,
            ground=decision.ground.value,
            reason=decision.note,
            hide_name=planned.hide_name,
            by=by,
        )


def treat(player, by, treated):
    """Mark and note what is worth it, sort all, and say that they are handled.

    But for what somebody has handled or given away since the play stopped.
    """
    by = player.cast.officials[by]
    current = Assignment.objects.current().select_related("handler")
    rows = [player.row(*each) for each in treated]
    assignments = {each.response_id: each for each in current.filter(response__in=rows)}
    tags = {}
    for (_planned, response), row in zip(treated, rows, strict=True):
        assignment = assignments[row]
        if assignment.status == AssignmentStatus.HANDLED:
            continue
        if assignment.handler_id != by.pk:
            handle_assignment(assignment, by=assignment.handler)
            continue
        treatment = response.treatment
        if treatment.excerpt:
            start, end = span(response.text, treatment.excerpt)
            mark_excerpt(assignment, start=start, end=end, by=by)
        if treatment.note:
            write_note(assignment, treatment.note, by=by)
        tags[assignment] = treatment.tags
    tag_responses(tags, by=by)
    handle_assignments(list(tags), by=by)


def span(text, passage):
    """Where the passage stands in the text, in characters: (start, end)."""
    start = text.index(passage)
    return start, start + len(passage)
