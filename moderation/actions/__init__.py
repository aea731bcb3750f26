"""What is decided at the gate."""

from moderation.actions.accepting import (
    accept_and_publish,
    accept_and_redact,
    accept_and_withhold,
    accept_response,
    accept_responses,
    reject_response,
)
from moderation.actions.discussing import (
    approve_post,
    remove_post,
    report_post,
    report_response,
    settle_report,
)
from moderation.actions.erasing import approve_erasure
from moderation.actions.keeping import (
    assess_entry,
    close_case_file,
    dispose_case_file,
    mark_obsolete,
    write_off_entries,
)
from moderation.actions.publishing import (
    publish_response,
    publish_responses,
    redact_response,
    withhold_response,
)
from moderation.actions.scanning import postpone_scan, record_scan
from moderation.actions.screening import screen_response, screen_responses

__all__ = [
    "accept_and_publish",
    "accept_and_redact",
    "accept_and_withhold",
    "accept_response",
    "accept_responses",
    "approve_erasure",
    "approve_post",
    "assess_entry",
    "close_case_file",
    "dispose_case_file",
    "mark_obsolete",
    "postpone_scan",
    "publish_response",
    "publish_responses",
    "record_scan",
    "redact_response",
    "reject_response",
    "remove_post",
    "report_post",
    "report_response",
    "screen_response",
    "screen_responses",
    "settle_report",
    "withhold_response",
    "write_off_entries",
]
