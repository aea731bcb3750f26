"""What is decided at the gate."""

from moderation.actions.accepting import (
    accept_and_publish,
    accept_and_redact,
    accept_and_withhold,
    accept_response,
    reject_response,
)
from moderation.actions.publishing import publish_response, redact_response, withhold_response
from moderation.actions.screening import screen_response

__all__ = [
    "accept_and_publish",
    "accept_and_redact",
    "accept_and_withhold",
    "accept_response",
    "publish_response",
    "redact_response",
    "reject_response",
    "screen_response",
    "withhold_response",
]
