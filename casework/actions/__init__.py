"""What may be decided about the cases, each function one decision by one person."""

from casework.actions.assessing import (
    SavedMeanwhile,
    publish_assessment,
    write_assessment,
)
from casework.actions.assigning import (
    appoint_handler,
    appoint_handlers,
    assign_response,
    assign_responses,
    handle_assignment,
    handle_assignments,
    mark_excerpt,
    reassign_assignment,
    tag_response,
    tag_responses,
    write_note,
)

__all__ = [
    "SavedMeanwhile",
    "appoint_handler",
    "appoint_handlers",
    "assign_response",
    "assign_responses",
    "handle_assignment",
    "handle_assignments",
    "mark_excerpt",
    "publish_assessment",
    "reassign_assignment",
    "tag_response",
    "tag_responses",
    "write_assessment",
    "write_note",
]
