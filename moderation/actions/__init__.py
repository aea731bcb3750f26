"""What is decided at the gate."""

from moderation.actions.accepting import (
    accept_and_publish,
    accept_and_redact,
    accept_and_withhold,
    accept_response,
    accept_responses,
    reject_response,
)
from moderation.actions.publishing import (
    publish_response,
    publish_responses,
    redact_response,
    withhold_response,
)
from moderation.actions.screening import screen_response, screen_responses

__all__ = [
    "accept_and_publish",
    "accept_and_redact",
    "accept_and_withhold",
    "accept_response",
    "accept_responses",
    "publish_response",
    "publish_responses",
    "redact_response",
    "reject_response",
    "screen_response",
    "screen_responses",
    "withhold_response",
]
